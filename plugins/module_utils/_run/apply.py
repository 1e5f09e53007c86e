# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending changes and reading back what came of them. Success is what a read says (R36)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic, sleep
from typing import TypeAlias

from .._cmdlets.acting import command_for
from .._cmdlets.command_builder import fault_of, fault_text
from .._cmdlets.move_reports import Report, with_report
from .._connection.client import Remote, RemoteFault
from .._connection.messages import Answer, State
from .._model import faults, organisation_reasons, reasons
from .._model.actions import GrantInBatch, GrantPolicy, MoveUser
from .._model.decision import Change, Decision, Pending, Reason, Scope, Unknown
from .._model.host import Host
from .._model.identity import UserId
from .._progress import SILENT, Progress, counted
from .._rules.move import fault_with_report
from .attempts import Attempt
from .batches import BatchOperations, Following
from .failure import without_session
from .reports import MoveReports

Decide: TypeAlias = Callable[[Sequence[UserId]], dict[UserId, Decision]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go wrong, and how long faults that pass are tried again (`retry_delay` in seconds).

    `max_failures` is a number of users; where it is given, the percentage does not count. `stop_after_same_failures`: that many users,
    the first of the task, all failed alike; 0 for never.
    """

    max_fail_percentage: int = 0
    retries: int = 3
    retry_delay: int = 30
    max_failures: int | None = None
    stop_after_same_failures: int = 5

    @property
    def exceeded_because(self) -> str:
        """Why nobody more is started, as a clause."""
        return f"more users failed than {'max_fail_percentage' if self.max_failures is None else 'max_failures'} allows"

    def spent(self, failed: int, total: int) -> bool:
        """Return whether no more users may be started. A percentage of 0 lets every user be attempted and fails the task afterwards."""
        if self.max_failures is not None:
            return failed > self.max_failures
        return bool(self.max_fail_percentage) and failed * 100 > self.max_fail_percentage * total

    def at_once(self, failed: int, total: int) -> int | None:
        """Return how many may be changed at a time, so that no more can fail than the first who is too many; None for no limit.

        Users who are under way when the limit is reached cannot be called back.
        """
        if self.max_failures is not None:
            return max(1, self.max_failures - failed + 1)
        share = self.max_fail_percentage * total // 100
        return max(1, share - failed + 1) if self.max_fail_percentage else None

    def same_failure(self, alike: Sequence[str | None], last: Reason | None) -> Reason | None:
        """Return why nobody more is started where the first users all failed with one unknown fault, of which `last` is one."""
        count = self.stop_after_same_failures
        if not count or last is None or len(alike) < count or None in alike or len(set(alike)) > 1:
            return None
        return organisation_reasons.SAME_FAILURE.format(count=count, fault=last.message)

    def exceeded(self, failed: int, total: int) -> bool:
        """Return whether the task has failed."""
        if self.max_failures is not None:
            return failed > self.max_failures
        return failed * 100 > self.max_fail_percentage * total


class ChangeApplier:
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
        self._batches = BatchOperations(remote, host, following)
        self._sent = 0
        self._ended: list[Attempt] = []
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
        attempts = {user: Attempt(change, user=user.text) for user, change in changes.items()}
        self._sent = len(attempts)
        self._round(self._singly(attempts))
        while self._tries and not self.stopped and not self.spent:
            again = {user: each for user, each in attempts.items() if each.retryable}
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
            attempt.already_done = not isinstance(found, (Change, Unknown))
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
            attempt.answered = action.identity not in self._batches.lost
            attempt.change = replace(attempt.change, action=GrantPolicy(action.identity, action.policy))
        return {user: each for user, each in attempts.items() if not each.started}

    def _round(self, attempts: Mapping[UserId, Attempt]) -> None:
        waiting = list(attempts.values())
        if not waiting:
            return
        for attempt in waiting:
            if isinstance(attempt.change.action, MoveUser):
                attempt.change = replace(attempt.change, action=with_report(attempt.change.action))
        commands = [command_for(each.change.action, self._host) for each in waiting]
        at_once = self._limits.at_once(self._failed, self._total)
        batch = self._remote.run(commands, careful=True, at_once=at_once)
        reports = MoveReports(self._remote, self._host)
        unanswered, ended, failed = set(range(len(waiting))), 0, self._failed
        self._remote.progress.say(counted(ended, len(waiting), 0))
        try:
            for index, answer in batch:
                unanswered.discard(index)
                self._note(waiting[index], answer)
                if answer.state in (State.COMPLETED, State.FAILED):
                    reports.ask(index, waiting[index].change.action)
                self._apply_reports(waiting, reports.poll())
                ended += answer.state is not State.CANCELLED
                self._remote.progress.say(counted(ended, len(waiting), self._failed - failed))
                self.spent = self._limits.spent(self._failed, self._total)
                if self.stopped or self.spent:
                    batch.cancel()
            self._apply_reports(waiting, reports.drain())
        except RemoteFault as fault:
            for index in unanswered:
                lost = reasons.OUTCOME_UNKNOWN.format(cmdlet=waiting[index].change.action.cmdlet, user="the user")
                waiting[index].started, waiting[index].answered, waiting[index].fault = True, False, lost
                waiting[index].called += (waiting[index].change.action.cmdlet,)
            self.stopped = without_session(fault)

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
        self._failed += not attempt.answered or self._has_failed(attempt)
        self._stop_for(attempt)

    def _apply_reports(self, waiting: Sequence[Attempt], found: Iterator[tuple[int, Report]]) -> None:
        """Take what reports say of moves that were noted: why one failed, be it that the cmdlet did not say so (R37)."""
        for index, report in found:
            attempt = waiting[index]
            attempt.warnings += [report.unread] if report.unread else []
            noted = self._has_failed(attempt)
            attempt.fault = fault_with_report(attempt.fault, report.error)
            self._failed += self._has_failed(attempt) and not noted and attempt.answered
            self._stop_for(attempt)

    def _has_failed(self, attempt: Attempt) -> bool:
        return attempt.fault is not None and not (attempt.fault.retryable and self._tries)

    def _stop_for(self, attempt: Attempt) -> None:
        if attempt.fault is not None and attempt.fault.scope is Scope.ORGANISATION:
            self.stopped = attempt.fault
        first = self._ended[: self._limits.stop_after_same_failures]
        if first and self.stopped is None and len(self._ended) < self._sent:
            self.stopped = self._limits.same_failure([each.alike for each in first], attempt.fault)


def _no_session_left(answer: Answer) -> Reason:
    """Return why a command was not taken by any session."""
    remedy = "Run again: the state is read first, and nothing is repeated blindly."
    return Reason("connection", fault_text(answer), remedy, Scope.ORGANISATION)


@dataclass(frozen=True, slots=True)
class Waiter:
    """How long what settles is watched, in seconds, and how often it is read."""

    timeout: int = 0
    interval: int = 60

    def wait(
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
    if isinstance(decision, Unknown):
        return watched and decision.reason.scope is Scope.USER
    return isinstance(decision, Pending) or (watched and isinstance(decision, Change))
