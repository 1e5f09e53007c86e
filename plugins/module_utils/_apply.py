# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending changes and reading back what came of them. Success is what a read says (R36)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic, sleep
from typing import TypeAlias

from ._batch import Batches, Following
from ._cmdlets.acting import command_for
from ._cmdlets.calling import fault_text, faults_of
from ._cmdlets.move_reports import Report, with_report
from ._model import faults, reasons, stops
from ._model.actions import GrantInBatch, GrantPolicy, MoveUser, StartMeetingMigration
from ._model.decision import Change, Decision, Keep, Reason, Refuse, Scope, Settling, Status, Unread
from ._model.host import Host
from ._model.identity import UserId
from ._model.outcome import Outcome
from ._progress import SILENT, Progress, counted
from ._remote import Answer, Remote, RemoteFault, State
from ._reports import MoveReports
from ._rules.move import fault_with_report

Decide: TypeAlias = Callable[[Sequence[UserId]], dict[UserId, Decision]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go wrong, and how long faults that pass are tried again (`retry_delay` in seconds)."""

    max_fail_percentage: int = 0
    retries: int = 3
    retry_delay: int = 30

    def spent(self, failed: int, total: int) -> bool:
        """Return whether no more users may be started. A limit of 0 lets every user be attempted and fails the task afterwards."""
        return bool(self.max_fail_percentage) and failed * 100 > self.max_fail_percentage * total

    def exceeded(self, failed: int, total: int) -> bool:
        """Return whether the task has failed."""
        return failed * 100 > self.max_fail_percentage * total


@dataclass(slots=True)
class Attempt:
    """What is known of one change after it was sent.

    `called` names the cmdlets, `fault` is what the host said; `sure` is false where the answer was lost. `over`: a read has shown that
    nothing is left to do, whatever the host said.
    """

    change: Change
    called: tuple[str, ...] = ()
    started: bool = False
    sure: bool = True
    over: bool = False
    fault: Reason | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def passing(self) -> bool:
        """Whether it met a fault that may pass, and is to be tried again."""
        return self.fault is not None and self.fault.retryable and self.sure and not self.over


class Applying:
    """The changes of one run. `stopped` is the organisation's fault, if one came; `spent` tells that nobody more was started because
    too many had failed; `operations` are the ids of batches.

    A fault that passes is no failure before its last try.
    """

    def __init__(
        self, remote: Remote, host: Host, limits: Limits, *, total: int, failed: int, following: Following
    ) -> None:
        self._remote = remote
        self._host = host
        self._limits = limits
        self._total = total
        self._failed = failed
        self._tries = limits.retries
        self._batches = Batches(remote, host, following)
        self.stopped: Reason | None = None
        self.spent = False

    @property
    def operations(self) -> Sequence[str]:
        """The ids of the batch operations that were started."""
        return self._batches.operations

    def send(self, changes: Mapping[UserId, Change], decide: Decide) -> dict[UserId, Attempt]:
        """Send every change, and those that met a passing fault again, unless a read shows by then that nothing is left to do.

        Nothing whose answer was lost is repeated.
        """
        attempts = {user: Attempt(change) for user, change in changes.items()}
        self._round(self._singly(attempts))
        while self._tries and not self.stopped and not self.spent:
            again = {user: each for user, each in attempts.items() if each.passing}
            if not again:
                break
            self._remote.progress.say(f"{len(again)} users are tried again in {self._limits.retry_delay} s")
            sleep(self._limits.retry_delay)
            self._tries -= 1
            self._round(self._still_open(again, decide))
        return attempts

    def _still_open(self, attempts: Mapping[UserId, Attempt], decide: Decide) -> Mapping[UserId, Attempt]:
        """Return those whose change is still to be made: a cmdlet that failed may have done its work before (R50)."""
        now = decide(list(attempts))
        for user, attempt in attempts.items():
            found = now[user]
            attempt.over = not isinstance(found, (Change, Unread))
            if isinstance(found, Change):
                attempt.change = replace(attempt.change, action=found.action)
        return {user: attempt for user, attempt in attempts.items() if isinstance(now[user], Change)}

    def _singly(self, attempts: Mapping[UserId, Attempt]) -> Mapping[UserId, Attempt]:
        """Carry out what goes in batches, and return what is to be sent singly: all else, and those whom a batch left out."""
        batched = {
            user: each.change.action for user, each in attempts.items() if isinstance(each.change.action, GrantInBatch)
        }
        done = self._batches.grant(list(batched.values())) if batched else set()
        for user, action in batched.items():
            attempt = attempts[user]
            attempt.called, attempt.started = (action.cmdlet,), action.identity in done
            attempt.sure = action.identity not in self._batches.lost
            attempt.change = replace(attempt.change, action=GrantPolicy(action.identity, action.policy))
        return {user: each for user, each in attempts.items() if not each.started}

    def _round(self, attempts: Mapping[UserId, Attempt]) -> None:
        waiting = list(attempts.values())
        if not waiting:
            return
        for attempt in waiting:
            if isinstance(attempt.change.action, MoveUser):
                attempt.change = replace(attempt.change, action=with_report(attempt.change.action))
        batch = self._remote.run([command_for(attempt.change.action, self._host) for attempt in waiting])
        reports = MoveReports(self._remote, self._host)
        unanswered, ended, failed = set(range(len(waiting))), 0, self._failed
        self._remote.progress.say(counted(ended, len(waiting), 0))
        try:
            for index, answer in batch:
                unanswered.discard(index)
                self._note(waiting[index], answer)
                if answer.state in (State.COMPLETED, State.FAILED):
                    reports.ask(index, waiting[index].change.action)
                self._heed(waiting, reports.come())
                ended += answer.state is not State.CANCELLED
                self._remote.progress.say(counted(ended, len(waiting), self._failed - failed))
                self.spent = self._limits.spent(self._failed, self._total)
                if self.stopped or self.spent:
                    batch.cancel()
            self._heed(waiting, reports.rest())
        except RemoteFault as fault:
            for index in unanswered:
                lost = reasons.OUTCOME_UNKNOWN.about(cmdlet=waiting[index].change.action.cmdlet, user="the user")
                waiting[index].started, waiting[index].sure, waiting[index].fault = True, False, lost
                waiting[index].called += (waiting[index].change.action.cmdlet,)
            self.stopped = Reason(fault.code, fault.message, fault.remedy, Scope.ORGANISATION)

    def _note(self, attempt: Attempt, answer: Answer) -> None:
        if answer.state is State.CANCELLED:
            # Nobody cancels with an error but the sessions themselves: there is none left that could take it.
            self.stopped = self.stopped or (no_session(answer) if answer.errors else None)
            return
        attempt.started, attempt.fault = True, None
        if attempt.change.action.cmdlet not in attempt.called:
            attempt.called += (attempt.change.action.cmdlet,)
        attempt.warnings.extend(answer.warnings)
        attempt.sure = answer.state not in (State.LOST, State.TIMEOUT)
        if answer.state is State.REFUSED:
            attempt.fault = stops.CHECK_MODE_REFUSED.about(cmdlet=attempt.change.action.cmdlet)
        elif found := faults_of(answer):
            attempt.fault = faults.classify(found[0])
        self._failed += not attempt.sure or self._has_failed(attempt)
        self._stop_for(attempt)

    def _heed(self, waiting: Sequence[Attempt], found: Iterator[tuple[int, Report]]) -> None:
        """Take what reports say of moves that were noted: why one failed, be it that the cmdlet did not say so (R37)."""
        for index, report in found:
            attempt = waiting[index]
            attempt.warnings += [report.unread] if report.unread else []
            noted = self._has_failed(attempt)
            attempt.fault = fault_with_report(attempt.fault, report.error)
            self._failed += self._has_failed(attempt) and not noted and attempt.sure
            self._stop_for(attempt)

    def _has_failed(self, attempt: Attempt) -> bool:
        return attempt.fault is not None and not (attempt.fault.retryable and self._tries)

    def _stop_for(self, attempt: Attempt) -> None:
        if attempt.fault is not None and attempt.fault.scope is Scope.ORGANISATION:
            self.stopped = attempt.fault


def no_session(answer: Answer) -> Reason:
    """Return why a command was not taken by any session."""
    remedy = "Run again: the state is read first, and nothing is repeated blindly."
    return Reason("connection", fault_text(answer), remedy, Scope.ORGANISATION)


def judge(user: UserId, attempt: Attempt, now: Decision, stopped: Reason | None) -> Outcome:
    """Return what came of a change, by what is read now and only then by what the cmdlet said."""
    change = attempt.change
    if not attempt.started:
        return not_started(user, change, stopped)
    done = Outcome(user.text, Status.CHANGED, change.before, change.after, attempt.called)
    match now:
        case Keep(state):
            return replace(done, after=state)
        case Settling(state, _) if state == change.after:
            return replace(done, after=state)
        case Settling(state, reason):
            return replace(done, status=Status.PENDING, after=state, reason=reason)
        case Unread() if not attempt.sure:
            return replace(_unchanged(user, attempt, done), after=None)
        case Unread(reason):
            about = {"user": user.text, "cmdlet": attempt.called[-1], "fault": reason.message}
            unread = attempt.fault or reasons.NOT_READ_BACK.about(**about)
            return replace(done, status=Status.UNKNOWN, after=None, reason=unread)
        case Refuse(reason, state, _):
            return replace(done, status=Status.FAILED, after=state, reason=attempt.fault or reason)
    return replace(_unchanged(user, attempt, done), after=now.before)


def _unchanged(user: UserId, attempt: Attempt, done: Outcome) -> Outcome:
    """A read shows that the wish still stands open."""
    about = {"user": user.text, "cmdlet": attempt.called[-1]}
    if not attempt.sure:
        return replace(done, status=Status.UNKNOWN, reason=reasons.OUTCOME_UNKNOWN.about(**about))
    if attempt.fault is not None:
        return replace(done, status=Status.FAILED, reason=attempt.fault)
    if isinstance(attempt.change.action, (GrantPolicy, StartMeetingMigration)):
        # The service accepts these and shows them later (R12, R51).
        return replace(done, status=Status.PENDING, reason=reasons.NOT_YET_VISIBLE.about(**about))
    return replace(done, status=Status.FAILED, reason=reasons.NOT_CONFIRMED.about(**about))


def not_started(user: UserId, change: Change, stopped: Reason | None) -> Outcome:
    """Return the outcome of a change that was never sent."""
    cause = "more users failed than max_fail_percentage allows" if stopped is None else stopped.message.rstrip(".")
    reason = reasons.NOT_STARTED.about(user=user.text, cause=cause)
    return Outcome(user.text, Status.SKIPPED, change.before, change.before, reason=reason)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what settles is watched, in seconds, and how often it is read."""

    timeout: int = 0
    interval: int = 60

    def watch(
        self, decisions: dict[UserId, Decision], decide: Decide, done: Collection[UserId], progress: Progress = SILENT
    ) -> dict[UserId, Decision]:
        """Return the decisions once nothing settles any more, or time is up.

        What was `done` and does not show yet settles too, and a read that fails meanwhile is made again, unless none can succeed.
        """
        deadline = monotonic() + self.timeout
        current, watched = dict(decisions), set(done)
        while settling := [user for user, each in current.items() if _settles(each, user in watched)]:
            left = deadline - monotonic()
            if left <= 0:
                break
            watched.update(settling)
            told = counted(len(current) - len(settling), len(current), 0)
            progress.say(f"waiting, {told} done, asked again every {self.interval} s")
            sleep(min(self.interval, left))
            current |= decide(settling)
        return current


def _settles(decision: Decision, watched: bool) -> bool:
    if isinstance(decision, Unread):
        return watched and decision.reason.scope is Scope.USER
    return isinstance(decision, Settling) or (watched and isinstance(decision, Change))
