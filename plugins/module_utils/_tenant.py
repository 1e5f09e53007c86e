# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a change that concerns the tenant and no single user."""

from __future__ import annotations

from typing import Any

from ._cmdlets.acting import command_for
from ._cmdlets.calling import faults_of
from ._cmdlets.policies import read_tenant_default
from ._cmdlets.tenant import count_onprem_users, read_tenant
from ._model import faults, reasons
from ._model.decision import Change, Reason, Status
from ._model.outcome import Outcome, summary
from ._model.policy import Mode
from ._module import Run, Stop, must
from ._remote import State
from ._rules.tenant import MEETINGS_NOT_MIGRATED, DefaultMode, TenantFacts, refusal_in, shown

_TENANT = "the tenant"


def observe(run: Run, wish: DefaultMode) -> TenantFacts:
    """Read the tenant default, and for TeamsOnly who is still homed on-prem. Raises Stop where the default cannot be read."""
    default = must(read_tenant_default(run.remote, run.host))
    onprem = count_onprem_users(run.remote, run.host) if wish.mode is Mode.TEAMS_ONLY else 0
    return TenantFacts(default, onprem, *read_tenant(run.remote, run.host))


def run_on_tenant(run: Run, wish: DefaultMode) -> None:
    """Bring the tenant default to what is wished, and end the module."""
    decision = wish.decide(observe(run, wish))
    outcome = Outcome.predicted(_TENANT, decision)
    if isinstance(decision, Change):
        command_for(decision.action, run.host)
        if not run.module.check_mode:
            outcome = _apply(run, decision)
        if wish.mode in (Mode.TEAMS_ONLY, Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS):
            run.module.warn(MEETINGS_NOT_MIGRATED)
    line = {key: value for key, value in outcome.shown().items() if key != "user"}
    result: dict[str, Any] = {
        "changed": bool(outcome.actions),
        "tenant": line,
        "users": [],
        "summary": summary([]),
        "failures": [],
    }
    if run.module._diff:
        result["diff"] = {"before": dict(outcome.before or {}), "after": dict(outcome.after or {})}
    if outcome.bad and outcome.reason is not None:
        run.module.fail_json(msg=f"{outcome.reason.message} {outcome.reason.remedy}".strip(), **result)
    run.module.exit_json(**result)


def _apply(run: Run, change: Change) -> Outcome:
    """Send the grant and read the default again: what the service says in between may claim the opposite (R59)."""
    answer = run.remote.one(command_for(change.action, run.host))
    refused = refusal_in(answer.warnings)
    for warning in answer.warnings:
        run.module.warn(warning)
    fault = next((faults.classify(each) for each in faults_of(answer)), None)
    try:
        now = shown(must(read_tenant_default(run.remote, run.host)))
    except Stop as stop:
        return Outcome(_TENANT, Status.UNKNOWN, change.before, None, (change.action.cmdlet,), fault or stop.reason)
    done = Outcome(_TENANT, Status.CHANGED, change.before, now, (change.action.cmdlet,))
    if now == change.after and refused is None:
        return done
    unsure = reasons.OUTCOME_UNKNOWN if answer.state in (State.LOST, State.TIMEOUT) else reasons.NOT_CONFIRMED
    reason: Reason = refused or fault or unsure.about(cmdlet=change.action.cmdlet, user=_TENANT)
    return Outcome(_TENANT, Status.FAILED, change.before, now, (change.action.cmdlet,), reason)
