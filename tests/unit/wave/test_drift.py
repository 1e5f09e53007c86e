# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a user is by the ledger, the plan and both sides: every status, and what leads from one to another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode

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
    differing,
    grant,
    here,
    known,
    look,
    move,
    notice,
    shown,
    there,
)
from tests.unit.wave.test_readiness import ABSENT, Item, cloud, unread

Sides = tuple[Item | None, Item | None]
NOTIFIED = known("notified", notice())
DONE = known("done", notice(), move())
BACK = known("rolled_back", notice(), move(), back())
ONLINE_BEFORE = {"homing": "online", "mode": "Islands", "assigned": None}
TOLD = here(assigned=TELL), there()
ISLANDS = BORN, cloud(mode="Islands", assigned=None)
REHOMED = here(assigned=TELL, registrar_pool=OTHER_POOL), there()
ELSEWHERE = here(registrar_pool=OTHER_POOL), there()
SFB_MODE = there(mode="SfBOnly", assigned="SfBOnly")
UNLICENSED = UPGRADED[0], cloud(mode="TeamsOnly", licences=["MCOProfessional"])
UNDER_WAY = known("notified", notice(), move("sent"))
LOST = known("notified", notice(), move("unknown", WHY))
FAILED = known("notified", notice(), move("failed", WHY))
NOTIFIED_ONLINE = known("moved", grant("Islands", "IslandsWithNotify"), before=ONLINE_BEFORE)
GRANTED = known("done", grant("TeamsOnly", "UpgradeToTeams"), before=ONLINE_BEFORE)
GRANTED_SFB = known("done", grant("SfBOnly", "SfBOnly", homing="onprem"))
BACK_ELSEWHERE = known("rolled_back", move(), back(pool=OTHER_POOL))
RUNNING = known("done", notice(), move(), running=True)

# What is found of a user of whom the ledger knows nothing.
BY_THE_PLAN: list[tuple[str, Sides, str, tuple[str, str]]] = [
    ("onprem before the day", HOME, "nothing", ("not_due", "")),
    ("moved early", UPGRADED, "nothing", ("drifted", "moved_early")),
    ("moved early, before the sync", MOVING, "nothing", ("drifted", "moved_early")),
    ("moved in the days of notification", UPGRADED, "notify", ("drifted", "moved_early")),
    ("born in the cloud", (BORN, UPGRADED[1]), "nothing", ("not_due", "")),
    ("born in the cloud, being notified", (BORN, UPGRADED[1]), "notify", ("in_state", "")),
    ("born in the cloud, due", (BORN, UPGRADED[1]), "upgrade", ("in_state", "")),
    ("homed online with Islands, as before 2021", (here(homing="online"), ISLANDS[1]), "nothing", ("not_due", "")),
    ("due and not notified", HOME, "notify", ("pending", "not_done_yet")),
    ("due and notified by others", TOLD, "notify", ("in_state", "")),
    ("due", HOME, "upgrade", ("pending", "not_done_yet")),
    ("due and upgraded by others", UPGRADED, "upgrade", ("in_state", "")),
    ("due and moved by others", MOVING, "upgrade", ("pending", "sync_pending")),
    ("due and moved, without the mode", (UPGRADED[0], cloud(assigned=None)), "upgrade", ("pending", "not_done_yet")),
    ("due and granted", (BORN, cloud(assigned="UpgradeToTeams")), "upgrade", ("pending", "settling")),
    ("due without a licence", (here(), there(licences=["Teams"])), "upgrade", ("pending", "not_licensed")),
    ("no licence before the day", (here(), there(licences=[])), "nothing", ("not_due", "")),
    ("not synced before the day", (here(), ABSENT), "nothing", ("not_due", "not_synced")),
    ("due and not synced", (here(), ABSENT), "upgrade", ("pending", "not_synced")),
    ("due and nowhere", (BORN, ABSENT), "upgrade", ("pending", "user_not_found")),
    ("nowhere before the day", (BORN, ABSENT), "nothing", ("not_due", "user_not_found")),
    ("a room", (unread("not_a_user", "failed"), there()), "upgrade", ("pending", "not_a_user")),
    ("homed on-prem for the cloud alone", (BORN, there()), "nothing", ("not_due", "not_a_user")),
    ("TeamsOnly on-prem", (here(), there(mode="TeamsOnly")), "nothing", ("inconsistent", "inconsistent")),
    ("TeamsOnly on-prem, due", (here(), there(mode="TeamsOnly")), "upgrade", ("inconsistent", "inconsistent")),
    ("the sides disagree", (here(), cloud()), "nothing", ("inconsistent", "sides_disagree")),
    ("not read on-prem", (unread(), there()), "upgrade", ("unknown", "read_failed")),
    ("not read online", (here(), unread()), "nothing", ("unknown", "read_failed")),
    ("no answer", (here(), None), "upgrade", ("unknown", "read_failed")),
    ("homing unknown", (here(), unread("homing_unknown")), "upgrade", ("unknown", "homing_unknown")),
    ("two users", (unread("ambiguous_user", "failed"), there()), "upgrade", ("unknown", "ambiguous_user")),
]


