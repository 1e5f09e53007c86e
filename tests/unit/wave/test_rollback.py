# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes back of a user, by the ledger and by what both sides show."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.past import Sent
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback import (
    CONTACTS,
    INHERIT,
    MEETINGS,
    MODE,
    Return,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_state import Rollback
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.sides import SideFacts

from tests.unit.sentences import whole
from tests.unit.wave.returns import (
    FAILED,
    GRANTED,
    HERE,
    IN_BATCH,
    LEFT,
    MOVE,
    MOVED,
    MOVED_BACK,
    NOTHING,
    NOTICE,
    ONLINE,
    ONPREM,
    OTHER,
    POOL,
    THERE,
    UPGRADED,
    code,
    decided,
    sent,
    shown,
)
from tests.unit.wave.test_readiness import ABSENT, ALICE, Item, cloud, skype, teams, unread


@pytest.mark.parametrize(
    ("facts", "events", "expected"),
    [
        # Nobody of this ledger has changed them.
        (UPGRADED, NOTHING, LEFT),
        ((HERE, THERE), NOTHING, LEFT),
        (UPGRADED, (sent(MOVE, "upgraded", "failed", homing="onprem"),), LEFT),
        # Somebody else has moved them.
        (UPGRADED, (NOTICE,), LEFT),
        (UPGRADED, (MOVED, MOVED_BACK), LEFT),
        (UPGRADED, (GRANTED,), LEFT),
        # What could not be read, and what is not there.
        ((unread(), cloud()), (MOVED,), ("unknown", "read_failed")),
        ((UPGRADED[0], unread()), (MOVED,), ("unknown", "read_failed")),
        ((unread("user_deleted", "failed"), cloud()), (MOVED,), (FAILED, "user_deleted")),
        ((ABSENT, cloud()), (MOVED,), (FAILED, "not_enabled_onprem")),
        ((HERE, ABSENT), (NOTICE,), (FAILED, "user_not_found")),
        ((skype(homing="unknown"), cloud()), (MOVED,), ("unknown", "homing_unknown")),
        # The cloud does not show the move to the cloud yet.
        ((UPGRADED[0], teams()), (MOVED,), ("pending", "sync_pending")),
        ((skype(homing="online", enabled=False), cloud()), (MOVED,), (FAILED, "account_disabled")),
    ],
)
def test_r63_r65_r66_who_is_left_alone_or_cannot_be_brought_back(
    facts: tuple[Item, Item], events: tuple[Sent, ...], expected: tuple[str, str]
) -> None:
    found = decided(*facts, *events)
    assert (code(found), shown(found), found.steps) == (expected, {}, frozenset())
    assert found.to_item() | {"reason": ""} == {"user": ALICE, "status": expected[0], "actions": [], "reason": ""}


def test_who_the_ledger_does_not_know_is_left_alone() -> None:
    assert code(decided(*UPGRADED, known=False)) == LEFT


@pytest.mark.parametrize("status", ["changed", "pending", "unknown", "sent"])
def test_r36_a_move_that_may_have_been_made_counts_as_ours(status: str) -> None:
    move = sent(MOVE, "moved", status, homing="onprem")
    assert decided(*UPGRADED, move).pool == POOL


@pytest.mark.parametrize(("status", "pool"), [("changed", None), ("pending", None), ("unknown", POOL), ("sent", POOL)])
def test_r36_only_a_move_back_that_was_made_ends_it(status: str, pool: str | None) -> None:
    assert decided(*UPGRADED, MOVED, sent(MOVE, "rolled_back", status, homing="online")).pool == pool


def test_a_move_from_pool_to_pool_is_no_move_to_the_cloud() -> None:
    moves = [sent(MOVE, "planned", homing="onprem"), sent(MOVE, "moved", homing="online")]
    assert [code(decided(*UPGRADED, move)) for move in moves] == [LEFT, LEFT]


@pytest.mark.parametrize(
    ("facts", "events", "before", "expected"),
    [
        # Moved back, with the mode and the on-prem policy of before.
        (UPGRADED, (MOVED,), {}, {"pool": POOL, "mode": INHERIT}),
        (UPGRADED, (MOVED,), {"assigned": "SfBOnly"}, {"pool": POOL, "mode": {"policy": "SfBOnly"}}),
        (UPGRADED, (MOVED,), {"assigned": ...}, {"pool": POOL, "mode": {"mode": "Islands"}}),
        (UPGRADED, (MOVED,), {"assigned": ..., "mode": ...}, {"pool": POOL}),
        (UPGRADED, (MOVED,), {"assigned": ..., "mode": "TeamsOnly"}, {"pool": POOL}),
        (UPGRADED, (MOVED,), {"assigned": "Tag:UpgradeToTeams"}, {"pool": POOL}),
        (
            (UPGRADED[0] | {"assigned": "Notify"}, UPGRADED[1]),
            (NOTICE, MOVED),
            {},
            {"pool": POOL, "mode": INHERIT, "notice": INHERIT},
        ),
        ((UPGRADED[0] | {"assigned": "Notify"}, UPGRADED[1]), (MOVED,), {}, {"pool": POOL, "mode": INHERIT}),
        # Moved back already: the cloud does not show it yet, or it does.
        ((HERE, cloud(mode="TeamsOnly")), (MOVED, MOVED_BACK), {}, {"waits": True, "mode": INHERIT}),
        ((HERE, THERE), (MOVED, MOVED_BACK), {}, {}),
        ((HERE, THERE), (MOVED,), {"assigned": "SfBOnly"}, {"mode": {"policy": "SfBOnly"}}),
        ((HERE, teams(assigned="sfbonly")), (MOVED,), {"assigned": "SfBOnly"}, {}),
        ((HERE, teams()), (MOVED,), {"assigned": ...}, {}),
        ((HERE, teams(mode="SfBOnly")), (MOVED,), {"assigned": ...}, {"mode": {"mode": "Islands"}}),
        # Without an assignment that could be read, the module is asked.
        ((HERE, teams()), (MOVED,), {}, {"mode": INHERIT}),
        # Notified, and nothing else.
        ((HERE | {"assigned": "Notify"}, teams(assigned="SfBOnly")), (NOTICE,), {}, {"notice": INHERIT}),
        ((HERE | {"assigned": "Notify"}, THERE), (NOTICE,), {"notify_policy": "Own"}, {"notice": {"policy": "Own"}}),
        ((HERE | {"assigned": "own"}, THERE), (NOTICE,), {"notify_policy": "Own"}, {}),
        ((skype(), THERE), (NOTICE,), {}, {"notice": INHERIT}),
        ((HERE | {"assigned": "Notify"}, THERE), (NOTICE,), {"notify_policy": ...}, {}),
        (
            (HERE, THERE),
            (IN_BATCH,),
            {"assigned": "SfBOnly"},
            {"mode": {"policy": "SfBOnly"}},
        ),
    ],
)
def test_r64_what_comes_back_of_who_was_homed_onprem(
    facts: tuple[Item, Item], events: tuple[Sent, ...], before: Item, expected: dict[str, Any]
) -> None:
    had = {name: value for name, value in (ONPREM | before).items() if value is not ...}
    found = decided(*facts, *events, before=had)
    assert (code(found), shown(found)) == (("ok", ""), expected)
    assert (CONTACTS in found.lost, MEETINGS in found.lost) == (found.pool is not None,) * 2


@pytest.mark.parametrize(
    ("before", "lost"),
    [({"assigned": ..., "mode": ...}, "mode_not_recorded"), ({"assigned": "UpgradeToTeams"}, "mode_not_restored")],
)
def test_r64_a_mode_that_cannot_be_granted_is_named(before: Item, lost: str) -> None:
    had = {name: value for name, value in (ONPREM | before).items() if value is not ...}
    found = decided(*UPGRADED, MOVED, before=had)
    assert [whole(warning).code for warning in found.warnings] == [lost]
    assert found.lost[-1] == MODE
    assert [warning["code"] for warning in found.to_item()["warnings"]] == [lost]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("facts", "before", "expected"),
    [
        ((ABSENT, cloud(mode="TeamsOnly", assigned="UpgradeToTeams")), {}, {"policy": "Islands", "restore": True}),
        ((UPGRADED[0], UPGRADED[1]), {}, {"policy": "Islands", "restore": True}),
        ((ABSENT, UPGRADED[1] | {"assigned": "UpgradeToTeams"}), {"assigned": None}, INHERIT),
        ((ABSENT, cloud(assigned="Islands")), {}, None),
        ((ABSENT, UPGRADED[1]), {"assigned": ...}, {"mode": "Islands", "restore": True}),
        ((ABSENT, UPGRADED[1]), {"assigned": ..., "mode": "TeamsOnly"}, None),
    ],
)
def test_m3_who_was_homed_online_gets_the_mode_back_without_a_move(
    facts: tuple[Item, Item], before: Item, expected: Item | None
) -> None:
    had = {name: value for name, value in (ONLINE | before).items() if value is not ...}
    found = decided(*facts, GRANTED, before=had)
    assert (code(found), found.mode, found.pool, found.lost) == (("ok", ""), expected, None, ())


