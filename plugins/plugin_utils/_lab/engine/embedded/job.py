# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One pipeline of an embedded session, on a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from psrpcore import ServerPipeline
    from psrpcore.types import PipelineState, PSInvocationState, PSRPMessageType

from ..clixml_text import clixml, state, warning
from ..command import Interruption, Stopped
from ..errors import Report, Terminated, defect
from ..fragments import PIPELINE_OUTPUT, PIPELINE_STATE, WARNING
from ..interface import SessionLost
from ..psrp import error_record, from_psrp, to_psrp
from ..values import serialised
from .chain import Chain, Statement
from .descriptions import Description

log = logging.getLogger(__name__)
_END_OF_INPUT = object()


class JobOwner(Protocol):
    """The session of a job. `lock` guards psrpcore's objects; `flush` sends what they have written, under the lock."""

    lock: threading.RLock

    def flush(self) -> None:
        """Hand what was written to the client that waits for it."""

    def put(self, kind: int, pipeline: uuid.UUID, content: bytes, *, with_next: bool = False) -> None:
        """Hand over a message of a pipeline, whose content is CLIXML, or keep it for the next one (`with_next`): a client that waits
        would take it alone, and ask again. Called under the lock, when all else was flushed.
        """

    def chain(self, job: Job) -> AbstractContextManager[Chain]:
        """Give a chain in a runspace that is the job's for so long. Raises Stopped."""

    def broken(self) -> None:
        """End the session: its shell is lost."""


class Job:
    """A pipeline from its description to its last state. It is the streams of its commands, too."""

    def __init__(self, owner: JobOwner, pipeline: ServerPipeline) -> None:
        self.interruption = Interruption()
        self.pipeline_id: uuid.UUID = pipeline.pipeline_id
        self._owner = owner
        self._pipeline = pipeline
        self._input: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self, description: Description) -> None:
        """Run what the client described."""
        self._thread = threading.Thread(
            target=self._run, args=(description,), name=f"pipeline:{self.pipeline_id}", daemon=True
        )
        self._thread.start()

    def refuse(self, reason: str) -> None:
        """End a pipeline that this engine does not run."""
        report = Report(reason, "NotSupported", "NotImplemented", "System.NotSupportedException")
        self._ended(PSInvocationState.Failed, report)

    def put(self, value: Any) -> None:
        """Take a pipeline object from the client."""
        self._input.put(value)

    def end_input(self) -> None:
        """There are no more."""
        self._input.put(_END_OF_INPUT)

    def stop(self) -> None:
        """Ask to stop, without waiting."""
        self.interruption.set()
        self._input.put(_END_OF_INPUT)

    def join(self) -> None:
        """Wait until the pipeline has ended."""
        if self._thread is not None:
            self._thread.join()

    def error(self, report: Report) -> None:
        """Write an error record."""
        record = error_record(report)
        with self._owner.lock:
            # Not write_error, which makes a record anew, with a text that XML cannot carry.
            self._pipeline.prepare_message(record, message_type=PSRPMessageType.ErrorRecord)
            self._owner.flush()

    def warning(self, text: str) -> None:
        """Write a warning."""
        written = warning(text)
        with self._owner.lock:
            if written is None:
                self._pipeline.write_warning(text)
                self._owner.flush()
            else:
                self._owner.put(WARNING, self.pipeline_id, written)

    def verbose(self, text: str) -> None:
        """Write a verbose record."""
        with self._owner.lock:
            self._pipeline.write_verbose(text)
            self._owner.flush()

    def _run(self, description: Description) -> None:
        try:
            with self._owner.lock:
                self._pipeline.state = PSInvocationState.Running
                self._owner.put(PIPELINE_STATE, self.pipeline_id, state(PSInvocationState.Running), with_next=True)
            self._work(description.statements, None if description.no_input else self._items())
            self._ended(PSInvocationState.Completed)
        except Terminated as error:
            self._ended(PSInvocationState.Failed, error.report)
        except Stopped:
            with self._owner.lock:
                self._pipeline.stop()
                self._owner.flush()
        except SessionLost:
            self._owner.broken()
        except Exception as error:
            log.exception("a pipeline failed")
            self._ended(PSInvocationState.Failed, defect(error))

    def _work(self, statements: Sequence[Sequence[Statement]], items: Iterable[object] | None) -> None:
        with self._owner.chain(self) as chain:
            for statement in statements:
                for value in chain.run(statement, items):
                    self._output(value)
                items = None

    def _items(self) -> Iterator[object]:
        """The pipeline input as it comes; a collection is given one by one. Raises Stopped."""
        while (item := self._input.get()) is not _END_OF_INPUT:
            plain = from_psrp(item)
            yield from plain if isinstance(plain, list) else (plain,)
        self.interruption.wait(0)

    def _output(self, value: object) -> None:
        arriving = serialised(value)
        text = clixml(arriving)
        made = to_psrp(arriving) if text is None else None
        with self._owner.lock:
            if text is None:
                self._pipeline.write_output(made)
                self._owner.flush()
            else:
                self._owner.put(PIPELINE_OUTPUT, self.pipeline_id, text)

    def _ended(self, ended: PSInvocationState, report: Report | None = None) -> None:
        with self._owner.lock:
            self._pipeline.state = ended
            if report is None:
                self._owner.put(PIPELINE_STATE, self.pipeline_id, state(ended))
                return
            message = PipelineState(PipelineState=int(ended), ExceptionAsErrorRecord=error_record(report))
            self._pipeline.prepare_message(message)
            self._owner.flush()
