# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger knows of a user, by what was sent for them: cmdlet by cmdlet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantInBatch
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_known import Known, known_of, overlaid
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.past import Sent

from tests.unit.wave.drifting import BEFORE, OTHER_POOL, POOL, TELL, WHY, back, grant, move, notice
from tests.unit.wave.test_readiness import Item

MEETINGS = "Start-CsExMeetingMigration"
ONLINE: Item = {"homing": "online"}
POLICIES = frozenset(("mode", "assigned", "notify_policy"))
ALL = POLICIES | {"homing", "registrar_pool"}
NONE: frozenset[str] = frozenset()
TEAMS: Item = {"homing": "online", "mode": "TeamsOnly", "assigned": "UpgradeToTeams"}
TEAMS_GRANT = grant("TeamsOnly", "UpgradeToTeams")
SFB: Item = BEFORE | {"mode": "SfBOnly", "assigned": "SfBOnly"}
SFB_GRANT = grant("SfBOnly", "SfBOnly", homing="onprem")
TOLD: Item = BEFORE | {"notify_policy": TELL}
CONVERTED = Sent(MEETINGS, "changed", UserPhase.DONE)
READ_STILL = replace(move("unknown", WHY), after={"homing": "onprem"})


def grants_back(status: str = "changed") -> Sent:
    """A rollback assigns Islands again."""
    return replace(grant("Islands", "Islands", status, "onprem", WHY), leads_to=UserPhase.ROLLED_BACK)


# What was sent; the facts then, and what is known besides.
STORIES: list[tuple[str, list[Sent], Item, dict[str, Any]]] = [
    ("nothing", [], BEFORE, {}),
    ("notified", [notice()], TOLD, {"notified": True}),
    ("notified, and not confirmed", [notice("pending")], BEFORE, {"unfinished": POLICIES}),
    ("notified twice, once without an answer", [notice("unknown"), notice()], TOLD, {"notified": True}),
    ("a notification that failed", [replace(notice("failed"), reason=WHY)], BEFORE, {"reason": WHY}),
    ("a notification that failed before", [replace(notice("failed"), reason=WHY), notice()], TOLD, {"notified": True}),
    ("moved", [move()], ONLINE, {"upgraded": True}),
    ("moved after the notice", [notice(), move()], ONLINE, {"upgraded": True}),
    ("a move was sent", [move("sent")], BEFORE, {"upgraded": True, "unfinished": ALL}),
    ("a move is pending", [move("pending", WHY)], BEFORE, {"upgraded": True, "unfinished": ALL, "reason": WHY}),
    ("a move, and no answer", [move("unknown", WHY)], BEFORE, {"upgraded": True, "unfinished": ALL, "reason": WHY}),
    ("a move, no answer, and read since", [READ_STILL], BEFORE, {"upgraded": True, "reason": WHY}),
    ("a move that is read as pending", [replace(move("pending", WHY), after=ONLINE)], BEFORE,
     {"upgraded": True, "unfinished": ALL, "reason": WHY}),
    ("a move, and a notification, and no answer", [move("unknown", WHY), notice("unknown")], BEFORE,
     {"upgraded": True, "unfinished": ALL}),
    ("moved, and a grant that failed", [move(), replace(TEAMS_GRANT, status="failed", reason=WHY)], ONLINE,
     {"upgraded": True, "reason": WHY}),
    ("a move that failed", [move("failed", WHY)], BEFORE, {"reason": WHY}),
    ("moved at last", [move("unknown", WHY), move()], ONLINE, {"upgraded": True}),
    ("a grant leaves the homing open", [move("sent"), TEAMS_GRANT], BEFORE | TEAMS | {"homing": "onprem"},
     {"upgraded": True, "granted": True, "unfinished": ALL - POLICIES}),
    ("moved and granted", [move(), TEAMS_GRANT], TEAMS, {"upgraded": True, "granted": True}),
    ("moved, granted and converted", [move(), TEAMS_GRANT, CONVERTED], TEAMS, {"upgraded": True, "granted": True}),
    ("converted alone", [CONVERTED], BEFORE, {}),
    ("a conversion nobody has read", [replace(CONVERTED, status="unknown")], BEFORE, {}),
    ("granted", [SFB_GRANT], SFB, {"granted": True}),
    ("notified and granted", [notice(), SFB_GRANT], SFB | {"notify_policy": TELL}, {"notified": True, "granted": True}),
    ("the move takes both assignments away", [notice(), SFB_GRANT, move()], ONLINE, {"upgraded": True}),
    ("a cmdlet that is none of ours", [Sent("Set-CsUser", "changed", None, {}, {"mode": "SfBOnly"})], BEFORE, {}),
    ("moved back", [move(), back()], BEFORE, {"returning": True}),
    ("moved back to another pool", [move(), back(pool=OTHER_POOL)], BEFORE | {"registrar_pool": OTHER_POOL}, {"returning": True}),
    ("moved back after the notice", [notice(), move(), back()], BEFORE, {"returning": True}),
    ("moved back, and still TeamsOnly before", [move(), TEAMS_GRANT, back()], BEFORE, {"returning": True}),
    ("a move back was sent", [move(), back("sent")], ONLINE, {"upgraded": True, "unfinished": ALL}),
    ("a move back that failed", [move(), back("failed", reason=WHY)], ONLINE, {"upgraded": True, "kept": True, "reason": WHY}),
    ("a move back that failed, and was moved again", [move(), back("failed", reason=WHY), move()], ONLINE, {"upgraded": True}),
    ("moved back, and granted", [move(), back(), grants_back()], BEFORE | {"assigned": "Islands"}, {"granted": True, "returning": True}),
    ("moved back, and a grant that leads nowhere", [move(), back(), grant("Islands", "Islands", homing="onprem")],
     BEFORE | {"assigned": "Islands"}, {"granted": True, "returning": True}),
    ("moved back, and a grant that failed", [move(), back(), grants_back("failed")], BEFORE, {"kept": True, "reason": WHY}),
    ("moved back, and converted", [move(), back(), CONVERTED], BEFORE, {}),
    ("moved back, and moved again", [move(), back(), move()], ONLINE, {"upgraded": True}),
    ("granted, and taken back", [SFB_GRANT, grants_back()], BEFORE | {"assigned": "Islands"}, {"granted": True, "returning": True}),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "facts", "wanted"), [row[1:] for row in STORIES], ids=[row[0] for row in STORIES])
