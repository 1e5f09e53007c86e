# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending changes and reading back what came of them. Success is what a read says (R36)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from .._cmdlets.command_builder import fault_of, fault_text
from .._cmdlets.move_reports import Report
from .._connection.client import Remote, RemoteFault
from .._connection.messages import Answer, Command, State
from .._model import faults, organisation_reasons, reasons
from .._model.decision import Change, Keep, Reason, Scope, Unknown
from .._model.failure import NotOffered
from .._model.host import Host
from .._model.identity import UserId
from .._progress import counted, estimated
from .._rules.move import fault_with_report
from .attempts import Attempt
from .batches import BatchOperations, Following
from .clock import SYSTEM_CLOCK, Clock
from .limits import FailureCount
from .meanwhile import ReadingMeanwhile
from .module import without_session
from .portions import Portions, Sending
from .prepare import Call, prepare
from .recorder import Recorder
from .reports import MoveReports
from .wait import Decide


class ChangeApplier:
    """The changes of one run. `stopped` is the organisation's fault, if one came; `failures` counts the users who have failed.

    A fault that passes is no failure before its last try. Nobody is started from the moment `until` on: then it is `closed`. `left`
    says of single users why they were not started. `seen` holds users for which a read has shown that nothing is left to do.
    """

    def __init__(
        self,
        remote: Remote,
        host: Host,
        failures: FailureCount,
        *,
        following: Following,
        clock: Clock = SYSTEM_CLOCK,
        recorder: Recorder | None = None,
        until: datetime | None = None,
    ) -> None:
        self._remote = remote
        self._host = host
        self._limits = failures.limits
        self._tries = failures.limits.retries
        self._recorder = recorder or Recorder()
        self._batches = BatchOperations(remote, host, failures, following, clock, self._recorder)
        self._clock = clock
        self._until = until
        self._users: dict[str, UserId] = {}
        self._sent = 0
        self._ended: list[Attempt] = []
        self.failures = failures
        self.stopped: Reason | None = None
        self.closed = False
        self.left: dict[UserId, Reason] = {}
        self.seen: dict[UserId, Keep] = {}

    @property
    def warnings(self) -> Sequence[str]:
        """What is to be known of batch operations that were refused."""
        return self._batches.warnings

    @property
    def operations(self) -> Sequence[str]:
        """The ids of the batch operations that were started."""
        return self._batches.operations

    def send(self, calls: Mapping[UserId, Call], decide: Decide) -> dict[UserId, Attempt]:
        """Send every change, and those that met a passing fault again, unless a read shows by then that nothing is left to do.

        Nothing whose answer was lost is repeated.
        """
        attempts = {user: Attempt(call.change, user=user.text) for user, call in calls.items()}
        self._users = {attempt.user: user for user, attempt in attempts.items()}
        self._sent = len(attempts)
        meanwhile = ReadingMeanwhile(self._remote, decide)
        self._round(self._singly(attempts, calls), meanwhile)
        while self._tries and not self.stopped and not self.closed and not self.failures.spent:
            again = {user: each for user, each in attempts.items() if each.retryable}
            if not again:
                break
            self._remote.progress.say(f"{len(again)} users are tried again in {self._limits.retry_delay} s")
            self._clock.sleep(self._limits.retry_delay)
            self._tries -= 1
            meanwhile.forget(again)
            self._round(self._still_open(again, decide), meanwhile)
        # The report of a move may come after its user was read, and say that it failed.
        meanwhile.forget([user for user, attempt in attempts.items() if attempt.fault is not None])
        self.seen = meanwhile.seen
        return attempts

    def _singly(
        self, attempts: Mapping[UserId, Attempt], calls: Mapping[UserId, Call]
    ) -> list[tuple[Attempt, Command]]:
        """Carry out what goes in batches, and return what is to be sent singly: all else, and what a batch left out."""
        granted = self._batches.grant(calls, self._until)
        self.stopped = self._batches.fault
        if self._batches.broken is not None:
            self.stopped = without_session(self._batches.broken)
        sending: list[tuple[Attempt, Command]] = []
        for user, attempt in attempts.items():
            action = attempt.change.action
            if action.alone is None:
                sending.append((attempt, calls[user].command))
                continue
            attempt.called, attempt.started = (action.cmdlet,), user in granted
            attempt.answered = user not in self._batches.lost
            attempt.change = replace(attempt.change, action=action.alone)
            sending += [] if attempt.started else self._prepared(attempt)
        return sending

    def _still_open(self, attempts: Mapping[UserId, Attempt], decide: Decide) -> list[tuple[Attempt, Command]]:
        """Return those whose change is still to be made: a cmdlet that failed may have done its work before (R50)."""
        now = decide(list(attempts))
        sending: list[tuple[Attempt, Command]] = []
        for user, attempt in attempts.items():
            found = now[user]
            attempt.already_done = not isinstance(found, (Change, Unknown))
            if isinstance(found, Change):
                attempt.change = replace(attempt.change, action=found.action)
                sending += self._prepared(attempt)
        return sending

    def _prepared(self, attempt: Attempt) -> list[tuple[Attempt, Command]]:
        """Return a change that was not prepared before with its command; nothing where the host does not offer what it needs."""
        try:
            call = prepare(attempt.change, self._host)
        except NotOffered as missing:
            self.stopped = missing.reason
            return []
        attempt.change = call.change
        return [(attempt, call.command)]

    def _round(self, sending: Sequence[tuple[Attempt, Command]], meanwhile: ReadingMeanwhile) -> None:
        if not sending or self.stopped or self.closed or self.failures.spent:
            return
        waiting, reads = [attempt for attempt, _command in sending], False
        named = [Sending(self._users[attempt.user], attempt.change, command) for attempt, command in sending]
        portions = Portions(self._remote, self._recorder, named, self._until, self._clock)
        reports = MoveReports(self._remote, self._host)
        unanswered, ended, failed = set(range(len(waiting))), 0, self.failures.number
        began = self._clock.monotonic()
        self._remote.progress.say(counted(0, len(waiting), 0))
        try:
            while (found := portions.next(self.failures.at_once, waits=not reads)) is not None:
                unanswered.difference_update(self._taken(waiting, found, reports))
                self._apply_reports(waiting, reports.poll())
                ended += sum(answer.state is not State.CANCELLED for _index, answer in found)
                passed, now = self._clock.monotonic() - began, self._clock.now()
                count = counted(ended, len(waiting), self.failures.number - failed)
                self._remote.progress.say(count + estimated(ended, len(waiting), passed, now))
                over = self.stopped is not None or self.failures.spent
                if over:
                    portions.stop()
                reads = not over and portions.leaves_sessions_free and meanwhile.read_some(self._done(waiting))
            self._apply_reports(waiting, reports.drain())
        except RemoteFault as fault:
            for index in unanswered.intersection(portions.under_way):
                _lose(waiting[index])
            self.stopped = without_session(fault)
        self.stopped = self.stopped or portions.fault
        self.closed = portions.closed
        self.left |= portions.left

    def _done(self, attempts: Sequence[Attempt]) -> Iterator[UserId]:
        yield from (
            self._users[each.user] for each in attempts if each.started and each.answered and each.fault is None
        )

    def _taken(
        self, waiting: Sequence[Attempt], found: Sequence[tuple[int, Answer]], reports: MoveReports
    ) -> Iterator[int]:
        """Note answers, and yield the places of those commands."""
        for index, answer in found:
            attempt = waiting[index]
            self._note(attempt, answer)
            self._recorder.answered(self._users[attempt.user], answer.seconds, attempt.fault)
            if answer.state in (State.COMPLETED, State.FAILED):
                reports.ask(index, attempt.change.action, answer.by)
            yield index

    def _note(self, attempt: Attempt, answer: Answer) -> None:
        if answer.state is State.CANCELLED:
            # Nobody cancels with an error but the sessions themselves: there is none left that could take it.
            self.stopped = self.stopped or (_no_session_left(answer) if answer.errors else None)
            return
        attempt.started, attempt.fault = True, None
        if attempt.change.action.cmdlet not in attempt.called:
            attempt.called += (attempt.change.action.cmdlet,)
        attempt.warnings.extend(answer.warnings)
        attempt.answered = answer.state not in (State.LOST, State.TIMEOUT)
        if answer.state is State.REFUSED:
            attempt.fault = organisation_reasons.CHECK_MODE_REFUSED.format(cmdlet=attempt.change.action.cmdlet)
        elif said := fault_of(answer):
            attempt.fault = faults.classify(said)
        self._ended.append(attempt)
        self._weigh(attempt)

    def _apply_reports(self, waiting: Sequence[Attempt], found: Iterator[tuple[int, Report]]) -> None:
        """Take what reports say of moves that were noted: why one failed, also where the cmdlet said nothing (R37)."""
        for index, report in found:
            attempt = waiting[index]
            attempt.warnings += [report.unread] if report.unread else []
            attempt.fault = fault_with_report(attempt.fault, report.error)
            self._weigh(attempt)

    def _weigh(self, attempt: Attempt) -> None:
        """Count a user who has failed, and stop everybody for what everybody would meet."""
        fault = attempt.fault
        if not attempt.answered or (fault is not None and not (fault.retryable and self._tries)):
            self.failures.users.add(attempt.user)
        if fault is not None and fault.scope is Scope.ORGANISATION:
            self.stopped = fault
        first = self._ended[: self._limits.stop_after_same_failures]
        if first and self.stopped is None and len(self._ended) < self._sent:
            self.stopped = self._limits.same_failure([each.alike for each in first], fault)


def _lose(attempt: Attempt) -> None:
    """Note that a call may have been made, and that nobody will say what came of it."""
    cmdlet = attempt.change.action.cmdlet
    attempt.started, attempt.answered = True, False
    attempt.fault = reasons.OUTCOME_UNKNOWN.format(cmdlet=cmdlet, user="the user")
    attempt.called += (cmdlet,)


def _no_session_left(answer: Answer) -> Reason:
    """Return why a command was not taken by any session."""
    remedy = "Run again: the state is read first, and nothing is repeated blindly."
    return Reason("connection", fault_text(answer), remedy, Scope.ORGANISATION)
