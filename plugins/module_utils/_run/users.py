# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a module that works on users: observe, decide, and outside check mode apply and verify. Said here once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, Protocol, TypeVar

from .._connection.client import Remote, RemoteFault
from .._model.decision import Change, Decision, Reason, Refuse, Scope, Status, Unknown, states_of
from .._model.failure import Failure, NotOffered
from .._model.fault import alike
from .._model.host import Host
from .._model.identity import UserId, address_of, fold
from .._model.outcome import Outcome, failures, grouped_warnings, in_words, summary
from .._model.reasons import NOT_STARTED, READ_FAILED, SAME_USER, WINDOW_CLOSED
from .._model.user import Side, User
from .._rules.guards import without_facts
from .apply import ChangeApplier
from .attempts import judge, not_started
from .batches import Following
from .clock import SYSTEM_CLOCK, Clock
from .limits import FailureCount, Limits
from .module import Run, ansible_module, fail_on_error, without_session
from .options import Params, Spec, moment_of
from .prepare import Call, prepare
from .result import diff, said
from .wait import Waiter


class Identified(Protocol):
    """Facts about one user."""

    @property
    def identity(self) -> str:
        """What cmdlets get as the identity."""


# Seconds between two looks at users whom a dead run has left.
READ_AGAIN = 10
F = TypeVar("F", bound=Identified)
W_contra = TypeVar("W_contra", bound=Identified, contravariant=True)


class DesiredState(Protocol[W_contra]):
    """What users are to be like."""

    def decide(self, facts: W_contra, /) -> Decision:
        """Return what is to be done about one user."""


@dataclass(frozen=True)
class UserTask(Generic[F]):
    """What a module that works on users adds to the run.

    `desired_state` reads what concerns everybody; `observe` reads users; `batched` says whether so many grants are made as batch
    operations, and `following` how long those are followed; `select` returns the users where none are named; `without` decides about
    users that could not be read; `warn` returns what the administrator should know, given the outcomes of the users that are changed
    (or in check mode would be); `cmdlets` are those that change them.
    """

    sides: tuple[Side, ...]
    desired_state: Callable[[Params, Remote, Host], DesiredState[F]]
    observe: Callable[[Remote, Host, Sequence[UserId]], dict[UserId, F | Reason]]
    waiter: Callable[[Params], Waiter] = field(default=lambda _params: Waiter())
    following: Callable[[Params], Following] = field(default=lambda _params: Following())
    batched: Callable[[Params, Host, int], bool] = field(default=lambda _params, _host, _grants: False)
    warn: Callable[[Any, Sequence[Outcome]], list[str]] = field(default=lambda _desired, _touched: [])
    select: Callable[[Run], Sequence[UserId]] = field(default=lambda run: run.asked)
    without: Callable[[Any, Reason], Decision] = field(default=lambda _desired, reason: without_facts(reason))
    cmdlets: tuple[str, ...] = ()


def run_on_users(spec: Spec, task: UserTask[F], clock: Clock = SYSTEM_CLOCK, **constraints: Any) -> None:
    """Be the main function of a module that works on users."""
    module = ansible_module(spec, **constraints)
    with fail_on_error(module):
        UserRunner.start(Run.start(module, task.sides, clock), task).run()