@pytest.mark.parametrize(
    ("sides", "due", "wanted"), [row[1:] for row in BY_THE_PLAN], ids=[row[0] for row in BY_THE_PLAN]
)
def test_r10_r11_a_user_whom_no_run_has_touched_is_judged_by_the_plan(
    sides: Sides, due: str, wanted: tuple[str, str]
) -> None:
    assert shown(look(sides, None, due)) == wanted


# What runs have done, how the user is found, what is due, and how that is judged.
BY_THE_LEDGER: list[tuple[str, History, Sides, str, tuple[str, str], set[str]]] = [
    ("notified", NOTIFIED, TOLD, "notify", ("in_state", ""), set()),
    ("notified, of a later wave now", NOTIFIED, TOLD, "nothing", ("not_due", ""), set()),
    ("un-notified", NOTIFIED, HOME, "notify", ("drifted", "notification_removed"), {"notify_policy"}),
    ("un-notified when due", NOTIFIED, HOME, "upgrade", ("drifted", "notification_removed"), {"notify_policy"}),
    (
        "another policy",
        known("planned", before=BEFORE | {"notify_policy": "Quiet"}),
        (here(assigned="Loud"), there()),
        "nothing",
        ("drifted", "policy_changed"),
        {"notify_policy"},
    ),
    ("found notified", known("notified"), TOLD, "notify", ("in_state", ""), set()),
    ("found notified, and not any more", known("notified"), HOME, "notify", ("drifted", "notification_removed"), {"notify_policy"}),
    ("re-homed", NOTIFIED, REHOMED, "notify", ("drifted", "re_homed"), {"registrar_pool"}),
    ("re-homed when due", NOTIFIED, REHOMED, "upgrade", ("drifted", "re_homed"), {"registrar_pool"}),
    ("the pool is not shown", NOTIFIED, (here(assigned=TELL, registrar_pool=None), there()), "notify", ("in_state", ""), set()),
    ("another mode", NOTIFIED, (TOLD[0], there(mode="SfBOnly")), "notify", ("drifted", "mode_changed"), {"mode"}),
    ("another assignment", NOTIFIED, (TOLD[0], SFB_MODE), "notify", ("drifted", "policy_changed"), {"assigned", "mode"}),
    ("moved after the notice", NOTIFIED, UPGRADED, "notify", ("drifted", "moved_early"), {"homing"}),
    ("moved after the notice, and due", NOTIFIED, UPGRADED, "upgrade", ("in_state", ""), set()),
    ("moved early, and found so by a run", known("upgraded", notice()), UPGRADED, "notify", ("drifted", "moved_early"), {"homing"}),
    ("found upgraded before any notice", known("upgraded"), UPGRADED, "notify", ("drifted", "moved_early"), {"homing"}),
    ("found upgraded on the day", known("upgraded"), UPGRADED, "upgrade", ("in_state", ""), set()),
    ("the account on-prem is gone", NOTIFIED, (BORN, UPGRADED[1]), "notify", ("drifted", "moved_early"), {"homing"}),
    ("done", DONE, UPGRADED, "upgrade", ("in_state", ""), set()),
    ("done, and removed on-prem since", DONE, (BORN, UPGRADED[1]), "upgrade", ("in_state", ""), set()),
    ("done, and planned again later", DONE, UPGRADED, "nothing", ("in_state", ""), set()),
    ("moved back", DONE, HOME, "upgrade", ("drifted", "moved_back"), {"homing", "mode"}),
    ("moved back, before the sync", DONE, (here(), UPGRADED[1]), "upgrade", ("drifted", "moved_back"), {"homing"}),
    ("moved back, and still TeamsOnly", DONE, (here(), there(mode="TeamsOnly")), "upgrade", ("inconsistent", "inconsistent"), {"homing"}),
    ("the mode was taken away", DONE, (UPGRADED[0], cloud()), "upgrade", ("drifted", "mode_changed"), {"mode"}),
    ("without a licence", DONE, UNLICENSED, "upgrade", ("drifted", "not_licensed"), {"licences"}),
    ("licences are not shown", DONE, (UPGRADED[0], cloud(mode="TeamsOnly", licences=None)), "upgrade", ("in_state", ""), set()),
    ("upgraded by others, without a licence", known("upgraded"), UNLICENSED, "upgrade", ("in_state", ""), set()),
    ("done, and left", DONE, (BORN, ABSENT), "upgrade", ("drifted", "user_gone"), {"homing"}),
    ("done, and deleted", DONE, (BORN, unread("user_deleted", "failed")), "upgrade", ("drifted", "user_deleted"), {"homing", "mode"}),
    ("done, and not in the cloud any more", DONE, (UPGRADED[0], ABSENT), "upgrade", ("drifted", "not_synced"), {"mode"}),
    ("done, and not read", DONE, (here(), unread()), "upgrade", ("unknown", "read_failed"), {"homing", "mode"}),
    ("moved, and not synced", known("moved", move()), MOVING, "upgrade", ("pending", "sync_pending"), {"mode"}),
    ("moved, and the mode settles", known("moved", move()), (UPGRADED[0], cloud()), "upgrade", ("pending", "settling"), {"mode"}),
    ("upgraded, and not synced", known("upgraded", move()), MOVING, "upgrade", ("pending", "sync_pending"), {"mode"}),
    ("rolled back", BACK, HOME, "upgrade", ("in_state", ""), set()),
    ("rolled back, before the sync", BACK, (here(), UPGRADED[1]), "upgrade", ("pending", "not_synced"), {"mode"}),
    ("rolled back, and moved again", BACK, UPGRADED, "upgrade", ("drifted", "moved_by_others"), {"homing", "mode"}),
    ("rolled back, and re-homed", BACK, ELSEWHERE, "upgrade", ("drifted", "re_homed"), {"registrar_pool"}),
    ("rolled back to another pool", BACK_ELSEWHERE, ELSEWHERE, "upgrade", ("in_state", ""), set()),
    (
        "rolled back, and the mode failed",
        known("rolled_back", move(), back(), grant("Islands", "Islands", "failed", "onprem"), before=BEFORE | {"mode": "SfBOnly"}),
        HOME,
        "upgrade",
        ("drifted", "mode_changed"),
        {"mode"},
    ),
    ("a move is under way", UNDER_WAY, UPGRADED, "notify", ("pending", "being_changed"), {"homing", "mode"}),
    ("a move is under way, seen between the sides", UNDER_WAY, (TOLD[0], UPGRADED[1]), "notify", ("pending", "being_changed"), {"mode"}),
    ("a move whose end nobody knows", LOST, UPGRADED, "nothing", ("pending", "fault"), {"homing", "mode"}),
    ("a move that failed", FAILED, TOLD, "upgrade", ("pending", "fault"), {"homing", "mode"}),
    ("a move that failed, and moved early", FAILED, UPGRADED, "notify", ("drifted", "moved_early"), {"homing"}),
    ("changed while it was read", RUNNING, TOLD, "upgrade", ("pending", "being_changed"), {"homing", "mode"}),
    ("online before, notified", NOTIFIED_ONLINE, (BORN, cloud(assigned="IslandsWithNotify")), "nothing", ("not_due", ""), set()),
    ("online before, un-notified", NOTIFIED_ONLINE, ISLANDS, "nothing", ("drifted", "notification_removed"), {"assigned"}),
    ("online before, seen by a run", known("moved"), ISLANDS, "nothing", ("not_due", ""), set()),
    ("online before, granted", GRANTED, (BORN, UPGRADED[1]), "upgrade", ("in_state", ""), set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("past", "sides", "due", "wanted", "differs"),
    [row[1:] for row in BY_THE_LEDGER],
    ids=[row[0] for row in BY_THE_LEDGER],
)
def test_r12_r36_a_user_is_judged_by_what_runs_have_done(
    past: History, sides: Sides, due: str, wanted: tuple[str, str], differs: set[str]
) -> None:
    item = look(sides, past, due)
    assert (shown(item), differing(item)) == (wanted, differs)


def test_an_accepted_reason_is_no_drift() -> None:
    assert shown(look(UNLICENSED, DONE, accepted=frozenset({"not_licensed"}))) == ("in_state", "")


def test_who_waits_for_the_end_of_a_notice_is_pending() -> None:
    when = datetime.fromisoformat("2026-12-05T20:00:00+00:00")
    item = look(TOLD, NOTIFIED, notified_on=when, enforces_notice=True)
    assert shown(item) == ("pending", "notice_not_over")
    assert item.judgement.expected == {"homing": "online", "mode": "TeamsOnly"}


@pytest.mark.parametrize(
    ("past", "sides", "wanted"),
    [
        (DONE, UPGRADED, ("in_state", "")),
        (DONE, HOME, ("drifted", "moved_back")),
        (NOTIFIED, TOLD, ("in_state", "")),
        (NOTIFIED, UPGRADED, ("drifted", "moved_by_others")),
        (BACK, HOME, ("in_state", "")),
        (known("planned"), UPGRADED, ("not_due", "")),
        (known("upgraded"), UPGRADED, ("in_state", "")),
    ],
)
def test_who_is_in_no_wave_any_more_is_judged_by_the_ledger(
    past: History, sides: Sides, wanted: tuple[str, str]
) -> None:
    item = look(sides, past, planned=False)
    assert (shown(item), item.wave) == (wanted, "pilot")


MODES: list[tuple[History | None, Sides, str, tuple[str, str]]] = [
    (None, HOME, "upgrade", ("pending", "not_done_yet")),
    (None, (here(), there(mode="SfBOnly")), "upgrade", ("in_state", "")),
    (None, (here(), there(mode="SfBOnly")), "nothing", ("not_due", "")),
    (GRANTED_SFB, (here(), SFB_MODE), "upgrade", ("in_state", "")),
    (GRANTED_SFB, HOME, "upgrade", ("drifted", "policy_changed")),
    (GRANTED_SFB, (here(registrar_pool=OTHER_POOL), SFB_MODE), "upgrade", ("drifted", "re_homed")),
    (known("upgraded"), UPGRADED, "upgrade", ("pending", "not_done_yet")),
]  # fmt: skip


@pytest.mark.parametrize(("past", "sides", "due", "wanted"), MODES)
def test_a_wave_of_another_mode_moves_nobody(
    past: History | None, sides: Sides, due: str, wanted: tuple[str, str]
) -> None:
    assert shown(look(sides, past, due, mode=Mode.SFB_ONLY)) == wanted


def test_who_was_rolled_back_and_is_to_be_upgraded_again_is_due() -> None:
    assert shown(look(HOME, BACK, phase="planned", again=True)) == ("pending", "not_done_yet")
    assert shown(look(UPGRADED, BACK, phase="planned", again=True)) == ("in_state", "")


def test_the_same_facts_are_expected_and_found() -> None:
    judgement = look(REHOMED, NOTIFIED, "notify").judgement
    known_as: dict[str, Any] = {"homing": "onprem", "registrar_pool": POOL, "notify_policy": TELL, "assigned": None}
    assert judgement.expected == known_as | {"mode": "Islands"}
    assert judgement.found == {**judgement.expected, "registrar_pool": OTHER_POOL}
