# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The worker of one slot of the pool: opens a session, runs commands in it, and opens another when it is lost."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum, auto

from ...module_utils._connection.messages import Answer, Command, ErrorRecord, SessionFault, State
from .command_queue import Job
from .host_name import HostName
from .likeness import Likeness
from .pool import Pool
from .session import ConnectionLost, Session
from .session_faults import NoSession, fault_of
from .session_start import SessionInfo, start
from .signing_in import SigningIn, expired

# Pauses before a session is opened anew; the last is repeated as long as the host is out of reach and waited for. For any other
# cause the slot stays empty after the last.
_REOPENING_PAUSES = (0.0, 2.0, 6.0)

# What trying again does not help, and may lock an account.
FINAL = frozenset({"authentication", "certificate", "invalid_option"})

# What passes by itself: a host that restarts is out of reach first, and busy when it is back.
_OUT_OF_REACH = frozenset({"unreachable", "busy"})

# A command that did not reach any runspace is sent again, up to so many times: every session may have been lost at once.
_MAX_ATTEMPTS = 20


class _Ended(Enum):
    """What comes after a command: the next one, another session in place of this one or beside it, or nothing."""

    NEXT = auto()
    REOPEN = auto()
    REPLACE = auto()
    LEAVE = auto()


def open_sessions(pool: Pool, likeness: Likeness | None = None) -> None:
    """Start opening the pool's sessions, and return at once. Where a `likeness` is given, sessions that lack it are not used.

    The first shell goes ahead until the host has let it in, the others follow together: a wrong password then counts once, not
    once per session.
    """
    Worker(pool, likeness).begin()


