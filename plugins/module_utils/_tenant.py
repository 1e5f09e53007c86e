# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a change to the tenant default."""

from __future__ import annotations

from ._cmdlets.policies import read_tenant_default
from ._cmdlets.tenant import count_onprem_users, read_tenant
from ._model.outcome import summary
from ._model.policy import Mode
from ._module import Run, must
from ._rules.tenant import MEETINGS_NOT_MIGRATED, DefaultMode, TenantFacts, refusal_in
from ._single import Single, exit_with

_CONVERTING = (Mode.TEAMS_ONLY, Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS)


def run_on_tenant(run: Run, wish: DefaultMode) -> None:
    """Bring the tenant default to what is wished, and end the module. Users' meetings are not converted by that (R54)."""

    def observe(run: Run) -> TenantFacts:
        default = must(read_tenant_default(run.remote, run.host))
        onprem = count_onprem_users(run.remote, run.host) if wish.mode is Mode.TEAMS_ONLY else 0
        return TenantFacts(default, onprem, *read_tenant(run.remote, run.host))

    outcome = Single("the tenant", observe, wish.decide, refusal_in).run(run)
    if outcome.actions and wish.mode in _CONVERTING:
        run.module.warn(MEETINGS_NOT_MIGRATED)
    exit_with(run, "tenant", outcome, users=[], summary=summary([]), failures=[])
