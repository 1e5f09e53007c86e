# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alice in looks for drift: what runs have done to her, how both sides show her, and how she is judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_known import Known, known_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_run import (
    DriftItem,
    Remembered,
    everybody,
    judged,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.past import Sent
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import DriftRun, RunState

from tests.unit.sentences import whole
from tests.unit.wave.runs import NOON, run, wave
from tests.unit.wave.sides import assessment_of
from tests.unit.wave.test_readiness import ALICE, Item, cloud, skype, teams

# What is known is worked out by the test that asks for it, not while tests are collected.
History = Callable[[], Known]
MOVE, GRANT = "Move-CsUser", "Grant-CsTeamsUpgradePolicy"
TELL = "TeamsUpgradeNotify"
POOL, OTHER_POOL = "pool01.contoso.com", "pool02.contoso.com"
BEFORE: Item = {"homing": "onprem", "registrar_pool": POOL, "mode": "Islands", "assigned": None, "notify_policy": None}
# Days of the wave's upgrade, by what is due at noon of 7 December.
DAYS = {"nothing": date(2026, 12, 31), "notify": date(2026, 12, 10), "upgrade": date(2026, 12, 7)}
WHY = Reason("fault", "Something odd happened.", "Look.")


def here(**facts: object) -> Item:
    """Alice as the Skype for Business host shows her."""
    return skype(registrar_pool=POOL, assigned=None) | facts


def there(**facts: object) -> Item:
    """Alice as the Teams host shows her while she is homed on-prem."""
    return teams(assigned=None) | facts


HOME = here(), there()
UPGRADED = here(homing="online", registrar_pool=None), cloud(mode="TeamsOnly", assigned=None)
MOVING = here(homing="online", registrar_pool=None), there()
BORN = {"user": ALICE, "status": "failed", "reason": {"code": "user_not_found", "message": "No.", "remedy": "No."}}


def notice(status: str = "changed") -> Sent:
    after = {"homing": "onprem", "policy": TELL, "notify": True}
    return Sent(
        GRANT, status, UserPhase.NOTIFIED, {"homing": "onprem", "policy": None}, after if status == "changed" else {}
    )


def move(status: str = "changed", reason: Reason | None = None) -> Sent:
    after: Item = {"homing": "online"} if status == "changed" else {}
    return Sent(MOVE, status, UserPhase.MOVED, {"homing": "onprem", "registrar_pool": POOL}, after, reason)


def back(status: str = "changed", pool: str = POOL, reason: Reason | None = None) -> Sent:
    after: Item = {"homing": "onprem", "registrar_pool": pool} if status == "changed" else {}
    return Sent(MOVE, status, UserPhase.ROLLED_BACK, {"homing": "online"}, after, reason)


def grant(
    mode: str, policy: str | None, status: str = "changed", homing: str = "online", reason: Reason | None = None
) -> Sent:
    leads_to = UserPhase.UPGRADED if mode == "TeamsOnly" else UserPhase.NOTIFIED if "Notify" in str(policy) else None
    state = {"homing": homing, "mode": mode, "policy": policy}
    return Sent(GRANT, status, leads_to, {"homing": homing, "mode": "Islands", "policy": None}, state, reason)


def known(phase: str, *sent: Sent, before: Item | None = None, wave: str = "pilot", running: bool = False) -> History:
    """What the ledger knows of Alice."""
    first = before if before is not None else BEFORE if sent else None
    return lambda: known_of(wave, UserPhase(phase), first, sent, running=running)


def look(
    sides: tuple[Item | None, Item | None],
    history: History | None = None,
    due: str = "upgrade",
    *,
    phase: str = "",
    planned: bool = True,
    accepted: frozenset[str] = frozenset(),
    notified_on: datetime | None = None,
    left: frozenset[str] = frozenset(),
    memory: Memory | None = None,
    **facts: Any,
) -> DriftItem:
    """How Alice is found. `phase`: what the ledger's phase means for her wave, where that is another one."""
    state = looking(run(wave(users=[ALICE] if planned else [], upgrade_on=DAYS[due], **facts), now=NOON), accepted)
    users = [UserId.parse(ALICE)]
    state.drift = DriftRun(everybody=everybody(state, [ALICE]), left=left)
    onprem, online = sides
    reading = state.wave("")
    reading.memory = memory or Memory()
    reading.assessment = assessment_of(users, [onprem] if onprem else [], [online] if online else [])
    past = history() if history else None
    remembered = {} if past is None else {ALICE: Remembered(past, UserPhase(phase or past.phase), notified_on)}
    (found,) = judged(state, lambda _users: remembered)
    return found


def looking(state: RunState, accepted: frozenset[str]) -> RunState:
    """A run that looks for drift."""
    state.drift, state.check_mode, state.notify_policy = DriftRun(), True, TELL
    object.__setattr__(state.goal, "accepted", accepted)
    return state


def shown(item: DriftItem) -> tuple[str, str]:
    """The status with the code of its reason, after seeing that its sentences are whole."""
    reason = item.judgement.reason
    assert item.judgement.expected.keys() == item.judgement.found.keys()
    return item.judgement.status.value, whole(reason).code if reason else ""


def differing(item: DriftItem) -> set[str]:
    """What is found otherwise than expected."""
    judgement = item.judgement
    return {name for name, value in judgement.expected.items() if judgement.found[name] != value}