class Worker:
    """Has one slot. Where a host does not answer, the worker is replaced: another one has the slot then, or none."""

    def __init__(self, pool: Pool, likeness: Likeness | None = None) -> None:
        self._pool = pool
        self._likeness = likeness
        self._lock = threading.Lock()
        self._opening: Session | None = None
        self._replaced = False
        self._signing_in: SigningIn | None = None

    def begin(self) -> None:
        """Start working, in a thread of its own."""
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        fault: SessionFault | None = None
        again = False
        try:
            while True:
                session, fault = self._opened(again)
                if session is None or self._serve(session) is _Ended.LEAVE:
                    break
                again = True
        except Exception as error:
            fault = fault_of(error, self._pool.endpoint.host)
        if not self._replaced:
            self._pool.leave(fault)

    # Opening

    def _opened(self, again: bool) -> tuple[Session | None, SessionFault | None]:
        """Open a session, `again` where one was lost. Where the host refuses, or is not there in time, the fault says why."""
        fault, begun, tries = None, time.monotonic(), 0
        while True:
            pause = _REOPENING_PAUSES[min(tries, len(_REOPENING_PAUSES) - 1)]
            session = None if self._pool.closed_within(pause) else self._pool.session()
            if session is None:
                return None, None
            fault = self._open(session, again)
            if fault is None:
                return session, None
            self._pool.discard(session)
            tries += 1
            if self._replaced or not self._tries_again(fault, again, tries, time.monotonic() - begun):
                return None, fault

    def _tries_again(self, fault: SessionFault, again: bool, tries: int, seconds: float) -> bool:
        if fault.code in FINAL:
            return False
        if again and fault.code in _OUT_OF_REACH:
            return seconds < self._pool.endpoint.reconnect_timeout
        return (again or fault.code == "busy") and tries < len(_REOPENING_PAUSES)

    def _open(self, session: Session, again: bool) -> SessionFault | None:
        with contextlib.ExitStack() as signing_in:
            # After a loss one session signs in at a time, and none once the account was refused.
            refused = signing_in.enter_context(self._pool.signing_in()) if again else None
            if refused is not None:
                return refused
            found = self._started(session, signing_in.close)
            if again and isinstance(found, SessionFault) and found.code in FINAL:
                self._pool.refuse(found)
        if isinstance(found, SessionFault):
            return found
        if self._replaced:
            return _slow(self._pool.endpoint.host, self._pool.start_timeout)
        self._signing_in = found.signing_in
        self._pool.ready(found)
        return None

    def _started(self, session: Session, created: Callable[[], None]) -> SessionInfo | SessionFault:
        """Open a session and make it ready; `created` is called in between."""
        host = self._pool.endpoint.host
        self._opening = session
        with _limit(self._pool.start_timeout, lambda: self._too_slow(session)):
            try:
                session.open()
                created()
                for _slot in range(self._pool.admit()):
                    self._another().begin()
                info = start(session, self._pool.options, str(host))
                differs = None if self._likeness is None else self._likeness.check(session, info, host)
                return differs or info
            except ConnectionLost as lost:
                return fault_of(lost.__cause__ or lost, host)
            except Exception as error:
                return fault_of(error, host)
            finally:
                with self._lock:
                    self._opening = None

    def _too_slow(self, session: Session) -> None:
        with self._lock:
            if self._opening is not session:
                return
            self._replaced = True
        self._pool.leave(_slow(self._pool.endpoint.host, self._pool.start_timeout))
        self._pool.discard(session)

    # Serving

    def _serve(self, session: Session) -> _Ended:
        ended = _Ended.NEXT
        while ended is _Ended.NEXT:
            try:
                job = self._next_job(session)
            except TimeoutError:
                ended = self._kept_alive(session)
            except ConnectionLost:
                ended = _Ended.REOPEN
            else:
                ended = _Ended.LEAVE if job is None else self._attempt(session, job)
        if ended is not _Ended.REPLACE:
            self._pool.discard(session)
        return ended

    def _next_job(self, session: Session) -> Job | None:
        """Take the next job. Raises TimeoutError where none comes before the session has to be used, and ConnectionLost."""
        queue, places = self._pool.queue, self._pool.places
        with contextlib.suppress(TimeoutError):
            return queue.take(0.0, places)
        session.close_pipeline()
        return queue.take(session.keep_alive_seconds, places)

    def _kept_alive(self, session: Session) -> _Ended:
        """Use a session for which there is nothing to do. Where it is lost, another is opened when there is."""
        try:
            session.look()
        except ConnectionLost:
            self._pool.discard(session)
            return _Ended.REOPEN if self._pool.queue.wait(self._pool.places) else _Ended.LEAVE
        return _Ended.NEXT

    def _attempt(self, session: Session, job: Job) -> _Ended:
        with _limit(job.command.timeout, lambda: self._overdue(session, job)):
            try:
                answer = self._answer_of(session, job.command)
            except ConnectionLost as lost:
                left = _Ended.REPLACE if lost.runs_on else _Ended.REOPEN
                return left if self._lost(job, lost) else _Ended.LEAVE
            except Exception as error:
                # A defect, whatever it is: nobody knows how far the command came, and the module must not wait for ever.
                return _Ended.REOPEN if self._lost(job, ConnectionLost(error, started=True)) else _Ended.LEAVE
        if not self._answer(job, replace(answer, by=str(self._pool.endpoint.host))):
            return _Ended.LEAVE
        return _Ended.REOPEN if answer.state is State.LOST or session.worn else _Ended.NEXT

    def _answer_of(self, session: Session, command: Command) -> Answer:
        """Run a command. Where the sign-in has expired, sign in again and run it once more: what the service refused it has not done."""
        answer = session.run(command)
        signing_in = self._signing_in
        if signing_in is None or not expired(answer):
            return answer
        session.close_pipeline()
        # Where that does not help, it is not tried with each command that follows.
        self._signing_in = None
        try:
            signing_in = signing_in.renewed(self._pool.options.sign_in)
            signing_in.sign_in(session)
        except NoSession as error:
            entry = ErrorRecord(
                f"Signing in again failed: {error.fault.message}", error.fault.code, "AuthenticationError"
            )
            return replace(answer, errors=[*answer.errors, entry])
        again = session.run(command)
        self._signing_in = None if expired(again) else signing_in
        return again

    def _lost(self, job: Job, lost: ConnectionLost) -> bool:
        """Queue the job of a lost session again, or answer it as lost. False when it has an answer already."""
        host, name = self._pool.endpoint.host, job.command.name
        never_arrived = not lost.started and job.attempts < _MAX_ATTEMPTS
        reads_again = job.command.reads and not job.started
        if never_arrived or reads_again:
            with self._lock:
                return self._pool.queue.requeue(job, started=lost.started)
        if lost.started or job.started:
            message, state = f"The connection to {host} was lost while {name} was under way.", State.LOST
        else:
            message, state = f"{name} could not be handed to any session on {host}.", State.CANCELLED
        return self._answer(job, Answer(state, errors=[ErrorRecord(message, "ConnectionLost", "ConnectionError")]))

    def _answer(self, job: Job, answer: Answer) -> bool:
        with self._lock:
            return self._pool.queue.answer(job, answer)

    def _overdue(self, session: Session, job: Job) -> None:
        """Answer a job that takes too long. It keeps its session, and another one is opened.

        The session of a read is closed, so that there is never one shell too many; a write is left to end, since half a move is worse.
        """
        message = f"{job.command.name} did not end within {job.command.timeout:g} seconds."
        answer = Answer(
            State.TIMEOUT,
            errors=[ErrorRecord(message, "Timeout", "OperationTimeout")],
            seconds=job.command.timeout or 0.0,
        )
        with self._lock:
            if not self._pool.queue.answer(job, answer):
                return
            self._replaced = True
        if job.command.reads:
            self._pool.discard(session)
        self._another().begin()

    def _another(self) -> Worker:
        return Worker(self._pool, self._likeness)


@contextlib.contextmanager
def _limit(seconds: float | None, action: Callable[[], None]) -> Iterator[None]:
    """Call `action` in a thread of its own when the block takes longer than `seconds`."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _slow(host: HostName, seconds: float) -> SessionFault:
    return SessionFault(
        "start_timeout",
        f"No PowerShell session on {host} was ready within {seconds:g} seconds.",
        "Raise ansible_runspace_start_timeout if loading the module and signing in take that long there; otherwise see what keeps the "
        "host busy.",
    )
