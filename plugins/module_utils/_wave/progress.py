# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far each wave is, and who is ready in the next one: from what this run has read, and what is remembered of earlier ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from .._model import reasons
from .._model.decision import Reason, Status
from .._model.identity import address_of
from .._model.ledger_reasons import IN_ANOTHER_JOB
from .._model.phase import UserPhase
from .._model.wave_reasons import LEFT_FOR_NEXT_RUN
from .finished import is_upgraded
from .outcomes import Shown, UserOutcome, outcome_of
from .run import RunState, WaveState
from .wave import Due

STATES = ("planned", "notified", "upgraded", "left_out", "failed")
STATE_OF = {
    UserPhase.PLANNED: "planned",
    UserPhase.NOTIFIED: "notified",
    UserPhase.MOVED: "notified",
    UserPhase.UPGRADED: "upgraded",
    UserPhase.DONE: "upgraded",
    UserPhase.ROLLED_BACK: "left_out",
}
# Users who were not started in this run, and whom a later one takes up: nothing keeps them from being upgraded.
LATER = frozenset(
    each.code for each in (reasons.WINDOW_CLOSED, reasons.PHASE_NOT_SELECTED, LEFT_FOR_NEXT_RUN, IN_ANOTHER_JOB)
)


def progress_of(run: RunState, state: WaveState, remembered: Mapping[str, UserPhase]) -> dict[str, int]:
    """Return how many users of a wave are in which state; each counts once.

    `remembered` holds the phases of the users that the wave ever had, by folded address. Failed and left out is who was so in this run.
    """
    phases = {address_of(user): UserPhase.PLANNED for user in state.users} | dict(remembered)
    states = {user: STATE_OF[phase] for user, phase in phases.items()}
    for each in state.assessment.users if state.assessment else ():
        if is_upgraded(each, state):
            states[each.user.key] = "upgraded"
    for user in outcome_of(run, state).users:
        if (shown := _of_this_run(user)) is not None and states.get(address_of(user.user)) != "upgraded":
            states[address_of(user.user)] = shown
    found = Counter(states.values())
    return {state: found[state] for state in STATES}


def _of_this_run(user: UserOutcome) -> str | None:
    if user.bad:
        return "failed"
    return "left_out" if user.worst.status is Status.SKIPPED and user.code not in LATER else None


def next_wave(run: RunState) -> Shown | None:
    """Return the readiness of the wave whose upgrade is next: as this run has read it, or from which day on a run reads it.

    Waves whose upgrade is due are not next any more.
    """
    ahead = [state for state in run.waves.values() if state.planned and state.due is not Due.UPGRADE]
    if not ahead:
        return None
    state = min(ahead, key=_day)
    wave, assessment = state.wave, state.assessment
    shown: Shown = {
        "wave": wave.name,
        "due": state.due.value,
        "on": wave.upgrade_on.isoformat(),
        "read_from": wave.notify_on.isoformat(),
        "users": None if wave.users is None else len(wave.members),
        "ready": None,
        "reasons": [],
    }
    if assessment is None:
        return shown
    ready = sum(each.ready for each in assessment.users)
    first = (each.reasons[0] for each in assessment.users if not each.ready)
    return shown | {"users": len(assessment.users), "ready": ready, "reasons": _grouped(first)}


def _day(state: WaveState) -> date:
    return state.wave.upgrade_on


def _grouped(found: Iterable[Reason]) -> list[Shown]:
    groups: dict[str, list[Reason]] = {}
    for reason in found:
        groups.setdefault(reason.code, []).append(reason)
    return [
        {"code": code, "count": len(group), "message": group[0].message, "remedy": group[0].remedy}
        for code, group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]
