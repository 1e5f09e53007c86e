# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The embedded engine: PSRP by psrpcore's server half, PowerShell's ways by a binder and a few commands of its own."""

from __future__ import annotations

import contextlib
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from psrpcore import (
        CreatePipelineEvent,
        EndOfPipelineInputEvent,
        GetAvailableRunspacesEvent,
        GetCommandMetadataEvent,
        PipelineInputEvent,
        PSRPEvent,
        PSRPPayload,
        ResetRunspaceStateEvent,
        ServerPipeline,
        ServerRunspacePool,
        SetMaxRunspacesEvent,
        SetMinRunspacesEvent,
        StreamType,
    )

from ...restricted.restriction import Restriction
from ..fragments import CREATE_PIPELINE, fragments, message_of, whole_messages
from ..interface import Fragments, Organisation, SessionLost, ShellRequest, restriction_of
from ..outbox import FRAGMENT_LIMIT, Outbox
from ..pace import Pace
from ..product import Caller
from ..runspace import Catalogue, Runspace
from .chain import OWN, Chain
from .descriptions import Descriptions, description_of
from .job import Job
from .piped_texts import texts_and_rest
from .restricted import RestrictedRunspace
from .slots import Slots

log = logging.getLogger(__name__)

# Messages are numbered. Those that psrpcore does not make have numbers that it does not come to.
_OWN_MESSAGES = 2**32


class EmbeddedEngine:
    """Opens sessions in this process. Script text is refused in them, as on endpoints without a language."""

    def __init__(self, organisation: Organisation) -> None:
        self.configurations: Mapping[str, Restriction] = {}
        self._organisation = organisation
        self._lock = threading.Lock()
        self._catalogues: dict[str, Catalogue] = {}
        self._descriptions = Descriptions()

    def open(self, request: ShellRequest, data: bytes) -> EmbeddedSession:
        """See Engine."""
        restriction = restriction_of(request, self.configurations, self._organisation.modules(request.host))
        with self._lock:
            catalogue = self._catalogues.setdefault(request.host, Catalogue(self._organisation, request.host))
        runspaces = (
            partial(Runspace, catalogue, OWN)
            if restriction is None
            else partial(RestrictedRunspace, catalogue, restriction)
        )
        session = EmbeddedSession(self._organisation, runspaces, request, self._descriptions)
        self._organisation.shell_opened(request.host, request.shell_id)
        session.feed(None, data)
        return session

    def close(self) -> None:
        """See Engine. Sessions are all that this engine holds."""


