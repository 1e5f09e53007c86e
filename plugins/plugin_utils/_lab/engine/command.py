# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs a command of a pipeline, whatever the command: binding, records, and the stop signal."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Protocol

from ..contract.call import CmdletContract
from .binder import Argument, Binder, BoundParameters
from .errors import ErrorSource, Report, Terminated
from .signature import Signature
from .values import as_text

_SILENT = ("SilentlyContinue", "Ignore")


class Stopped(Exception):
    """The pipeline was asked to stop."""


class Enough(Exception):
    """A command wants no more objects from those before it."""


class Streams(Protocol):
    """Where the records of a pipeline go."""

    def error(self, report: Report) -> None:
        """Write an error record."""

    def warning(self, text: str) -> None:
        """Write a warning."""

    def verbose(self, text: str) -> None:
        """Write a verbose record."""


class Interruption:
    """The stop signal of a pipeline, and the session's end."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask to stop."""
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Sleep. Raises Stopped as soon as the pipeline is asked to stop."""
        if self._event.wait(seconds) if seconds > 0 else self._event.is_set():
            raise Stopped


class CommandProcessor:
    """Runs one command of a pipeline. Subclasses do in `run` its work for one pipeline object, or once without any."""

    compiled = False
    suffix = ""

    def __init__(self, signature: Signature, name: str, streams: Streams) -> None:
        self.name = name
        self.source = ErrorSource(name, self.suffix)
        self.streams = streams
        self._signature = signature
        self._binder: Binder | None = None

    @property
    def contract(self) -> CmdletContract:
        """What the module of the command exports under its name."""
        return self._signature.contract

    @property
    def binder(self) -> Binder:
        """The bound arguments, from `begin` on."""
        if self._binder is None:
            raise RuntimeError("the command has not begun")
        return self._binder

    def begin(self, arguments: Iterable[Argument], expects_input: bool) -> None:
        """Bind the arguments. Raises Terminated."""
        self._binder = Binder(self._signature, self.source, arguments, expects_input, self.compiled)

    def process(self, item: object) -> Iterator[object]:
        """Do the work for a pipeline object and yield the output. Raises Terminated."""
        try:
            bound = self.binder.with_input(item)
        except Terminated as error:
            self.write_error(error.report)
            return
        yield from self.run(bound, item)

    def process_once(self) -> Iterator[object]:
        """Do the work without pipeline input and yield the output. Raises Terminated."""
        yield from self.run(self.binder.without_input(), None)

    def run(self, bound: BoundParameters, item: object) -> Iterator[object]:
        """Do the work for one pipeline object."""
        raise NotImplementedError

    def end(self) -> Iterator[object]:
        """Yield what the command puts out when its input has ended."""
        yield from ()

    def write_error(self, report: Report) -> None:
        """Write a non-terminating error, as the caller's ErrorAction wants it. Raises Terminated."""
        action = self.binder.common.action("ErrorAction")
        if action == "Stop":
            raise Terminated(report)
        if action == "Inquire":
            raise Terminated(self.source.prompt(report.message))
        if action not in _SILENT:
            self.streams.error(report)

    def write_warning(self, text: str) -> None:
        """Write a warning, as the caller's WarningAction wants it. Raises Terminated."""
        action = self.binder.common.action("WarningAction")
        if action in _SILENT:
            return
        self.streams.warning(text)
        if action == "Stop":
            raise Terminated(self.source.stopped_by("WarningPreference", text))
        if action == "Inquire":
            raise Terminated(self.source.prompt("Continue with this operation?"))

    def should_process(self, target: object) -> bool:
        """Whether to do the work on a target, or only say so. Raises Terminated where a user would be asked."""
        common = self.binder.common
        operation = f'Performing the operation "{self.name}" on target "{as_text(target)}".'
        if common.what_if:
            return False
        if common.asks:
            raise Terminated(self.source.prompt(f"Are you sure you want to perform this action?\n{operation}"))
        if self.contract.confirm_impact is not None and common.verbose:
            self.streams.verbose(operation)
        return True
