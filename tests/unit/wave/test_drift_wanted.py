# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is due and done by others is in state; and what is expected of users who were upgraded to whichever mode."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_expected import same

from tests.unit.wave.drifting import (
    BEFORE,
    BORN,
    HOME,
    OTHER_POOL,
    POOL,
    TELL,
    UPGRADED,
    WHY,
    History,
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
from tests.unit.wave.test_readiness import Item, cloud

Sides = tuple[Item | None, Item | None]
ONLINE_BEFORE = {"homing": "online", "mode": "Islands", "assigned": None}
TOLD = here(assigned=TELL), there()
SFB = here(assigned=TELL), there(mode="SfBOnly", assigned="SfBOnly")
BY_GROUP = here(assigned=TELL), there(mode="SfBOnly")
MEETINGS = here(), there(mode="SfBWithTeamsCollab", assigned="SfBWithTeamsCollab")
TOLD_ONLINE = BORN, cloud(mode="Islands", assigned="IslandsWithNotify", notify=True)
KNOWN = known("planned", before=BEFORE)
ONLINE = known("planned", before=ONLINE_BEFORE)
NOTIFIED = known("notified", notice())
BACK = known("rolled_back", before=BEFORE)
GRANTED_SFB = known("done", notice(), grant("SfBOnly", "SfBOnly", homing="onprem"))

# What runs have done, how the user is found, the mode of the wave, what is due, and how that is judged.
WANTED: list[tuple[str, History, Sides, Mode, str, tuple[str, str], set[str]]] = [
    ("notified by others", KNOWN, TOLD, Mode.TEAMS_ONLY, "notify", ("in_state", ""), {"notify_policy"}),
    ("notified by others when due", KNOWN, TOLD, Mode.TEAMS_ONLY, "upgrade", ("pending", "not_done_yet"), {"homing", "mode"}),
    ("notified by others before that is due", KNOWN, TOLD, Mode.TEAMS_ONLY, "nothing", ("drifted", "policy_changed"), {"notify_policy"}),
    ("notified by others, and re-homed", KNOWN, (here(assigned=TELL, registrar_pool=OTHER_POOL), there()), Mode.TEAMS_ONLY, "notify",
     ("drifted", "re_homed"), {"registrar_pool", "notify_policy"}),
    ("notified by others after a rollback", BACK, TOLD, Mode.TEAMS_ONLY, "notify", ("drifted", "policy_changed"), {"notify_policy"}),
    ("homed online, notified by others", ONLINE, TOLD_ONLINE, Mode.TEAMS_ONLY, "notify", ("in_state", ""), {"assigned"}),
    ("homed online, notified with another mode", ONLINE, (BORN, cloud(mode="SfBOnly", assigned="SfBOnlyWithNotify", notify=True)),
     Mode.TEAMS_ONLY, "notify", ("drifted", "mode_changed"), {"assigned", "mode"}),
    ("homed online, notified by the default", ONLINE, (BORN, cloud(mode="Islands", assigned="SfBOnly", notify=True)),
     Mode.TEAMS_ONLY, "notify", ("drifted", "policy_changed"), {"assigned"}),
    ("upgraded by others", NOTIFIED, UPGRADED, Mode.TEAMS_ONLY, "upgrade", ("in_state", ""), set()),
    ("moved by others, and another mode", NOTIFIED, (UPGRADED[0], cloud(mode="SfBOnly")), Mode.TEAMS_ONLY, "upgrade",
     ("pending", "not_done_yet"), {"mode"}),
    ("moved by others, and granted", NOTIFIED, (UPGRADED[0], cloud(assigned="UpgradeToTeams")), Mode.TEAMS_ONLY, "upgrade",
     ("pending", "settling"), {"mode"}),
    ("granted by others", NOTIFIED, SFB, Mode.SFB_ONLY, "upgrade", ("in_state", ""), set()),
    ("granted to a group by others", NOTIFIED, BY_GROUP, Mode.SFB_ONLY, "upgrade", ("in_state", ""), set()),
    ("granted by others before the day", NOTIFIED, SFB, Mode.SFB_ONLY, "notify", ("drifted", "policy_changed"), {"assigned", "mode"}),
    ("granted by others, and re-homed", NOTIFIED, (here(assigned=TELL, registrar_pool=OTHER_POOL), SFB[1]), Mode.SFB_ONLY, "upgrade",
     ("drifted", "re_homed"), {"registrar_pool", "assigned", "mode"}),
    ("granted another mode by others", NOTIFIED, (TOLD[0], MEETINGS[1]), Mode.SFB_ONLY, "upgrade",
     ("drifted", "policy_changed"), {"assigned", "mode"}),
    ("granted by others, and the mode settles", NOTIFIED, (TOLD[0], there(assigned="SfBOnly")), Mode.SFB_ONLY, "upgrade",
     ("pending", "settling"), {"mode"}),
    ("upgraded by others after another mode", known("done", grant("SfBOnly", "SfBOnly", homing="onprem"), wave="old"), UPGRADED,
     Mode.TEAMS_ONLY, "upgrade", ("in_state", ""), set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "sides", "mode", "due", "wanted", "differs"),
    [row[1:] for row in WANTED],
    ids=[row[0] for row in WANTED],
)
def test_what_is_due_and_done_by_others_is_no_drift(
    history: History, sides: Sides, mode: Mode, due: str, wanted: tuple[str, str], differs: set[str]
) -> None:
    item = look(sides, history, due, mode=mode)
    assert (shown(item), differing(item)) == (wanted, differs)


SFB_EXPECTED: Item = {"homing": "onprem", "registrar_pool": POOL, "assigned": "SfBOnly", "mode": "SfBOnly"}
# The pool is left out where it is not shown.
SFB_ONLINE: Item = {"homing": "onprem", "assigned": "SfBOnly", "mode": "SfBOnly"}
TEAMS_EXPECTED: Item = {"homing": "online", "mode": "TeamsOnly"}
# What runs have done in which wave, how the user is found in a wave of SfBOnly, and what is expected.
UPGRADED_BEFORE: list[tuple[str, History, Sides, tuple[str, str], Item]] = [
    ("found TeamsOnly", known("upgraded"), UPGRADED, ("pending", "not_done_yet"), {"mode": "SfBOnly"}),
    ("found in the mode", known("upgraded"), SFB, ("in_state", ""), {"mode": "SfBOnly"}),
    ("found in the mode, and not any more", known("upgraded"), HOME, ("drifted", "mode_changed"), {"mode": "SfBOnly"}),
    ("found in the mode after the notice", known("upgraded", notice()), SFB, ("in_state", ""), {"mode": "SfBOnly"}),
    ("granted", GRANTED_SFB, SFB, ("in_state", ""), {"mode": "SfBOnly"}),
    ("granted, and without the notification", GRANTED_SFB, (here(), SFB[1]), ("in_state", ""), {"mode": "SfBOnly"}),
    ("granted, and taken away", GRANTED_SFB, HOME, ("drifted", "policy_changed"), SFB_EXPECTED),
    ("granted, and upgraded by others", GRANTED_SFB, UPGRADED, ("drifted", "moved_by_others"), SFB_ONLINE),
    ("granted in a wave that is gone", known("done", grant("SfBOnly", "SfBOnly", homing="onprem"), wave="old"), HOME,
     ("drifted", "policy_changed"), SFB_EXPECTED),
    ("upgraded in a wave that is gone", known("done", move(), wave="old"), HOME, ("drifted", "moved_back"), TEAMS_EXPECTED),
    ("granted in a wave that is gone, in no mode that is known",
     known("done", grant("New", "New", homing="onprem"), wave="old"), HOME, ("drifted", "moved_back"), TEAMS_EXPECTED),
    ("failed in a wave that is gone", known("upgraded", move("failed", WHY), wave="old"), HOME, ("drifted", "moved_back"), TEAMS_EXPECTED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "sides", "wanted", "expected"),
    [row[1:] for row in UPGRADED_BEFORE],
    ids=[row[0] for row in UPGRADED_BEFORE],
)
def test_a_user_is_expected_in_the_mode_of_the_wave_that_upgraded_them(
    history: History, sides: Sides, wanted: tuple[str, str], expected: Item
) -> None:
    item = look(sides, history, mode=Mode.SFB_ONLY)
    assert (shown(item), dict(item.judgement.expected)) == (wanted, expected)


def test_who_is_teams_only_in_a_wave_of_another_mode_stays_so() -> None:
    item = look(UPGRADED, known("upgraded", move()), "nothing", mode=Mode.SFB_ONLY)
    assert (shown(item), item.judgement.expected) == (("in_state", ""), TEAMS_EXPECTED)
    item = look(UPGRADED, known("upgraded"), "nothing", mode=Mode.SFB_ONLY)
    assert (shown(item), item.judgement.expected) == (("drifted", "moved_early"), {"homing": "onprem"})


def test_what_was_assigned_before_others_did_the_upgrade_is_not_expected() -> None:
    item = look(SFB, known("upgraded", notice()), "nothing", mode=Mode.SFB_ONLY)
    expected = {"homing": "onprem", "registrar_pool": POOL, "mode": "SfBOnly"}
    assert (shown(item), item.judgement.expected) == (("in_state", ""), expected)
    item = look(SFB, GRANTED_SFB, "nothing", mode=Mode.SFB_ONLY)
    assert (shown(item), item.judgement.expected) == (("in_state", ""), expected | {"assigned": "SfBOnly"})


@pytest.mark.parametrize(
    ("name", "one", "other", "wanted"),
    [
        ("assigned", "Tag:SfBOnly", "sfbonly", True),
        ("assigned", None, None, True),
        ("assigned", None, "SfBOnly", False),
        ("assigned", "SfBOnly", None, False),
        ("notify_policy", "Tag:TeamsUpgradeNotify", "TeamsUpgradeNotify", True),
        ("notify_policy", TELL, "Quiet", False),
        ("mode", "TeamsOnly", "teamsonly", True),
        ("mode", "Islands", "SfBOnly", False),
        ("mode", None, "", True),
        ("mode", "", None, True),
        ("registrar_pool", "Pool01.contoso.com", "pool01.contoso.com", True),
        # A pool that is named as a policy with a prefix would be another one.
        ("registrar_pool", "Tag:pool01.contoso.com", "pool01.contoso.com", False),
        ("registrar_pool", None, POOL, False),
    ],
)
def test_values_are_the_same_in_whichever_way_they_are_written(
    name: str, one: object, other: object, wanted: bool
) -> None:
    assert same(name, one, other) is wanted


def test_a_policy_counts_by_its_name_however_the_plan_writes_it() -> None:
    tagged = known("planned", before=BEFORE | {"notify_policy": f"Tag:{TELL}"})
    assert shown(look(TOLD, tagged, "nothing")) == ("not_due", "")
    assert shown(look(HOME, tagged, "notify")) == ("drifted", "notification_removed")
