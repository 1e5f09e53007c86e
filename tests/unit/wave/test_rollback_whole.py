# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of a rollback as a whole: what they have once they are back, whom nobody knows, and what is said of them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.past import Past, Sent
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback import (
    CONTACTS,
    MEETINGS,
    decide,
    returned,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_state import Rollback
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.sides import SideFacts

from tests.unit.sentences import whole
from tests.unit.wave.returns import (
    GRANTED,
    HERE,
    MOVED,
    NOTICE,
    ONLINE,
    ONPREM,
    OTHER,
    POOL,
    RESTORED,
    THERE,
    UPGRADED,
    code,
    decided,
    sent,
)
from tests.unit.wave.test_readiness import ABSENT, ALICE, Item, cloud, skype, teams

CONVERTED = sent("Start-CsExMeetingMigration", "done", homing="online")
TELL = {"assigned": "Tell"}


def of(onprem: Item, online: Item, past: Past | None, **more: Any) -> Any:
    alice = UserId.parse(ALICE)
    here = SideFacts.from_result(alice, {ALICE: onprem}, Side.ONPREM)
    return decide(alice, past, here, SideFacts.from_result(alice, {ALICE: online}, Side.ONLINE), **more)


@pytest.mark.parametrize("past", [None, Past(ONPREM, (MOVED,))])
def test_who_is_known_by_another_name_is_refused_with_it(past: Past | None) -> None:
    found = of(*UPGRADED, past, other_name="a.smith@contoso.com")
    assert (code(found), found.pool, found.user.text) == (("failed", "known_by_another_name"), None, ALICE)
    reason = whole(found.reason)
    assert reason.message == f"{ALICE} is a.smith@contoso.com in the ledger: by that name, runs have changed them."
    assert "a.smith@contoso.com" in reason.remedy


@pytest.mark.parametrize(
    ("onprem", "online", "expected"),
    [
        (ABSENT, ABSENT, ("failed", "user_not_found")),
        (HERE, ABSENT, ("skipped", "not_upgraded_by_us")),
        (ABSENT, cloud(), ("skipped", "not_upgraded_by_us")),
    ],
)
def test_whom_nobody_knows_is_not_called_left_alone(onprem: Item, online: Item, expected: tuple[str, str]) -> None:
    found = of(onprem, online, None)
    assert code(found) == expected
    assert ALICE in whole(found.reason).message
    assert found.user.text == ALICE


@pytest.mark.parametrize(
    ("events", "lost"), [((GRANTED,), ()), ((GRANTED, CONVERTED), (MEETINGS,)), ((CONVERTED, GRANTED), (MEETINGS,))]
)
def test_r64_converted_meetings_of_who_was_homed_online_stay(events: tuple[Sent, ...], lost: tuple[str, ...]) -> None:
    found = decided(ABSENT, cloud(mode="TeamsOnly", assigned="UpgradeToTeams"), *events, before=ONLINE)
    assert (code(found), found.lost, found.mode) == (("ok", ""), lost, {"policy": "Islands", "restore": True})


@pytest.mark.parametrize(
    ("facts", "events", "before", "expected"),
    [
        # Moved: the pool that takes them, and the mode of their own that they get again.
        (UPGRADED, (MOVED,), {"assigned": "SfBOnly"}, {"assigned": "SfBOnly", "mode": "Islands"}),
        # A mode that nobody can bring back is not known any more, and an inherited one may be another today.
        (UPGRADED, (MOVED,), {"assigned": "UpgradeToTeams", "mode": "TeamsOnly"}, {}),
        (UPGRADED, (MOVED,), {"assigned": None}, {"assigned": None}),
        (UPGRADED, (MOVED,), {"assigned": ...}, {"mode": "Islands"}),
        # Not moved, and as before: what is shown counts.
        ((HERE, teams(assigned="SfBOnly", mode="SfBOnly")), (NOTICE,), {}, {"assigned": "SfBOnly", "mode": "SfBOnly"}),
        # The notification is taken back: what was before counts, and not what is shown now.
        ((HERE | TELL, THERE), (NOTICE,), {"notify_policy": "Own"}, {"assigned": None, "notify_policy": "Own"}),
        # It was not ours: what is shown counts.
        ((UPGRADED[0] | TELL, UPGRADED[1]), (MOVED,), {"assigned": ""}, {"assigned": "", "notify_policy": "Tell"}),
    ],
)
def test_r64_what_is_expected_of_them_from_then_on(
    facts: tuple[Item, Item], events: tuple[Sent, ...], before: Item, expected: Item
) -> None:
    had = {name: value for name, value in (ONPREM | before).items() if value is not ...}
    back = {"homing": "onprem", "registrar_pool": POOL, "notify_policy": had["notify_policy"]}
    assert returned(decided(*facts, *events, before=had), Past(had, events)) == back | expected


def test_r63_they_are_expected_in_the_pool_that_has_taken_them() -> None:
    had = ONPREM | {"registrar_pool": None}
    found = decided(*UPGRADED, MOVED, before=had, instead=OTHER)
    assert returned(found, Past(had, (MOVED,)))["registrar_pool"] == OTHER


@pytest.mark.parametrize(
    ("assigned", "said"),
    [("SfBOnly", "they have policy SfBOnly, which is kept"), (None, "they have the mode of the tenant default")],
)
def test_r66_what_is_kept_is_named(assigned: str | None, said: str) -> None:
    found = decided(HERE, teams(assigned=assigned), before=ONPREM | {"assigned": "Islands"}, restored=RESTORED)
    (warning,) = found.warnings
    assert said in whole(warning).message
    (kept,) = decided(skype(assigned="Other"), THERE, Sent(**{**vars_of(NOTICE), "after": {"policy": "Tell"}})).warnings
    assert whole(kept).message == f"{ALICE} is assigned on-prem Other, which no run has done: it is kept."


def vars_of(event: Sent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ("action", "status", "leads_to", "before", "after", "reason")}


def test_nobody_is_touched_whose_former_policy_is_gone() -> None:
    own = decided(*UPGRADED, MOVED, before=ONPREM | {"assigned": "Own"})
    built_in = decided(*UPGRADED, MOVED, before=ONPREM | {"assigned": "SfBOnly"})
    inherits, left = decided(*UPGRADED, MOVED), decided(*UPGRADED)
    rollback = Rollback(returns=(own, built_in, inherits, left))
    (gone,) = rollback.refuse_missing("mode", ["Tag:SfBOnly", "Global"], "online")
    assert (code(gone), gone.coming, gone.lost) == (("failed", "former_policy_missing"), {}, ())
    assert gone.reason is not None
    assert whole(gone.reason).message == (
        f"{ALICE} had the policy Own, which is no instance on the online side any more: nothing was done for them."
    )
    assert rollback.returns == (gone, built_in, inherits, left)
    assert [each.lost[0] for each in rollback.needing("move_back")] == [CONTACTS, CONTACTS]
    told = decided(UPGRADED[0] | TELL, UPGRADED[1], NOTICE, MOVED, before=ONPREM | {"notify_policy": "Own"})
    notices = Rollback(returns=(told, own))
    assert [code(each)[1] for each in notices.refuse_missing("notification", ["Tell"], "onprem")] == [
        "former_policy_missing"
    ]
    assert Rollback(returns=(told,)).refuse_missing("notification", ["own"], "onprem") == []
