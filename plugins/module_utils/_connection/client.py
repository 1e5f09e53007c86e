# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client of the persistent connection: commands and answers as values, JSON between.

The connection's process answers one call at a time, so every call here is short: submit a batch, then collect what has ended.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from .._progress import SILENT, Progress
from .messages import Answer, Command, Export, SessionFault

# One RPC waits at most this long. Ansible kills the connection's process when a call exceeds persistent_command_timeout.
WAIT_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Hello:
    """What the connection says of its host.

    `sessions` is how many there are, `warnings` say why there are not more; `cmdlets` holds, per name, each export of it.
    """

    name: str
    side: str
    sessions: int
    projection: bool
    cmdlets: Mapping[str, Sequence[Export]]
    warnings: tuple[str, ...] = ()


class RemoteFault(Exception):
    """No session can be had with the host."""

    def __init__(self, fault: SessionFault) -> None:
        super().__init__(f"{fault.message} {fault.remedy}".strip())
        self.fault = fault


class Rpc(Protocol):
    """The four calls that the connection answers; each takes and returns JSON text."""

    def hello(self, request: str) -> str:
        """Say whether sessions are open, and what the host offers."""

    def submit(self, request: str) -> str:
        """Queue commands."""

    def collect(self, request: str) -> str:
        """Hand over what has ended."""

    def cancel(self, request: str) -> str:
        """Drop what has not started."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often reads are repeated whose answer met a fault that `passes` by itself: `times` at most, with `delay` seconds between."""

    passes: Callable[[Answer], bool]
    times: int
    delay: float
    sleep: Callable[[float], None]


class Remote:
    """The sessions on one host. Without `repetition` nothing is repeated.

    `sessions` is how many there are, once the host was greeted, and `warnings` why there are not more. `notes` are sentences on what was
    read of many at once, for those who asked.
    """

    def __init__(
        self, rpc: Rpc, *, read_only: bool, progress: Progress = SILENT, repetition: Repetition | None = None
    ) -> None:
        self._rpc = rpc
        self._repetition = repetition
        self.read_only = read_only
        self.sessions = 1
        self.warnings: tuple[str, ...] = ()
        self.notes: list[str] = []
        self.progress = progress

    def hello(self, cmdlets: Sequence[str], timeout: float) -> Hello:
        """Wait until a session is open and return what the host offers of `cmdlets`. Raises RemoteFault."""
        deadline = monotonic() + timeout
        request = json.dumps({"wait": WAIT_SECONDS, "cmdlets": list(cmdlets)})
        while True:
            reply = json.loads(self._rpc.hello(request))
            if reply["state"] == "ready":
                self.progress.step("reading")
                hello = _hello(reply)
                self.sessions = max(1, hello.sessions)
                self.warnings = hello.warnings
                return hello
            if reply["state"] == "failed":
                raise RemoteFault(SessionFault(**reply["fault"]))
            self.progress.say("opening PowerShell sessions")
            if monotonic() > deadline:
                raise RemoteFault(
                    SessionFault(
                        "timeout",
                        f"No PowerShell session could be opened within {timeout:.0f} seconds.",
                        "Raise ansible_runspace_start_timeout if the host is known to be slow.",
                    )
                )

    def run(
        self, commands: Sequence[Command], *, first: bool = False, careful: bool = False, at_once: int | None = None
    ) -> Batch:
        """Queue `commands` (`first`: before what waits) and return the batch, which yields answers as they come.

        `careful`: once one has failed, no other is started until the batch is asked for more, so that it can be cancelled before.
        `at_once`: how many may run at a time, one less after each that failed, and one in any case; None for as many as there are sessions.
        """
        batch = self.batch(first=first, careful=careful)
        batch.add(commands, at_once=at_once)
        return batch

    def batch(self, *, first: bool = False, careful: bool = False) -> Batch:
        """Return a batch to which commands are to be added, as `run` queues them."""
        how = {"read_only": self.read_only, "first": first, "careful": careful, "process": os.getpid()}
        return Batch(self._rpc, how)

    def all(self, commands: Sequence[Command]) -> list[Answer]:
        """Run `commands` and return their answers in the order of the commands. Reads are repeated where a fault passes."""
        answers = self._answers(commands)
        if (repetition := self._repetition) is None:
            return answers
        for _round in range(repetition.times):
            again = [
                index for index, command in enumerate(commands) if command.reads and repetition.passes(answers[index])
            ]
            if not again:
                break
            self.progress.say(
                f"{len(again)} reads met a fault that passes and are repeated in {repetition.delay:.0f} s"
            )
            repetition.sleep(repetition.delay)
            for index, answer in zip(again, self._answers([commands[each] for each in again]), strict=True):
                answers[index] = answer
        return answers

    @contextmanager
    def without_repetition(self) -> Iterator[None]:
        """Repeat no reads meanwhile, so that nobody waits for what passes."""
        kept, self._repetition = self._repetition, None
        try:
            yield
        finally:
            self._repetition = kept

    def _answers(self, commands: Sequence[Command]) -> list[Answer]:
        if not commands:
            return []
        answers: dict[int, Answer] = {}
        self.progress.calls(commands[0].name, 0, len(commands))
        for index, answer in self.run(commands):
            answers[index] = answer
            self.progress.calls(commands[0].name, len(answers), len(commands))
        return [answers[index] for index in range(len(commands))]

    def one(self, command: Command) -> Answer:
        """Run one command and return its answer."""
        return self.all([command])[0]


