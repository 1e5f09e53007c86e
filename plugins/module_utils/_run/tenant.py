# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a change to the tenant default."""

from __future__ import annotations

from .._cmdlets.listing import Selection, list_users
from .._cmdlets.policies import read_tenant_default
from .._cmdlets.tenant import count_onprem_users, read_tenant
from .._model import organisation_reasons
from .._model.decision import Change, Reason
from .._model.failure import Failure, read_or_reason
from .._model.outcome import summary
from .._model.policy import Mode
from .._rules.inheriting import Inheriting
from .._rules.tenant import CLOUD_ALONE_COUNTED, MEETINGS_NOT_MIGRATED, DefaultMode, TenantFacts, refusal_in
from .module import Run
from .resource import ResourceRunner, exit_with


def run_on_tenant(run: Run, desired: DefaultMode) -> None:
    """Bring the tenant default to its desired state, and end the module. Reads and names the users it concerns first (R61)."""
    found: list[Inheriting] = []

    def observe(run: Run) -> TenantFacts:
        default = read_tenant_default(run.remote, run.host)
        onprem = read_or_reason(_onprem_users, run) if desired.mode is Mode.TEAMS_ONLY else 0
        fixed = read_or_reason(read_tenant, run.remote, run.host)
        return TenantFacts(default, onprem, *((None, None, fixed) if isinstance(fixed, Reason) else fixed))

    def before(run: Run, change: Change) -> None:
        held = Mode.read(change.before["mode"])
        if held is desired.mode:
            return
        users = read_or_reason(list_users, run.remote, run.host, Selection())
        if isinstance(users, Reason):
            raise Failure(organisation_reasons.INHERITING_UNKNOWN.format(host=run.host.name, fault=users.message))
        found.append(Inheriting.of(users, held, desired.mode))
        run.module.warn(found[0].said())

    outcome = ResourceRunner("the tenant", observe, desired.decide, refusal_in, before).run(run)
    if outcome.touched and any(each.meetings_not_migrated for each in found):
        run.module.warn(MEETINGS_NOT_MIGRATED)
    if outcome.touched and desired.mode is Mode.TEAMS_ONLY and run.params["onprem_users"] is None:
        run.module.warn(CLOUD_ALONE_COUNTED)
    more = {} if not found else _shown(found[0])
    exit_with(run, "tenant", outcome, users=[], summary=summary([]), failures=[], **more)


def _onprem_users(run: Run) -> int:
    """Return how many users are homed on-prem: as many as the side that knows more of them says (R57). Raises Failure."""
    return max(count_onprem_users(run.remote, run.host), run.params["onprem_users"] or 0)


def _shown(inheriting: Inheriting) -> dict[str, object]:
    return {
        "inheriting": {"count": len(inheriting.users), "users": list(inheriting.users)},
        "meetings_not_migrated": list(inheriting.meetings_not_migrated),
    }
