# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a module that changes one thing: an instance, the tenant default, a configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeVar

from .._cmdlets.acting import command_for
from .._cmdlets.command_builder import fault_of
from .._connection.client import RemoteFault
from .._connection.messages import Answer, State
from .._model import faults, reasons
from .._model.decision import Change, Decision, Keep, Reason, Status, Unknown
from .._model.failure import Failure
from .._model.outcome import Outcome
from .module import Run, without_session

F = TypeVar("F")


@dataclass(frozen=True)
class ResourceRunner(Generic[F]):
    """One thing that is brought to its desired state.

    `observe` reads it and raises Failure where it cannot; `refusal` finds a refusal that the service hides in its warnings;
    `before` looks at what a change would mean, before it is made and in check mode as well.
    """

    name: str
    observe: Callable[[Run], F]
    decide: Callable[[F], Decision]
    refusal: Callable[[Sequence[str]], Reason | None] = field(default=lambda _warnings: None)
    before: Callable[[Run, Change], None] = field(default=lambda _run, _change: None)

    def run(self, run: Run) -> Outcome:
        """Observe, decide, and outside check mode apply and verify."""
        decision = self.decide(self.observe(run))
        # The same configuration is on both sides.
        about = {"name": self.name, "side": run.host.side.value}
        if isinstance(decision, Change | Keep):
            run.recorder.found_one(about, decision.before if isinstance(decision, Change) else decision.state)
        if not isinstance(decision, Change):
            return Outcome.predicted(self.name, decision)
        self.before(run, decision)
        if run.predicts_only:
            return Outcome.predicted(self.name, decision)
        command = command_for(decision.action, run.host)
        if run.module.check_mode:
            return Outcome.predicted(self.name, decision)
        run.recorder.sending_one(about, decision)
        try:
            answer = run.remote.one(command)
        except RemoteFault:
            # It may have been sent: what is read now decides, as after any lost answer.
            answer = Answer(State.LOST)
        for warning in answer.warnings:
            run.module.warn(warning)
        outcome = self._judged(decision, answer, self._now(run))
        run.recorder.completed_one(outcome)
        return outcome

    def _now(self, run: Run) -> Decision:
        try:
            return self.decide(self.observe(run))
        except Failure as unread:
            return Unknown(unread.reason)
        except RemoteFault as fault:
            return Unknown(without_session(fault))

    def _judged(self, change: Change, answer: Answer, now: Decision) -> Outcome:
        """Return what came of it: by what is read now, whatever the service said in between (R59)."""
        actions = (change.action.cmdlet,)
        about = {"cmdlet": change.action.cmdlet, "user": self.name}
        said = fault_of(answer)
        fault = self.refusal(answer.warnings) or (faults.classify(said) if said else None)
        match now:
            case Keep(state):
                return Outcome(self.name, Status.CHANGED, change.before, state, actions)
            case Unknown(reason):
                unread = fault or reasons.NOT_READ_BACK.format(**about, fault=reason.message)
                return Outcome(self.name, Status.UNKNOWN, change.before, None, actions, unread)
        if answer.state in (State.LOST, State.TIMEOUT):
            return Outcome(
                self.name, Status.UNKNOWN, change.before, None, actions, reasons.OUTCOME_UNKNOWN.format(**about)
            )
        reason = fault or reasons.NOT_CONFIRMED.format(**about)
        return Outcome(self.name, Status.FAILED, change.before, change.before, actions, reason)


def exit_with(run: Run, key: str, outcome: Outcome, **more: Any) -> NoReturn:
    """End the module with the result under `key`."""
    for warning in run.recorder.close():
        run.module.warn(warning)
    line = {name: value for name, value in outcome.to_result().items() if name != "user"}
    result: dict[str, Any] = {"changed": outcome.touched, key: line, **more}
    if run.module._diff:
        result["diff"] = {"before": dict(outcome.before or {}), "after": dict(outcome.after or {})}
    if (fault := run.recorder.fault) is not None:
        run.module.fail_json(msg=fault.sentence, reason=fault.to_result(), **result)
    if outcome.bad and outcome.reason is not None:
        run.module.fail_json(msg=outcome.reason.sentence, **result)
    run.module.exit_json(**result)
    raise AssertionError
