# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One PowerShell session: a WSMan shell with one runspace, in which one cmdlet runs at a time."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from ...module_utils._connection.messages import Answer, Command, ErrorRecord, State
from . import library
from .clixml import value_of
from .delivery import is_refusal, not_carried_out, not_created
from .endpoint import SHELL_NOT_FOUND, Endpoint
from .error_records import error_entries, warning_text
from .parameters import bound, needs_key
from .psrp_pool import check_finished, psrp_pool
from .session_faults import is_quota
from .transport import begin_anew, is_broken

# A host drops an HTTP connection on which nothing happens, and with it what encryption was agreed on; the shell stays.
IDLE_SECONDS = 60.0

# A session that was not used for so long is looked at before a command is handed to it: a proxy, a firewall or the host may have ended
# it without a word.
CHECK_SECONDS = 15.0
_CHECK_TIMEOUT = 8

# A host ends a session that is not used for its own idle timeout, 2 hours as a rule and a minute at least: a third of that is never
# waited for. Windows ends an HTTP connection after 2 minutes, and takes the session for disconnected then.
_KEEP_ALIVE_SECONDS = (15.0, 45.0)
_DURATION = re.compile(r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?")

# Pauses between two tries to go on with a write on a host that went away; the last is repeated.
_RESUMING_PAUSES = (0.2, 1.0, 2.0, 5.0)
_RESUMED_TIMEOUT = 3

# Pauses before a request that the host's throttling turned away is made again. It was not carried out.
_THROTTLE_PAUSES = (0.5, 1.0, 2.0)

_Made = TypeVar("_Made")


class ConnectionLost(Exception):
    """The connection broke. `started`: the command may have begun on the host; `runs_on`: it may still run, and should come to its end."""

    def __init__(self, error: BaseException, *, started: bool, runs_on: bool = False) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.started = started
        self.runs_on = runs_on


class Session:
    """One session. `close` may be called from any thread, also while a cmdlet runs; everything else belongs to one thread."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._pool = psrp_pool(endpoint)
        self._finished: Any = None
        self._worn = False
        self._used = time.monotonic()
        self._deleting = threading.Lock()
        self._opening = False
        self._uncertain = False
        self._unwanted = False
        self._gone = False

    @property
    def unwanted(self) -> bool:
        """Whether it has been closed, also where its shell may still be there."""
        return self._unwanted

    @property
    def worn(self) -> bool:
        """Whether a pipeline could not be closed, so that no more commands should be run in it."""
        return self._worn

    @property
    def keep_alive_seconds(self) -> float:
        """After how long without a command it has to be looked at, so that the host does not end it."""
        found = _DURATION.fullmatch(str(self._pool.shell.idle_time_out or ""))
        hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (2.0, 0.0, 0.0)
        shortest, longest = _KEEP_ALIVE_SECONDS
        return min(longest, max(shortest, (hours * 3600 + minutes * 60 + seconds) / 3))

    def open(self) -> None:
        """Create the shell and its runspace. Raises what pypsrp and requests raise, and ConnectionLost where it was closed before."""
        with self._deleting:
            if self._unwanted:
                raise ConnectionLost(ConnectionAbortedError("closed before it was opened"), started=False)
            self._opening = True
        cleaner = self._endpoint.cleaner
        if cleaner is not None:
            cleaner.creating(self._pool.id)
        try:
            self._pool.open()
            if cleaner is not None:
                cleaner.created(self._pool.id)
        except Exception as error:
            self._uncertain = not not_created(error)
            # Whatever a host says, nothing else is deleted than what was asked for.
            self._pool.shell.id = self._pool.id
            raise
        finally:
            self._opening = False

    def run(self, command: Command) -> Answer:
        """Run one command to its end. Raises ConnectionLost when the connection breaks.

        The pipeline before it is closed while the host works: its request is not waited for.
        """
        begun = time.monotonic()
        answer = self._run(command)
        self._used = time.monotonic()
        return replace(answer, seconds=round(self._used - begun, 3))

    def close_pipeline(self) -> None:
        """Close the last pipeline on the host, where no other command follows at once. Raises ConnectionLost."""
        finished, self._finished = self._finished, None
        if finished is not None:
            with _lost_from(started=False):
                finished.close()

    def look(self) -> None:
        """Ask the host whether the shell is there, which the host takes for use of it. Raises ConnectionLost."""
        self._reconnect_after_idling()
        with _lost_from(started=False):
            try:
                state = self._pool.shell._get_shell(timeout=_CHECK_TIMEOUT).get("State")
            except library.WSManFaultError as error:
                if error.code == SHELL_NOT_FOUND:
                    raise
                state = None  # who may not ask this (a restricted endpoint) has an answer all the same
            if state == "Disconnected":
                raise RuntimeError("the host has disconnected the shell")
        self._used = time.monotonic()

    def close(self) -> bool:
        """Delete the shell over a connection of its own, which a running cmdlet does not delay. Never raises.

        False where the shell is just being created, or may still be there: then the caller has to come back.
        """
        with self._deleting:
            self._unwanted = True
            shell = self._pool.shell
            if self._opening and not shell.opened:
                return False
            if not self._gone and (shell.opened or self._uncertain):
                try:
                    self._endpoint.delete(shell.id, shell.resource_uri)
                except Exception as error:
                    if not is_refusal(error):
                        return False
            self._gone = True
            if (cleaner := self._endpoint.cleaner) is not None:
                cleaner.deleted(self._pool.id)
            return True

    def _run(self, command: Command) -> Answer:
        if time.monotonic() - self._used > CHECK_SECONDS:
            self.look()
        try:
            parameters = {name: bound(value) for name, value in command.parameters.items()}
            bound(list(command.input))
        except ValueError as error:
            return Answer(State.FAILED, errors=[ErrorRecord(str(error), "RunspaceParameter", "InvalidArgument")])
        if any(needs_key(value) for value in command.parameters.values()):
            with _lost_from(started=False):
                self._pool.exchange_keys()
        begun = self._unthrottled(lambda: self._begin(command, parameters))
        if isinstance(begun, Answer):
            return begun
        self._close_before()
        with _lost_from(started=True):
            interrupted = self._received(begun, command)
            check_finished(self._pool)
            if begun.state == library.PSInvocationState.STOPPED:
                raise RuntimeError("the host stopped the pipeline")
            self._finished = begun
            answer = _answer(begun)
        return self._without_claim(command, answer) if interrupted and not answer.errors else answer

    def _close_before(self) -> None:
        """Close the pipeline of the command before. Where the connection broke, what is received next finds that out."""
        try:
            self.close_pipeline()
        except ConnectionLost:
            self._worn = True

    def _received(self, pipeline: Any, command: Command) -> bool:
        """Receive until the pipeline has ended; return whether the connection broke meanwhile.

        A command that reads is then sent anew. One that writes goes on on the host, and is waited for: half a move is worse.
        """
        since, tries, behind = 0.0, 0, None
        while pipeline.state == library.PSInvocationState.RUNNING:
            try:
                pipeline.poll_invoke(timeout=_RESUMED_TIMEOUT if since else None)
                if since and pipeline.state == library.PSInvocationState.RUNNING:
                    behind = behind or self._queued_behind()
                    behind.poll_invoke(timeout=_RESUMED_TIMEOUT)
                    if behind.state != library.PSInvocationState.RUNNING:
                        return True
                error: Exception | None = None
            except Exception as broken:
                error = broken
                if command.reads or self._unwanted or not is_broken(broken):
                    raise
                since = since or time.monotonic()
            if error is not None:
                if time.monotonic() - since > self._endpoint.reconnect_timeout:
                    raise ConnectionLost(error, started=True, runs_on=True)
                time.sleep(_RESUMING_PAUSES[min(tries, len(_RESUMING_PAUSES) - 1)])
                tries += 1
                begin_anew(self._pool.connection.transport)
                self._connect_again()
        return bool(since)

    def _connect_again(self) -> None:
        """Connect to the shell where the host has disconnected it, as Windows does after a while: it sends no output before."""
        with contextlib.suppress(Exception):
            shell = self._pool.shell
            if shell._get_shell(timeout=_RESUMED_TIMEOUT).get("State") == "Disconnected":
                self._pool.connection.reconnect(shell.resource_uri, selector_set=shell._selector_set)

    def _queued_behind(self) -> Any:
        """Send a command that runs when the one under way has ended: what the host has said of that end may have been lost."""
        pipeline = library.PowerShell(self._pool)
        pipeline.add_cmdlet("Get-Command").add_parameters({"Name": "Get-Command"})
        pipeline.begin_invoke(remote_stream_options=0)
        return pipeline

    def _without_claim(self, command: Command, answer: Answer) -> Answer:
        """Return the answer to a command whose output may have been lost in part: that it has ended, and nothing more."""
        message = (
            f"The connection to {self._endpoint.host} broke while {command.name} was under way. It has ended there."
        )
        return replace(answer, state=State.LOST, errors=[ErrorRecord(message, "ConnectionLost", "ConnectionError")])

    def _begin(self, command: Command, parameters: dict[str, Any]) -> Any:
        """Send the pipeline. Raises ConnectionLost, or WSManFaultError where the host's throttling turned it away."""
        pipeline = library.PowerShell(self._pool)
        pipeline.add_cmdlet(command.full_name).add_parameters(parameters)
        if command.select:
            pipeline.add_cmdlet("Select-Object").add_parameter("Property", list(command.select))
        try:
            # Without invocation info: records would carry every parameter back.
            # All input as one list: pypsrp sends a request for each element of the generator.
            values = (part for part in [list(command.input)]) if command.input else None
            pipeline.begin_invoke(input=values, remote_stream_options=0)
        except Exception as error:
            unsent = pipeline.state == library.PSInvocationState.NOT_STARTED
            if unsent and is_quota(error):
                raise
            raise ConnectionLost(error, started=not (unsent and not_carried_out(error))) from error
        return pipeline

    def _unthrottled(self, begin: Callable[[], _Made]) -> _Made | Answer:
        for pause in _THROTTLE_PAUSES:
            try:
                return begin()
            except library.WSManFaultError:
                # A pipeline that is not closed yet counts among the operations that the host allows.
                self._close_before()
                time.sleep(pause)
        try:
            return begin()
        except library.WSManFaultError as error:
            return Answer(State.FAILED, errors=[ErrorRecord(str(error.reason), "WSManQuota", "LimitsExceeded")])

    def _reconnect_after_idling(self) -> None:
        if time.monotonic() - self._used > IDLE_SECONDS:
            begin_anew(self._pool.connection.transport)


def _answer(pipeline: Any) -> Answer:
    errors = error_entries(pipeline.streams.error)
    return Answer(
        state=State.FAILED if errors else State.COMPLETED,  # had_errors does not know of non-terminating errors
        output=[value_of(item) for item in pipeline.output],
        errors=errors,
        warnings=[warning_text(record) for record in pipeline.streams.warning],
    )


@contextlib.contextmanager
def _lost_from(*, started: bool) -> Iterator[None]:
    try:
        yield
    except ConnectionLost:
        raise
    except Exception as error:
        raise ConnectionLost(error, started=started) from error
