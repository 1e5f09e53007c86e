# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a change to an on-prem instance."""

from __future__ import annotations

from typing import Any

from ._cmdlets.acting import command_for
from ._cmdlets.calling import faults_of
from ._cmdlets.policies import read_instances
from ._model import faults, reasons
from ._model.decision import Change, Decision, Keep, Status
from ._model.outcome import Outcome
from ._module import Run, must
from ._rules.instance import HoldInstance


def run_on_instance(run: Run, wish: HoldInstance) -> None:
    """Bring the instance to what is wished, and end the module."""
    decision = wish.decide(must(read_instances(run.remote, run.host)))
    outcome = Outcome.predicted(wish.identity, decision)
    if isinstance(decision, Change):
        command_for(decision.action, run.host)
        if not run.module.check_mode:
            outcome = _apply(run, wish, decision)
    line = {key: value for key, value in outcome.shown().items() if key != "user"}
    result: dict[str, Any] = {"changed": bool(outcome.actions), "instance": {"identity": wish.identity, **line}}
    if run.module._diff:
        result["diff"] = {"before": dict(outcome.before or {}), "after": dict(outcome.after or {})}
    if outcome.bad and outcome.reason is not None:
        run.module.fail_json(msg=f"{outcome.reason.message} {outcome.reason.remedy}".strip(), **result)
    run.module.exit_json(**result)


def _apply(run: Run, wish: HoldInstance, change: Change) -> Outcome:
    answer = run.remote.one(command_for(change.action, run.host))
    for warning in answer.warnings:
        run.module.warn(warning)
    now: Decision = wish.decide(must(read_instances(run.remote, run.host)))
    done = Outcome(wish.identity, Status.CHANGED, change.before, change.after, (change.action.cmdlet,))
    if isinstance(now, Keep):
        return done
    fault = next((faults.classify(each) for each in faults_of(answer)), None)
    reason = fault or reasons.NOT_CONFIRMED.about(cmdlet=change.action.cmdlet, user=wish.identity)
    return Outcome(wish.identity, Status.FAILED, change.before, None, done.actions, reason)
