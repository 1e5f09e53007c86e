# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The waves of a rollback: users by the wave that the ledger knows them in, each with the window and the budget of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._model.identity import UserId, address_of, fold
from .._model.policy import Mode
from .._rules.plan_users import PlanProblem
from .plan import Plan, UnsoundPlan
from .rollback_state import Rollback
from .run import RunState, WaveState
from .wave import Due, Wave

# The name of the wave of users who are in none.
NO_WAVE = "(none)"


AGAIN = "Wave {name} has again: true, so that the next run upgrades its users again. Take it out to keep them where they are now."


def by_wave(users: Sequence[str], known: Mapping[str, str]) -> dict[str, list[str]]:
    """Return users by their wave, as `known` has it by folded address."""
    found: dict[str, list[str]] = {}
    for user in users:
        found.setdefault(known.get(address_of(user)) or NO_WAVE, []).append(user)
    return found


def take(run: RunState, users: Mapping[str, Sequence[str]], plan: Plan, instead: str = "") -> None:
    """Give a run the users that it rolls back, by wave. `instead`: the pool for those whose own is gone or not recorded.

    Raises UnsoundPlan where there is a plan, and it does not have one of the waves.
    """
    planned = {fold(wave.name): wave for wave in plan.waves}
    if missing := [name for name in users if planned and name != NO_WAVE and fold(name) not in planned]:
        raise UnsoundPlan([_without_window(name, list(users[name])) for name in missing])
    for name, members in users.items():
        known = planned.get(fold(name))
        wave = Wave(
            name=name,
            upgrade_on=run.now.date(),
            lead_days=0,
            mode=Mode.TEAMS_ONLY,
            migrate_meetings=False,
            window=known.window if known else None,
            users=tuple(map(UserId.parse, members)),
        )
        if known and known.again:
            run.notes = (*run.notes, AGAIN.format(name=name))
        budget = plan.failure_budget_percentage if known else 0
        run.waves[name] = WaveState(
            wave, Due.UPGRADE, wave.is_open(run.now), budget, planned=False, rollback=Rollback(instead)
        )


def _without_window(name: str, users: Sequence[str]) -> PlanProblem:
    named = f"{', '.join(users[:3])}{' and others' if len(users) > 3 else ''}"
    return PlanProblem(
        f"The plan has no wave {name!r}, in which the ledger knows {named}: no window and no failure budget would hold for them.",
        "Add the wave, or give no teams_upgrade_plan.",
    )
