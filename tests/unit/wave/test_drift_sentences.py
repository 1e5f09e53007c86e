# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole judgements: the status, what the reason says of the user, and what was expected and found."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift import judge
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_expected import Case
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import Readiness, Stage
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.sides import SideFacts

from tests.unit.wave.drifting import (
    BEFORE,
    BORN,
    HOME,
    MOVING,
    OTHER_POOL,
    POOL,
    TELL,
    UPGRADED,
    WHY,
    History,
    back,
    grant,
    here,
    known,
    look,
    move,
    notice,
    shown,
    there,
)
from tests.unit.wave.test_readiness import ABSENT, ALICE, Item, cloud, unread

Sides = tuple[Item | None, Item | None]
LATE = here(), there(mode="TeamsOnly")
TOLD = here(assigned=TELL), there()
ELSEWHERE = here(registrar_pool=OTHER_POOL), there()
AT_HOME: Item = BEFORE | {"notify_policy": TELL}
NOTIFIED = known("notified", notice())
MOVED = known("moved", move())
DONE = known("done", notice(), move())
BACK = known("rolled_back", move(), back())
FAILED_BACK = known("rolled_back", move(), back(), grant("Islands", "Islands", "failed", "onprem", WHY))
UNDER_WAY = known("notified", notice(), move("sent"))
RUNNING = known("notified", notice(), running=True)
RETURNING = known("rolled_back", notice(), move(), back(), before=BEFORE | {"assigned": "SfBOnly"})
OWN = known("planned", before=BEFORE | {"notify_policy": "Quiet"})
GOAL: Item = {"homing": "online", "mode": "TeamsOnly"}

