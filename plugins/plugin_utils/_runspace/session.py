# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One PowerShell session: a WSMan shell with one runspace, in which one cmdlet runs at a time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from ...module_utils._connection.messages import Answer, Command, ErrorRecord, State
from . import library
from .clixml import value_of
from .endpoint import CLOSE_SECONDS, Endpoint
from .error_records import error_entries, warning_text
from .parameters import bound, needs_key
from .psrp_pool import psrp_pool
from .session_faults import SHELL_NOT_FOUND, is_quota

# A host drops an HTTP connection on which nothing happens, and with it what encryption was agreed on; the shell stays.
IDLE_SECONDS = 60.0

# Pauses before a request that the host's throttling turned away is made again. It was not carried out.
_THROTTLE_PAUSES = (0.5, 1.0, 2.0)

_Made = TypeVar("_Made")


class ConnectionLost(Exception):
    """The connection broke. `started`: the command may have begun on the host."""

    def __init__(self, error: BaseException, *, started: bool) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.started = started


class Session:
    """One session. `close` may be called from any thread, also while a cmdlet runs; everything else belongs to one thread."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._pool = psrp_pool(endpoint)
        self._finished: Any = None
        self._used = time.monotonic()
        self._deleting = threading.Lock()
        self._opening = False
        self._uncertain = False
        self._gone = False

    def open(self) -> None:
        """Create the shell and its runspace. Raises what pypsrp and requests raise, and ConnectionLost where it was closed before."""
        with self._deleting:
            if self._gone:
                raise ConnectionLost(ConnectionAbortedError("closed before it was opened"), started=False)
            self._opening = True
        try:
            self._pool.open()
        except library.Timeout:
            self._uncertain = True
            raise
        finally:
            self._opening = False

    def run(self, command: Command) -> Answer:
        """Run one command to its end. Raises ConnectionLost when the connection breaks."""
        begun = time.monotonic()
        answer = self._run(command)
        self._used = time.monotonic()
        return replace(answer, seconds=round(self._used - begun, 3))

    def close_pipeline(self) -> None:
        """Close the last pipeline on the host. Called after its answer is handed over, which then does not wait. Raises ConnectionLost."""
        finished, self._finished = self._finished, None
        if finished is not None:
            with _lost_from(started=False):
                finished.close()

    def close(self) -> bool:
        """Delete the shell over a connection of its own, which a running cmdlet does not delay. Never raises.

        False while the shell is being created: then there is nothing to delete yet, and the caller has to come back.
        """
        with self._deleting:
            shell = self._pool.shell
            if self._opening and not shell.opened:
                return False
            if not self._gone and (shell.opened or self._uncertain):
                # Whatever goes wrong here, the shell is gone already or out of reach.
                with contextlib.suppress(Exception):
                    self._delete(shell)
            self._gone = True
            return True

    def _delete(self, shell: Any) -> None:
        selectors = library.SelectorSet()
        selectors.add_option("ShellId", shell.id)
        client = self._endpoint.wsman(short_timeouts=True)
        client.delete(shell.resource_uri, selector_set=selectors, timeout=CLOSE_SECONDS)
        client.close()

    def _run(self, command: Command) -> Answer:
        self._reconnect_after_idling()
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
        with _lost_from(started=True):
            begun.end_invoke()
            self._pool.check_finished()
            if begun.state == library.PSInvocationState.STOPPED:
                raise RuntimeError("the host stopped the pipeline")
            self._finished = begun
            return _answer(begun)

    def _begin(self, command: Command, parameters: dict[str, Any]) -> Any:
        """Send the pipeline. Raises ConnectionLost, or WSManFaultError where the host's throttling turned it away."""
        pipeline = library.PowerShell(self._pool)
        pipeline.add_cmdlet(command.full_name).add_parameters(parameters)
        if command.select:
            pipeline.add_cmdlet("Select-Object").add_parameter("Property", list(command.select))
        try:
            # Without invocation info: records would carry every parameter back.
            values = (item for item in command.input) if command.input else None
            pipeline.begin_invoke(input=values, remote_stream_options=0)
        except Exception as error:
            unsent = pipeline.state == library.PSInvocationState.NOT_STARTED
            if unsent and is_quota(error):
                raise
            raise ConnectionLost(error, started=not (unsent and _not_carried_out(error))) from error
        return pipeline

    def _unthrottled(self, begin: Callable[[], _Made]) -> _Made | Answer:
        for pause in _THROTTLE_PAUSES:
            try:
                return begin()
            except library.WSManFaultError:
                time.sleep(pause)
        try:
            return begin()
        except library.WSManFaultError as error:
            return Answer(State.FAILED, errors=[ErrorRecord(str(error.reason), "WSManQuota", "LimitsExceeded")])

    def _reconnect_after_idling(self) -> None:
        if time.monotonic() - self._used > IDLE_SECONDS:
            transport = self._pool.connection.transport
            transport.close()
            transport.session = None
            transport.encryption = None


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
    except Exception as error:
        raise ConnectionLost(error, started=started) from error


def _not_carried_out(error: BaseException) -> bool:
    """Return whether a request that failed so cannot have reached a runspace."""
    if isinstance(error, library.WSManFaultError):
        return bool(error.code == SHELL_NOT_FOUND)
    cause = error.args[0] if error.args else None
    return isinstance(cause, library.MaxRetryError) and isinstance(cause.reason, library.NewConnectionError)