def test_what_is_known_follows_from_what_was_sent_in_its_order(
    sent: list[Sent], facts: Item, wanted: dict[str, Any]
) -> None:
    found = known_of("pilot", UserPhase.MOVED, BEFORE, sent)
    assert found == Known("pilot", UserPhase.MOVED, facts, **wanted)


def test_a_user_of_whom_nothing_was_kept_has_what_was_changed_alone() -> None:
    assert known_of("paris", UserPhase.PLANNED, None, (), running=True) == Known(
        "paris", UserPhase.PLANNED, running=True
    )
    assert known_of("paris", UserPhase.UPGRADED, None, [move(), TEAMS_GRANT]).facts == TEAMS
    assert known_of("paris", UserPhase.ROLLED_BACK, None, [move(), back()]).facts == {
        "homing": "onprem",
        "registrar_pool": POOL,
    }


OLD_POLICY: Item = BEFORE | {"assigned": "SfBOnly", "mode": "SfBOnly", "notify_policy": "Quiet"}
WITHOUT_POOL: Item = {name: value for name, value in OLD_POLICY.items() if name != "registrar_pool"}


@pytest.mark.parametrize(
    ("facts", "event", "wanted"),
    [
        (TOLD, move(), ONLINE),
        # Who comes back has what they had before the first write, and is homed where the cmdlet has put them.
        (TEAMS, back(pool=OTHER_POOL), OLD_POLICY | {"registrar_pool": OTHER_POOL}),
        # A move from pool to pool changes nothing else.
        (TOLD, back(pool=OTHER_POOL), TOLD | {"registrar_pool": OTHER_POOL}),
        (ONLINE, replace(back(), after={"homing": "onprem"}), WITHOUT_POOL),
        (BEFORE, notice(), TOLD),
        (TOLD, replace(notice(), after={"policy": None}), BEFORE),
        (TOLD, replace(notice(), after={"homing": "onprem"}), TOLD),
        (BEFORE, SFB_GRANT, SFB),
        (BEFORE, replace(SFB_GRANT, action=GrantInBatch.cmdlet), SFB),
        (SFB, replace(SFB_GRANT, after={"mode": "Islands"}), SFB | {"mode": "Islands"}),
        (SFB, replace(SFB_GRANT, after={"policy": None}), SFB | {"assigned": None}),
        # On one side alone, policies have a mode: which one it is follows from what was read before or after.
        (BEFORE, replace(SFB_GRANT, before={}), SFB),
        (BEFORE, replace(SFB_GRANT, after={"policy": "SfBOnly"}), BEFORE | {"assigned": "SfBOnly"}),
        (BEFORE, replace(SFB_GRANT, before={}, after={"policy": "SfBOnly"}), BEFORE | {"notify_policy": "SfBOnly"}),
        (BEFORE, Sent("Set-CsUser", "changed", None, {"mode": "Islands"}, {"mode": "SfBOnly", "policy": "SfBOnly"}), BEFORE),
    ],
)  # fmt: skip
def test_what_a_cmdlet_changed_lies_over_what_was_there(facts: Item, event: Sent, wanted: Item) -> None:
    assert overlaid(dict(facts), OLD_POLICY, event) == wanted
