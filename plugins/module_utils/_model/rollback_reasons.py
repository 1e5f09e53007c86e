# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reasons why a rollback leaves users alone, or brings back less than they had."""

from __future__ import annotations

from .decision import Scope
from .reasons import reason

NOT_OURS = reason(
    "not_upgraded_by_us",
    "{user} is left alone: {why}.",
    "Nothing was changed. Where they are homed online, and are to be homed on-prem all the same, move them with csuser_move.",
)
CHANGED_BY_OTHERS = reason(
    "changed_by_others",
    "{user} is assigned {present}, which no run has done: it is kept.",
    "Assign what they had before with teams_upgrade_policy, where that is to come back all the same. The ledger has it (ledger_info).",
)
CHANGED_SINCE = reason(
    "changed_since_rollback",
    "{user} was rolled back, and somebody has changed their mode since: they have {present}, which is kept.",
    "Assign another with teams_upgrade_policy where that was not intended.",
)
FORMER_POLICY_MISSING = reason(
    "former_policy_missing",
    "{user} had the policy {policy}, which is no instance on the {side} side any more: nothing was done for them.",
    "Create it again with teams_upgrade_policy_instance, and run the rollback again.",
)
POOL_NOT_RECORDED = reason(
    "pool_not_recorded",
    "The ledger does not say which pool {user} was homed in.",
    "Name the pool that is to take them in teams_upgrade_rollback_pool, and run again.",
)
POOL_GONE = reason(
    "pool_gone",
    "{user} was homed in {pool}, which is no registrar pool of this deployment any more.",
    "Name a pool that is to take them instead in teams_upgrade_rollback_pool, and run again.",
)
ROLLBACK_POOL_MISSING = reason(
    "rollback_pool_missing",
    "teams_upgrade_rollback_pool is {pool}, which is no registrar pool of this deployment.",
    "Name an existing one: Get-CsPool lists them.",
    scope=Scope.ORGANISATION,
)
MODE_STAYS = reason(
    "mode_stays",
    "{user} has no policy of their own any more, and the cloud still shows them as TeamsOnly.",
    "Run again later, since a change takes up to 24 hours to show. Where it stays, this tenant gives no other mode to users homed online.",
)
MODE_NOT_RECORDED = reason(
    "mode_not_recorded",
    "The ledger does not say which mode {user} had, so that none is granted.",
    "Grant one with teams_upgrade_policy where the tenant default is not the right one.",
)
MODE_NOT_RESTORED = reason(
    "mode_not_restored",
    "{user} was TeamsOnly while homed on-prem, which cannot be granted.",
    "Grant another mode with teams_upgrade_policy where the tenant default is not the right one.",
)