@pytest.mark.parametrize(
    ("present", "before", "expected"),
    [
        ("TeamsOnly", {}, ("pending", "mode_stays")),
        ("Islands", {}, ("ok", "")),
        ("TeamsOnly", {"mode": "TeamsOnly"}, ("ok", "")),
        ("TeamsOnly", {"mode": None}, ("ok", "")),
    ],
)
def test_r2_who_inherits_again_and_stays_teams_only_is_not_back(
    present: str, before: Item, expected: tuple[str, str]
) -> None:
    had = ONLINE | {"assigned": None} | before
    found = decided(ABSENT, cloud(mode=present, assigned=None), GRANTED, before=had)
    assert (code(found), found.mode) == (expected, None)


@pytest.mark.parametrize("facts", [(HERE, THERE), (ABSENT, THERE), (HERE, cloud())])
def test_who_was_homed_online_and_is_in_a_pool_now_is_left_alone(facts: tuple[Item, Item]) -> None:
    assert code(decided(*facts, GRANTED, before=ONLINE)) == LEFT


@pytest.mark.parametrize(
    ("pool", "instead", "expected"),
    [(POOL, "", POOL), (POOL, OTHER, POOL), (None, OTHER, OTHER), (None, "", None)],
)
def test_r63_the_recorded_pool_counts_and_another_where_there_is_none(
    pool: str | None, instead: str, expected: str | None
) -> None:
    found = decided(*UPGRADED, MOVED, before=ONPREM | {"registrar_pool": pool}, instead=instead)
    assert found.pool == expected
    assert code(found) == (("ok", "") if expected else ("failed", "pool_not_recorded"))


