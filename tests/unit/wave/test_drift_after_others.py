# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users whom no run explains: moved out of a filter, by another name, by a dead run, or after a rollback."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.drift_reasons import RUN_ENDED
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.members import take_seen
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory

from tests.unit.wave.drifting import (
    BEFORE,
    HOME,
    MOVING,
    OTHER_POOL,
    POOL,
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
from tests.unit.wave.runs import A, B, C, run, wave
from tests.unit.wave.test_readiness import ALICE, Item

Sides = tuple[Item | None, Item | None]
ELSEWHERE = here(registrar_pool=OTHER_POOL), there()
FILTER = {"registrar_pool": POOL}
ENDED = RUN_ENDED.format(cmdlet="Move-CsUser", run="r1")


@pytest.mark.parametrize(
    ("sides", "due", "wanted", "differs"),
    [
        (ELSEWHERE, "nothing", ("drifted", "left_filter"), {"registrar_pool"}),
        (ELSEWHERE, "upgrade", ("drifted", "left_filter"), {"registrar_pool"}),
        (UPGRADED, "nothing", ("drifted", "moved_early"), {"homing"}),
        (UPGRADED, "upgrade", ("in_state", ""), set()),
    ],
)
def test_who_leaves_the_filter_of_their_wave_is_missed(
    sides: Sides, due: str, wanted: tuple[str, str], differs: set[str]
) -> None:
    item = look(sides, due=due, left=frozenset({ALICE}), filter=FILTER)
    assert (shown(item), differing(item)) == (wanted, differs)


def test_whom_the_ledger_knows_is_judged_by_it_and_not_by_the_filter() -> None:
    assert shown(look(UPGRADED, known("done", move()), left=frozenset({ALICE}), filter=FILTER)) == ("in_state", "")


def test_who_was_seen_in_a_filter_stays_in_the_wave() -> None:
    waves = [
        wave(users=[A], name="a", filter=FILTER),
        wave(users=[B], name="b"),
        wave(users=[], name="c", excluded=(UserId.parse(C),)),
    ]
    state = run(*waves)
    assert take_seen(state, {"a": [A, B, C, "dave@contoso.com"], "c": [C]}, {"a"}) == {C, "dave@contoso.com"}
    assert [user.key for user in state.waves["a"].wave.members] == [A, C, "dave@contoso.com"]
    assert [user.key for user in state.waves["c"].wave.members] == []
    assert take_seen(run(wave(users=[A], name="a")), {"a": [B]}, frozenset()) == frozenset()


@pytest.mark.parametrize("sides", [HOME, UPGRADED])
def test_of_who_is_known_by_another_name_nothing_is_known(sides: Sides) -> None:
    item = look(sides, memory=Memory(other_names={ALICE: "a.smith@contoso.com"}))
    assert shown(item) == ("unknown", "known_by_another_name")
    # What the plan expects of them is not said either: it may have come about by the other name.
    assert (item.judgement.expected, item.judgement.found) == ({}, {})
    reason = item.judgement.reason
    assert reason is not None
    assert "a.smith@contoso.com" in reason.remedy


def test_what_a_dead_run_has_sent_is_not_being_changed_any_more() -> None:
    assert shown(look(UPGRADED, known("notified", notice(), move("sent", ENDED)), "notify")) == ("pending", "run_ended")


@pytest.mark.parametrize(("sides", "wanted"), [(UPGRADED, ("pending", "fault")), (HOME, ("drifted", "moved_back"))])
def test_who_was_not_brought_back_waits_for_it(sides: Sides, wanted: tuple[str, str]) -> None:
    assert shown(look(sides, known("done", move(), back("failed", reason=WHY)))) == wanted


ONPREM_AGAIN = BEFORE | {"registrar_pool": OTHER_POOL}


@pytest.mark.parametrize(
    ("past", "sides", "wanted"),
    [
        (known("rolled_back", move(), back(), grant("Islands", None, "sent")), HOME, ("in_state", "")),
        # A rollback that was killed after the move: the policy that was to come back did not.
        (
            known("rolled_back", notice(), move(), back(), before=BEFORE | {"assigned": "SfBOnly"}),
            HOME,
            ("pending", "not_all_back"),
        ),
        (known("rolled_back", move(), back()), ELSEWHERE, ("drifted", "re_homed")),
        # Complete: what they had then is expected, also where others had moved them back.
        (known("rolled_back", before=ONPREM_AGAIN), ELSEWHERE, ("in_state", "")),
        (known("rolled_back", before=ONPREM_AGAIN), HOME, ("drifted", "re_homed")),
        (known("rolled_back", before=ONPREM_AGAIN), UPGRADED, ("drifted", "moved_by_others")),
    ],
)
def test_r64_who_was_rolled_back_is_judged_by_what_is_back(
    past: History, sides: Sides, wanted: tuple[str, str]
) -> None:
    assert shown(look(sides, past)) == wanted


@pytest.mark.parametrize(
    ("past", "wanted"),
    [
        (known("upgraded", move()), ("pending", "sync_pending")),
        (known("done", move()), ("inconsistent", "sides_disagree")),
        (known("upgraded", move(), grant("TeamsOnly", "UpgradeToTeams")), ("inconsistent", "sides_disagree")),
        (known("done", move(), running=True), ("pending", "sync_pending")),
    ],
)
def test_r36_no_sync_is_to_follow_where_the_cloud_has_shown_the_user(past: History, wanted: tuple[str, str]) -> None:
    assert shown(look(MOVING, past)) == wanted


@pytest.mark.parametrize(
    ("assigned", "code"),
    [("Other", "policy_changed"), (None, "notification_removed"), ("Islands", "notification_removed")],
)
def test_another_policy_may_notify_as_well(assigned: str | None, code: str) -> None:
    sides = here(assigned=assigned), there()
    assert shown(look(sides, known("notified", notice()), "notify")) == ("drifted", code)