class UserRunner(Generic[F]):
    """Observe, decide, apply, verify, for a list of users."""

    def __init__(self, run: Run, task: UserTask[F], desired: DesiredState[F]) -> None:
        self._run = run
        self._task = task
        self._desired = desired
        self._limits = Limits(**{each.name: run.params[each.name] for each in fields(Limits)})
        self._warnings: list[str] = []
        self._stopped: Reason | None = None
        self._operations: list[str] = []

    @classmethod
    def start(cls, run: Run, task: UserTask[F]) -> UserRunner[F]:
        """Read what concerns everybody. Raises Failure where that cannot be read."""
        return cls(run, task, task.desired_state(run.params, run.remote, run.host))

    def run(self) -> None:
        """Do it, and end the module with the result."""
        try:
            outcomes = self._outcomes()
        finally:
            self._warnings.extend(self._run.recorder.close())
        self._exit(outcomes)

    def _outcomes(self) -> list[Outcome]:
        facts, held = self._observed(self._task.select(self._run))
        decisions = self._in_batches(self._settled(facts)) | held
        calls = self._prepared(decisions)
        predicted = {user: Outcome.predicted(user.text, decision) for user, decision in decisions.items()}
        count = FailureCount.of(self._limits, predicted.values())
        if self._stopped is not None or count.spent:
            outcomes = [self._not_started(user, decision, predicted[user]) for user, decision in decisions.items()]
        elif self._run.module.check_mode:
            outcomes = list(predicted.values())
        else:
            outcomes = self._applied(decisions, calls, count)
        return outcomes

    def _observed(self, users: Sequence[UserId]) -> tuple[dict[UserId, F | Reason], dict[UserId, Decision]]:
        """Return the facts of those whom this task may work on, read once they are its own, and a refusal for each of the others."""
        run = self._run
        held = dict(run.recorder.claim(users, {}))
        facts, twice = _once(self._task.observe(run.remote, run.host, [user for user in users if user not in held]))
        held |= twice
        # Another job may know a user by their other name, and have changed them since they were read.
        named = {user: fact.identity for user, fact in facts.items() if not isinstance(fact, Reason)}
        others = {user: name for user, name in named.items() if address_of(name) != user.key}
        if others and run.recorder.writes:
            also_held = run.recorder.claim(list(others), others)
            again = [user for user in others if user not in also_held]
            facts = {user: fact for user, fact in facts.items() if user not in others}
            facts |= self._task.observe(run.remote, run.host, again) if again else {}
            held |= also_held
        return facts, {user: Refuse(reason, None, Status.SKIPPED) for user, reason in held.items()}

    def _settled(self, facts: Mapping[UserId, F | Reason]) -> dict[UserId, Decision]:
        """Return what is to be done about users, once nothing that a dead run has sent may still be at work on them."""
        run, before = self._run, {user: fact.before() for user, fact in facts.items() if isinstance(fact, User)}
        decisions = now = {user: self._decided(fact) for user, fact in facts.items()}
        while waiting := run.recorder.found(before, states_of(now), self._task.cmdlets):
            seconds = min(READ_AGAIN, max(waiting.values()))
            run.remote.progress.say(
                f"{len(waiting)} users were left by a job that has died, read again in {seconds:.0f} s"
            )
            run.clock.sleep(seconds)
            # What they had before is known by now.
            before, now = {}, self._decide(list(waiting))
            decisions |= now
        return decisions

    def _in_batches(self, decisions: dict[UserId, Decision]) -> dict[UserId, Decision]:
        """Turn grants into parts of batch operations, where so many of them are to be made that way."""
        batched = {
            user: replace(each, action=part)
            for user, each in decisions.items()
            if isinstance(each, Change) and (part := each.action.in_batch)
        }
        in_batches = self._task.batched(self._run.params, self._run.host, len(batched))
        return {**decisions, **batched} if in_batches else decisions

    def _decided(self, fact: F | Reason) -> Decision:
        return self._task.without(self._desired, fact) if isinstance(fact, Reason) else self._desired.decide(fact)

    def _decide(self, users: Sequence[UserId]) -> dict[UserId, Decision]:
        try:
            facts = self._task.observe(self._run.remote, self._run.host, users)
        except RemoteFault as fault:
            return dict.fromkeys(users, Unknown(without_session(fault)))
        except Failure as unread:
            return dict.fromkeys(users, Unknown(unread.reason))
        return {user: self._decided(fact) for user, fact in facts.items()}

    def _prepared(self, decisions: Mapping[UserId, Decision]) -> dict[UserId, Call]:
        """Return the changes with their commands, none where only a prediction is asked for.

        So it is known before anything is written whether the host offers what they need, and whether a reason stops everybody.
        """
        calls: dict[UserId, Call] = {}
        for user, decision in decisions.items():
            if isinstance(decision, (Refuse, Unknown)) and decision.reason.scope is Scope.ORGANISATION:
                self._stopped = decision.reason
                return calls
            if isinstance(decision, Change) and not self._run.predicts_only:
                try:
                    calls[user] = prepare(decision, self._run.host)
                except NotOffered as missing:
                    self._stopped = missing.reason
                    return calls
        if any(isinstance(decision, Change) for decision in decisions.values()):
            self._stopped = self._unread_alike(decisions)
        return calls

    def _unread_alike(self, decisions: Mapping[UserId, Decision]) -> Reason | None:
        """Return that the first users all could not be read for one unknown reason, where they could not."""
        first = list(decisions.items())[: self._limits.stop_after_same_failures]
        unread = [(user, each.reason) for user, each in first if isinstance(each, Unknown)]
        texts = [
            None if reason.retryable or reason.code != READ_FAILED.code else alike(reason.message, [user.text])
            for user, reason in unread
        ]
        return self._limits.same_failure(texts, unread[-1][1]) if unread else None

    @property
    def _cause(self) -> str:
        """Why users were not started, as a clause."""
        return self._limits.exceeded_because if self._stopped is None else self._stopped.message.rstrip(".")

    def _why_left(self, user: UserId, applying: ChangeApplier | None = None) -> Reason:
        """Return why a user was not started."""
        if applying is not None and user in applying.left:
            return applying.left[user]
        if applying is not None and applying.closed and self._stopped is None and not applying.failures.spent:
            return WINDOW_CLOSED.format(user=user.text, window=f"closed since {self._run.params['start_before']}")
        return NOT_STARTED.format(user=user.text, cause=self._cause)

    def _not_started(self, user: UserId, decision: Decision, predicted: Outcome) -> Outcome:
        return not_started(user, decision, self._why_left(user)) if isinstance(decision, Change) else predicted

    def _applied(
        self, decisions: dict[UserId, Decision], calls: Mapping[UserId, Call], count: FailureCount
    ) -> list[Outcome]:
        run = self._run
        following = self._task.following(run.params)
        applying = ChangeApplier(
            run.remote,
            run.host,
            count,
            following=following,
            clock=run.clock,
            recorder=run.recorder,
            until=moment_of(run.params, "start_before"),
        )
        attempts = applying.send(calls, self._decide) if calls else {}
        self._stopped, self._operations = applying.stopped, list(applying.operations)
        touched = [user for user, attempt in attempts.items() if attempt.started and user not in applying.seen]
        run.remote.progress.step("reading back")
        known = {**decisions, **applying.seen, **(self._decide(touched) if touched else {})}
        done = [
            user for user, attempt in attempts.items() if attempt.started and attempt.answered and not attempt.fault
        ]
        waiter = self._task.waiter(run.params)
        now = waiter.wait(known, self._decide, done, progress=run.remote.progress, clock=run.clock)
        outcomes = [
            judge(user, attempts[user], now[user], self._why_left(user, applying))
            if user in attempts
            else Outcome.predicted(user.text, now[user])
            for user in decisions
        ]
        run.recorder.completed({user: each for user, each in zip(decisions, outcomes, strict=True) if user in attempts})
        self._stopped = self._stopped or run.recorder.fault
        self._warnings.extend([*applying.warnings, *grouped_warnings(said(attempts, outcomes))])
        return outcomes

    def _exit(self, outcomes: list[Outcome]) -> None:
        params, module = self._run.params, self._run.module
        quiet = (Status.OK,) if params["return_users"] == "changed" else ()
        count = FailureCount.of(self._limits, outcomes)
        groups = failures(outcomes)
        result: dict[str, Any] = {
            "changed": any(outcome.touched for outcome in outcomes),
            "users": [outcome.to_result() for outcome in outcomes if outcome.status not in quiet],
            "summary": summary([outcome.status for outcome in outcomes]),
            "failure_count": count.number,
            "failures": groups,
        }
        if self._operations:
            result["operations"] = self._operations
        if self._run.recorder.unrecorded:
            result["unrecorded"] = list(self._run.recorder.unrecorded)
        if module._diff:
            result["diff"] = diff(outcomes)
        for warning in self._warnings + self._task.warn(self._desired, [each for each in outcomes if each.touched]):
            module.warn(warning)
        if self._stopped is not None:
            reason = self._stopped
            module.fail_json(msg=reason.sentence, reason=reason.to_result(), **result)
        left = sum(outcome.reason is not None and outcome.reason.code == NOT_STARTED.code for outcome in outcomes)
        if left or count.exceeded:
            module.fail_json(msg=in_words(groups, len(outcomes), left), **result)
        module.exit_json(**result)


def _once(facts: Mapping[UserId, F | Reason]) -> tuple[dict[UserId, F | Reason], dict[UserId, Reason]]:
    """Return the facts of each user once, and a reason for the other names of those who are named twice, by SIP address and by user
    principal name: nothing is said of these names that was not done for them.
    """
    seen: dict[str, UserId] = {}
    twice: dict[UserId, Reason] = {}
    for user, fact in facts.items():
        if not isinstance(fact, Reason) and (first := seen.setdefault(fold(fact.identity), user)) is not user:
            twice[user] = SAME_USER.format(user=user.text, other=first.text)
    return {user: fact for user, fact in facts.items() if user not in twice}, twice