class EmbeddedSession:
    """One shell: its runspaces and their pipelines. Methods as in EngineSession."""

    def __init__(
        self,
        organisation: Organisation,
        runspaces: Callable[[], Runspace],
        request: ShellRequest,
        descriptions: Descriptions,
    ) -> None:
        self.lock = threading.RLock()
        self._organisation = organisation
        self._request = request
        self._descriptions = descriptions
        self._unknown: dict[str, bytes] = {}
        self._protocol = ServerRunspacePool()
        self._outbox = Outbox()
        self._jobs: dict[str, Job] = {}
        self._held: dict[str, bytes] = {}
        self._slots = Slots(runspaces)
        self._closed = threading.Event()
        self._pace = Pace()
        self._numbers = count(_OWN_MESSAGES)
        self._handlers: Mapping[type[PSRPEvent[Any, Any]], Callable[..., None]] = {
            CreatePipelineEvent: self._start,
            GetCommandMetadataEvent: self._refuse_metadata,
            PipelineInputEvent: self._input,
            EndOfPipelineInputEvent: self._end_of_input,
            SetMaxRunspacesEvent: self._granted,
            SetMinRunspacesEvent: self._granted,
            ResetRunspaceStateEvent: self._granted,
            GetAvailableRunspacesEvent: self._available,
        }

    def command(self, pipeline: str, data: bytes) -> None:
        """See EngineSession."""
        self._pace.came()
        with self.lock:
            self._outbox.open(pipeline)
            # psrpcore looks the pipeline up when it reads the description, so it has to be there before.
            self._jobs[pipeline] = Job(self, ServerPipeline(self._protocol, uuid.UUID(pipeline)))
            left = self._after_description(pipeline, data)
        if left:
            self.feed(pipeline, left)

    def feed(self, pipeline: str | None, data: bytes) -> None:
        """See EngineSession."""
        self._pace.came()
        if self._closed.is_set():
            raise SessionLost("the session has ended")
        target = None if pipeline is None else uuid.UUID(pipeline)
        try:
            with self.lock:
                self._receive(target, data)
        except Exception as error:
            # Whatever a client may send: the reader of CLIXML has no error of its own for all of it.
            log.warning("a client's fragments cannot be read", exc_info=True)
            self.broken()
            raise SessionLost("the fragments cannot be read") from error

    def _after_description(self, pipeline: str, data: bytes) -> bytes:
        """Start a pipeline whose description is known but for its texts, and return what is to be read by psrpcore."""
        whole = whole_messages(CREATE_PIPELINE, data, self._protocol.runspace_pool_id, uuid.UUID(pipeline))
        start, end, content = next(whole, (-1, 0, b""))
        if start == 0 and not self._closed.is_set():
            known = self._descriptions.read(content)
            if known is not None:
                self._jobs[pipeline].start(known)
                return data[end:]
            self._unknown[pipeline] = content
        return data

    def _receive(self, target: uuid.UUID | None, data: bytes) -> None:
        job = None if target is None else self._jobs.get(str(target))
        parts = iter((data,)) if job is None else texts_and_rest(data, self._protocol.runspace_pool_id, job.pipeline_id)
        for part in parts:
            if isinstance(part, str):
                if job is not None:
                    job.put(part)
                continue
            self._protocol.receive_data(PSRPPayload(part, StreamType.default, target))
            self._handle_events()
            self.flush()

    def take(self, pipeline: str | None, timeout: float) -> Fragments | None:
        """See EngineSession."""
        return self._outbox.take(pipeline, timeout)

    def stop(self, pipeline: str) -> None:
        """See EngineSession."""
        job = self._jobs.get(pipeline)
        if job is not None:
            job.stop()
            job.join()

    def end(self, pipeline: str) -> None:
        """See EngineSession."""
        self._outbox.finish(pipeline)
        with self.lock:
            job = self._jobs.pop(pipeline, None)
            self._held.pop(pipeline, None)
            self._protocol.pipeline_table.pop(uuid.UUID(pipeline), None)
        if job is not None:
            job.stop()

    def close(self) -> None:
        """See EngineSession."""
        with self.lock:
            if self._closed.is_set():
                return
            self._closed.set()
            jobs = list(self._jobs.values())
        self._outbox.close()
        for job in jobs:
            job.stop()
        self._slots.close()
        self._organisation.shell_closed(self._request.host, self._request.shell_id)

    def broken(self) -> None:
        """See JobOwner. The front drops the shell when its client comes for an answer."""
        self._outbox.close()

    def flush(self) -> None:
        """See JobOwner."""
        while (payload := self._protocol.data_to_send(FRAGMENT_LIMIT)) is not None:
            self._put(None if payload.pipeline_id is None else str(payload.pipeline_id), payload.data)

    def put(self, kind: int, pipeline: uuid.UUID, content: bytes, *, with_next: bool = False) -> None:
        """See JobOwner."""
        message = message_of(kind, self._protocol.runspace_pool_id, pipeline, content)
        for piece in fragments(next(self._numbers), message, FRAGMENT_LIMIT):
            if with_next:
                self._held[str(pipeline)] = piece
            else:
                self._put(str(pipeline), piece)

    def _put(self, pipeline: str | None, piece: bytes) -> None:
        self._outbox.put(pipeline, self._held.pop(pipeline or "", b"") + piece)

    @contextlib.contextmanager
    def chain(self, job: Job) -> Iterator[Chain]:
        """See JobOwner."""
        request = self._request
        caller = Caller(request.host, request.shell_id, request.user, job.interruption, self._pace)
        with self._slots.taken(self._protocol.max_runspaces, job.interruption) as runspace:
            yield Chain(self._organisation, caller, runspace, job)

    def _handle_events(self) -> None:
        while (event := self._protocol.next_event()) is not None:
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(event)

    def _start(self, event: CreatePipelineEvent) -> None:
        pipeline = str(event.pipeline_id)
        description = description_of(event.pipeline)
        content = self._unknown.pop(pipeline, None)
        if content is not None:
            self._descriptions.learn(content, description)
        self._jobs[pipeline].start(description)

    def _refuse_metadata(self, event: GetCommandMetadataEvent) -> None:
        self._jobs[str(event.pipeline_id)].refuse("Command metadata is asked for with Get-Command.")

    def _input(self, event: PipelineInputEvent) -> None:
        job = self._jobs.get(str(event.pipeline_id))
        if job is not None:
            job.put(event.data)

    def _end_of_input(self, event: EndOfPipelineInputEvent) -> None:
        job = self._jobs.get(str(event.pipeline_id))
        if job is not None:
            job.end_input()

    def _granted(self, event: SetMaxRunspacesEvent | SetMinRunspacesEvent | ResetRunspaceStateEvent) -> None:
        self._protocol.runspace_availability_response(event.ci, True)

    def _available(self, event: GetAvailableRunspacesEvent) -> None:
        self._protocol.runspace_availability_response(event.ci, self._protocol.max_runspaces - self._slots.in_use)