# What runs have done, how the user is found, what is due; then the status, the sentence, what is expected, and what is found otherwise.
WHOLE: list[tuple[str, History | None, Sides, str, str, str, Item, Item]] = [
    ("moved early", NOTIFIED, UPGRADED, "notify", "drifted",
     "{} is homed online before the day of their upgrade, and no run has moved them.",
     {"homing": "onprem"}, {"homing": "online"}),
    ("moved early, before the sync", NOTIFIED, MOVING, "notify", "drifted",
     "{} is homed online before the day of their upgrade, and no run has moved them.",
     {"homing": "onprem"}, {"homing": "online"}),
    ("moved by others after a rollback", BACK, UPGRADED, "upgrade", "drifted",
     "{} is homed online, and no run has moved them since they were left on-prem.",
     {"homing": "onprem", "mode": "Islands", "assigned": None}, {"homing": "online", "mode": "TeamsOnly"}),
    ("moved back", DONE, HOME, "upgrade", "drifted",
     "{} was upgraded, and is homed on-prem again: somebody has moved them back.",
     GOAL, {"homing": "onprem", "mode": "Islands"}),
    ("re-homed", NOTIFIED, (here(assigned=TELL, registrar_pool=OTHER_POOL), there()), "notify", "drifted",
     f"{{}} is homed in the pool {OTHER_POOL}, and was in {POOL}.", AT_HOME, {"registrar_pool": OTHER_POOL}),
    ("no policy any more", NOTIFIED, HOME, "notify", "drifted",
     f"{{}} was notified by {TELL}, and is assigned no policy of their own now.", AT_HOME, {"notify_policy": None}),
    ("a policy that does not notify", NOTIFIED, (here(assigned="Islands"), there()), "notify", "drifted",
     f"{{}} was notified by {TELL}, and is assigned Islands now.", AT_HOME, {"notify_policy": "Islands"}),
    ("another policy", OWN, (here(assigned="Loud"), there()), "nothing", "drifted",
     "{} is assigned Loud, and was assigned Quiet.", BEFORE | {"notify_policy": "Quiet"}, {"notify_policy": "Loud"}),
    ("a policy where there was none", known("planned", before=BEFORE), (here(assigned="Loud"), there()), "nothing", "drifted",
     "{} is assigned Loud, and was assigned no policy of their own.", BEFORE, {"notify_policy": "Loud"}),
    ("another mode", NOTIFIED, (TOLD[0], there(mode="SfBOnly")), "notify", "drifted",
     "The effective mode of {} is SfBOnly, and was Islands.", AT_HOME, {"mode": "SfBOnly"}),
    ("a mode where there was none", known("planned", before=BEFORE | {"mode": None}), HOME, "nothing", "drifted",
     "The effective mode of {} is Islands, and was not set.", BEFORE | {"mode": None}, {"mode": "Islands"}),
    ("gone", NOTIFIED, (BORN, ABSENT), "notify", "drifted",
     "{} is known to neither side any more.", {"homing": "onprem"}, {"homing": None}),
    ("gone, and found upgraded before", known("upgraded"), (BORN, ABSENT), "upgrade", "drifted",
     "{} is known to neither side any more.", {"homing": "online"}, {"homing": None}),
    ("not in the cloud any more", DONE, (UPGRADED[0], ABSENT), "upgrade", "drifted",
     "{} is not known to the cloud, although they have an account on-prem.", GOAL, {"mode": None}),
    ("not in the cloud yet, and upgraded by others", known("upgraded"), (UPGRADED[0], ABSENT), "upgrade", "pending",
     "{} is not known to the cloud, although they have an account on-prem.", GOAL, {"mode": None}),
    ("TeamsOnly on-prem", NOTIFIED, (TOLD[0], LATE[1]), "notify", "inconsistent",
     "The cloud calls {} TeamsOnly although they are homed on-prem.",
     {"homing": "onprem", "mode": "Islands"}, {"mode": "TeamsOnly"}),
    ("TeamsOnly on-prem, moved back before", BACK, LATE, "upgrade", "inconsistent",
     "The cloud calls {} TeamsOnly although they are homed on-prem.",
     {"homing": "onprem", "mode": "Islands"}, {"mode": "TeamsOnly"}),
    ("TeamsOnly on-prem for the cloud alone", None, (BORN, LATE[1]), "nothing", "inconsistent",
     "The cloud calls {} TeamsOnly although they are homed on-prem.",
     {"homing": "onprem", "mode": None}, {"mode": "TeamsOnly"}),
    ("the account on-prem is gone", NOTIFIED, (BORN, there()), "notify", "inconsistent",
     "{} is homed nowhere for Skype for Business Server and onprem for the cloud.",
     {"homing": "onprem", "mode": "Islands"}, {}),
    ("the sides disagree", NOTIFIED, (TOLD[0], cloud()), "notify", "inconsistent",
     "{} is homed onprem for Skype for Business Server and online for the cloud.",
     {"homing": "onprem", "mode": "Islands"}, {}),
    ("no sync is to follow", DONE, MOVING, "upgrade", "inconsistent",
     "{} is homed online for Skype for Business Server and onprem for the cloud.", GOAL, {"mode": "Islands"}),
    ("a rollback failed, and the cloud did not follow", FAILED_BACK, LATE, "upgrade", "pending", "Something odd happened.",
     BEFORE, {"mode": "TeamsOnly"}),
    ("a rollback failed", FAILED_BACK, (here(), there(mode="SfBOnly")), "upgrade", "pending", "Something odd happened.",
     BEFORE, {"mode": "SfBOnly"}),
    ("moved back, before the sync", BACK, (here(), UPGRADED[1]), "upgrade", "pending",
     "{} is homed online for the cloud, although they have an account on-prem.", BEFORE, {"mode": "TeamsOnly"}),
    ("not everything is back", RETURNING, HOME, "upgrade", "pending",
     "{} was moved back by a run, and does not have again what they had before.",
     BEFORE | {"assigned": "SfBOnly"}, {"assigned": None}),
    ("moved, before the sync", MOVED, MOVING, "upgrade", "pending",
     "{} is moved, and the cloud does not show it yet.", GOAL, {"mode": "Islands"}),
    ("moved, before the sync, and planned for later", MOVED, MOVING, "nothing", "pending",
     "{} is moved, and the cloud does not show it yet.", GOAL, {"mode": "Islands"}),
    ("moved by others on the day, before the sync", None, MOVING, "upgrade", "pending",
     "{} is moved, and the cloud does not show it yet.", GOAL, {"mode": "Islands"}),
    ("a move is under way", UNDER_WAY, MOVING, "notify", "pending",
     "{} is moved, and the cloud does not show it yet.",
     {"homing": "onprem", "assigned": None, "mode": "Islands"}, {"homing": "online"}),
    ("a move is under way, seen between the sides", UNDER_WAY, (TOLD[0], UPGRADED[1]), "notify", "pending",
     "{} was changed by a run while the hosts were read.", AT_HOME, {"mode": "TeamsOnly"}),
    ("changed while it was read", RUNNING, UPGRADED, "notify", "pending",
     "{} was changed by a run while the hosts were read.",
     {"homing": "onprem", "assigned": None, "mode": "Islands"}, {"homing": "online", "mode": "TeamsOnly"}),
    ("due", None, HOME, "upgrade", "pending",
     "The upgrade of {} is due since 2026-12-07, and was not done yet.", GOAL, {"homing": "onprem", "mode": "Islands"}),
    ("due to be notified", None, HOME, "notify", "pending",
     "The notification of {} is due since 2026-12-03, and was not done yet.", {"homing": "onprem"}, {}),
    ("due, and assigned something else", None, (here(), there(assigned="Islands")), "upgrade", "pending",
     "The upgrade of {} is due since 2026-12-07, and was not done yet.", GOAL, {"homing": "onprem", "mode": "Islands"}),
    ("due, and assigned what is not built in", None, (here(), there(assigned="Own")), "upgrade", "pending",
     "The upgrade of {} is due since 2026-12-07, and was not done yet.", GOAL, {"homing": "onprem", "mode": "Islands"}),
    ("due and moved, with another mode", NOTIFIED, (UPGRADED[0], cloud(mode="SfBOnly", assigned=None)), "upgrade", "pending",
     "The upgrade of {} is due since 2026-12-07, and was not done yet.", GOAL, {"mode": "SfBOnly"}),
    ("the mode settles", MOVED, (UPGRADED[0], cloud(assigned=None)), "upgrade", "pending",
     "{} is assigned what Move-CsUser has assigned and the effective mode is still Islands.", GOAL, {"mode": "Islands"}),
    ("the mode settles, and is not shown", MOVED, (UPGRADED[0], cloud(mode=None, assigned="UpgradeToTeams")), "upgrade", "pending",
     "{} is assigned UpgradeToTeams and the effective mode is still not set.", GOAL, {"mode": None}),
    ("upgraded before a rollback that is under way", known("upgraded", notice(), back("sent")), UPGRADED, "notify",
     "in_state", "", GOAL, {}),
    ("upgraded", DONE, UPGRADED, "upgrade", "in_state", "", GOAL, {}),
    ("deleted after the notice", NOTIFIED, (BORN, unread("user_deleted", "failed")), "notify", "drifted", "user_deleted.",
     BEFORE | {"notify_policy": TELL}, dict.fromkeys(BEFORE)),
    ("deleted, and found upgraded before", known("upgraded"), (BORN, unread("user_deleted", "failed")), "upgrade", "drifted",
     "user_deleted.", GOAL, dict.fromkeys(GOAL)),
    ("deleted, as far as could be read", NOTIFIED, (here(), unread("user_deleted")), "notify", "unknown", "user_deleted.",
     AT_HOME, {"notify_policy": None, "assigned": None, "mode": None}),
    ("a room on-prem, and not read in the cloud", None, (unread("not_a_user", "failed"), unread()), "nothing", "unknown",
     "read_failed.", {"homing": "onprem"}, {"homing": None}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "sides", "due", "status", "sentence", "expected", "otherwise"),
    [row[1:] for row in WHOLE],
    ids=[row[0] for row in WHOLE],
)
def test_a_judgement_says_what_it_is_about(
    history: History | None,
    sides: Sides,
    due: str,
    status: str,
    sentence: str,
    expected: Item,
    otherwise: Item,
) -> None:
    item = look(sides, history, due)
    reason = item.judgement.reason
    assert shown(item)[0] == status
    assert (reason.message if reason else "") == sentence.format(ALICE)
    assert item.judgement.expected == expected
    assert item.judgement.found == expected | otherwise


def test_a_missing_licence_is_named_with_those_that_are_there() -> None:
    item = look((UPGRADED[0], cloud(mode="TeamsOnly", licences=["MCOSTANDARD", "MCOEV"])), DONE)
    assert shown(item) == ("drifted", "not_licensed")
    assert item.judgement.expected == GOAL | {"licences": ["Teams"]}
    assert item.judgement.found == GOAL | {"licences": ["MCOEV", "MCOSTANDARD"]}


@pytest.mark.parametrize("said", [None, WHY])
def test_r11_a_side_that_gives_no_answer_leaves_the_user_unknown(said: Reason | None) -> None:
    side = SideFacts(None, unread=True, reason=said)
    user = Readiness(UserId.parse(ALICE), Stage.UNKNOWN, side, side, (Reason("first", "First.", ""),))
    judgement = judge(Case(user))
    assert judgement.status.value == "unknown"
    assert judgement.reason == (said or user.reasons[0])