def test_what_comes_back_is_said_in_words() -> None:
    facts = (UPGRADED[0] | {"assigned": "Notify"}, UPGRADED[1])
    inherited = decided(*facts, NOTICE, MOVED)
    assert tuple(inherited.coming.values()) == (
        "homed in pool01.contoso.com",
        "no mode of their own, so that the tenant default applies (they had Islands)",
        "no on-prem policy of their own",
    )
    said = [
        decided(*facts, MOVED, before=ONPREM | before).coming["mode"]
        for before in ({"assigned": "Islands"}, {"assigned": "Own"}, {"assigned": "Own", "mode": None}, {"mode": None})
    ]
    assert said == [
        "policy Islands",
        "policy Own (mode Islands)",
        "policy Own",
        "no mode of their own, so that the tenant default applies",
    ]
    without = {name: value for name, value in ONPREM.items() if name != "assigned"}
    assert decided(*facts, MOVED, before=without).coming["mode"] == "mode Islands"
    named = decided(*facts, NOTICE, MOVED, before=ONPREM | {"notify_policy": "Own"})
    assert named.coming["notification"] == "on-prem policy Own"


def back(name: str, pool: str | None) -> Return:
    nothing = SideFacts(None)
    return Return(
        UserId.parse(name),
        nothing,
        nothing,
        pool=pool,
        coming={"move_back": f"homed in {pool}", "mode": "policy Islands"},
    )


def test_r63_users_of_a_pool_that_is_gone_go_to_the_other_one() -> None:
    rollback = Rollback(OTHER, returns=(back("a@x.com", POOL), back("b@x.com", "Gone.x.com"), back("c@x.com", None)))
    assert rollback.pools == [POOL, "Gone.x.com", OTHER]
    assert rollback.replace_pool("gone.x.com") == []
    assert rollback.pools == [POOL, OTHER]
    assert (rollback.moving_to(POOL.upper()), rollback.moving_to(OTHER)) == (["a@x.com"], ["b@x.com"])
    assert [each.coming["move_back"] for each in rollback.returns] == [
        f"homed in {POOL}",
        f"homed in {OTHER}",
        "homed in None",
    ]


def test_r63_without_another_pool_they_are_not_moved() -> None:
    rollback = Rollback(returns=(back("a@x.com", POOL), back("b@x.com", OTHER)))
    (left,) = rollback.replace_pool(OTHER)
    assert (left.status, whole(left.reason).code if left.reason else "") == (Status.FAILED, "pool_gone")
    assert (rollback.pools, rollback.moving_to(OTHER)) == ([POOL], [])
    assert (rollback.returns[1].coming, rollback.returns[1].lost) == ({}, ())
