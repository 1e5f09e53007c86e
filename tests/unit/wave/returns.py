# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alice in rollbacks: what runs have sent for her, how both sides show her, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.past import Past, Sent
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback import (
    Return,
    decide,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.sides import SideFacts

from tests.unit.sentences import whole
from tests.unit.wave.test_readiness import ALICE, Item, cloud, skype, teams

POOL, OTHER = "pool01.contoso.com", "pool02.contoso.com"
GRANT, BATCH, MOVE = "Grant-CsTeamsUpgradePolicy", "New-CsBatchPolicyAssignmentOperation", "Move-CsUser"
ONPREM: Item = {"homing": "onprem", "registrar_pool": POOL, "mode": "Islands", "assigned": None, "notify_policy": None}
ONLINE: Item = {"homing": "online", "mode": "Islands", "assigned": "Islands"}
NOTHING: tuple[Sent, ...] = ()
RESTORED = datetime(2026, 12, 1, tzinfo=UTC)


def sent(action: str, leads_to: str, status: str = "changed", **before: object) -> Sent:
    return Sent(action, status, UserPhase(leads_to), before)


NOTICE = sent(GRANT, "notified", homing="onprem", policy=None)
MOVED = sent(MOVE, "upgraded", homing="onprem", registrar_pool=POOL)
MOVED_BACK = sent(MOVE, "rolled_back", homing="online")
GRANTED = sent(GRANT, "upgraded", homing="online", mode="Islands", policy="Islands")
IN_BATCH = sent(BATCH, "upgraded", homing="onprem", mode="Islands")

HERE, THERE = skype(registrar_pool=POOL, assigned=None), teams(assigned=None)
UPGRADED = (skype(homing="online", assigned=None), cloud(mode="TeamsOnly", assigned=None))


def decided(
    onprem: Item,
    online: Item,
    *events: Sent,
    before: Item | None = None,
    instead: str = "",
    known: bool = True,
    restored: datetime | None = None,
) -> Return:
    alice = UserId.parse(ALICE)
    past = Past(ONPREM if before is None else before, events, restored) if known else None
    here = SideFacts.from_result(alice, {ALICE: onprem}, Side.ONPREM)
    there = SideFacts.from_result(alice, {ALICE: online}, Side.ONLINE)
    return decide(alice, past, here, there, instead)


def code(found: Return) -> tuple[str, str]:
    return (found.status.value, whole(found.reason).code if found.reason else "")


def shown(found: Return) -> dict[str, Any]:
    wanted = {"pool": found.pool, "waits": found.waits, "mode": found.mode, "notice": found.notice}
    return {name: value for name, value in wanted.items() if value not in (None, False)}


LEFT, FAILED = ("skipped", "not_upgraded_by_us"), "failed"