class Batch:
    """Commands under way. Iterating yields (index, answer) as each ends; the index counts all that were added."""

    def __init__(self, rpc: Rpc, how: Mapping[str, object]) -> None:
        self._rpc = rpc
        self._how = how
        self._id = ""
        self._size = 0
        self._first = 0
        self._outstanding = 0
        self._waiting = 0

    def add(self, commands: Sequence[Command], *, at_once: int | None = None) -> None:
        """Queue more commands. `at_once` counts where nothing is under way; else what was said before does."""
        request = {**self._how, "at_once": at_once, "commands": [command.to_request() for command in commands]}
        if self._outstanding:
            request["batch"] = self._id
        else:
            self._first = self._size
        self._id = json.loads(self._rpc.submit(json.dumps(request)))["batch"]
        self._size += len(commands)
        self._outstanding += len(commands)
        self._waiting += len(commands)

    def __iter__(self) -> Iterator[tuple[int, Answer]]:
        while self._outstanding:
            yield from self.collect(WAIT_SECONDS)

    @property
    def outstanding(self) -> int:
        """How many answers are still to come."""
        return self._outstanding

    @property
    def waiting(self) -> int:
        """How many had not been started at the last look."""
        return self._waiting

    def ended(self) -> list[tuple[int, Answer]]:
        """Return what has ended since the last look, without waiting for more."""
        return self.collect(0) if self._outstanding else []

    def collect(self, wait: float) -> list[tuple[int, Answer]]:
        """Return what has ended since the last look. Where nothing has, wait for the first answer, `wait` seconds at most."""
        reply = json.loads(self._rpc.collect(json.dumps({"batch": self._id, "wait": wait})))
        self._outstanding, self._waiting = reply["outstanding"], reply["waiting"]
        return [(self._first + answer["index"], Answer.from_reply(answer)) for answer in reply["answers"]]

    def cancel(self) -> None:
        """Drop what has not started; those commands come back as cancelled. A batch that is done is forgotten."""
        if self._outstanding:
            self._rpc.cancel(json.dumps({"batch": self._id}))


def _hello(reply: Mapping[str, Any]) -> Hello:
    return Hello(
        name=str(reply["host"]),
        side=str(reply["side"]),
        sessions=int(reply["sessions"]),
        projection=bool(reply["projection"]),
        cmdlets={name: [Export.from_reply(each) for each in found] for name, found in reply["cmdlets"].items()},
        warnings=tuple(dict.fromkeys(map(str, reply.get("warnings") or ()))),
    )
