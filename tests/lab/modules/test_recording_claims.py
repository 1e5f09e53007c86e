# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is recorded, and who is left alone, where several sessions or several jobs are at work, and where users are tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import Process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.extent import LONG
from tests.lab.modules.people import MOVER, address, addresses, codes, seeded, statuses
from tests.lab.modules.test_recording import Recorded
from tests.lab.wire import OverTheWire

NAMES = tuple(f"user{number:02}" for number in range(12))
GRANTED = ("vera", "walt")
ELSEWHERE = Process("elsewhere", 1, "1")
PASSING = "SetMoveResourceData failed because the user is not provisioned."
SMITH = "a.smith@contoso.com"


@pytest.fixture
def engine() -> str:
    """What is recorded depends on no engine."""
    return "embedded"


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [*map(seeded, [*NAMES, *GRANTED]), seeded("ann", upn=SMITH)], "timing": {"batch": "1s"}}


@pytest.fixture
def recorded(lab: Lab, play: OverTheWire, tmp_path: Path) -> Recorded:
    return Recorded(lab, play, f"sqlite:///{tmp_path / 'ledger.db'}")


def taken_by_another(recorded: Recorded, *users: str, lapse: float = 300) -> set[str]:
    """Claim users for a job on another machine; return who was free."""
    with open_ledger(recorded.url, lapse=lapse) as ledger:
        return set(ledger.claim(users, ledger.begin_run(NewRun(ELSEWHERE, id="theirs")).id).taken)


def events(recorded: Recorded) -> dict[str, list[str]]:
    """How the events of each user ended, in order."""
    found: dict[str, list[str]] = {}
    for each in recorded.events:
        found.setdefault(str(each["user"]).partition("@")[0], []).append(each["status"])
    return found


@pytest.mark.parametrize(
    ("sessions", "options"), [(4, {}), (4, {"max_failures": 0}), *([(1, {}), (4, {"max_failures": 1})] if LONG else [])]
)
@pytest.mark.parametrize("written", [True, *([False] if LONG else [])])
def test_no_session_starts_anybody_after_the_moment(
    lab: Lab, tmp_path: Path, sessions: int, options: Mapping[str, Any], written: bool
) -> None:
    closes = lab.clock.now() + timedelta(minutes=10)
    lab.latencies.set("Move-CsUser", 0.1)
    with OverTheWire(lab, sessions=sessions) as play:
        recorded = Recorded(lab, play, f"sqlite:///{tmp_path / 'ledger.db'}")

        def closing(users: list[str]) -> None:
            if f"sip:{address(NAMES[6])}" in users:
                lab.clock.set(closes)

        recorded.watch = closing
        own: dict[str, Any] = {} if written else {"ledger": None}
        done = recorded.move(*NAMES, start_before=closes.isoformat(), **options, **own)
    moves = lab.journal.entries("Move-CsUser")
    # Those that had been started by then ended after it.
    called = recorded.called
    assert len(moves) <= 6 + sessions
    assert done["failed"] is False
    assert {name for name, status in statuses(done).items() if status == "changed"} == set(called)
    assert codes(done) == {name: "window_closed" for name in NAMES if name not in called}
    assert len(called) < len(NAMES)
    if written:
        assert events(recorded) == {name: ["changed"] for name in sorted(called)}


def test_r40_who_is_tried_again_has_an_event_for_each_try(recorded: Recorded) -> None:
    first, other = NAMES[:2]
    recorded.lab.faults.order(OrderedFault("Move-CsUser", PASSING, user=address(first), times=2))
    done = recorded.move(first, other, retry_delay=0)
    assert statuses(done) == {first: "changed", other: "changed"}
    assert events(recorded) == {first: ["failed", "failed", "changed"], other: ["changed"]}
    tries = [each for each in recorded.events if each["user"] == address(first)]
    assert [(each["reason"] or {}).get("code") for each in tries] == ["not_provisioned", "not_provisioned", None]
    assert all(each["seconds"] is not None for each in tries)
    assert [each["after"] for each in tries] == [None, None, {"homing": "online"}]
    assert recorded.called == [first, other, first, first]
    with open_ledger(recorded.url, read_only=True) as ledger:
        assert ledger.last_statuses() == {"changed": 2}


def test_r40_the_last_try_that_fails_is_what_counts(recorded: Recorded) -> None:
    recorded.lab.faults.order(OrderedFault("Move-CsUser", PASSING, user=address(NAMES[0]), times=None))
    done = recorded.move(NAMES[0], retries=1, retry_delay=0)
    assert (done["failed"], events(recorded)) == (True, {NAMES[0]: ["failed", "failed"]})
    with open_ledger(recorded.url, read_only=True) as ledger:
        assert ledger.last_statuses() == {"failed": 1}


def test_nobody_is_tried_again_once_the_window_has_closed(recorded: Recorded) -> None:
    lab, closes = recorded.lab, recorded.lab.clock.now() + timedelta(minutes=10)
    lab.faults.order(OrderedFault("Move-CsUser", PASSING, user=address(NAMES[0]), times=1))
    recorded.watch = lambda users: lab.clock.set(closes) if f"sip:{address(NAMES[2])}" in users else None
    began = datetime.now()
    done = recorded.move(*NAMES[:5], start_before=closes.isoformat(), retry_delay=5)
    assert (datetime.now() - began).total_seconds() < 5
    assert recorded.called.count(NAMES[0]) == 1
    assert (statuses(done)[NAMES[0]], codes(done)[NAMES[0]]) == ("failed", "not_provisioned")
    assert events(recorded)[NAMES[0]] == ["failed"]
    assert codes(done)[NAMES[4]] == "window_closed"


def test_who_was_taken_over_in_the_middle_is_left_to_the_other_job(recorded: Recorded) -> None:
    third, fourth = map(address, NAMES[3:5])
    first: list[list[str]] = []

    def lapsed(users: list[str]) -> None:
        # This job was silent for so long that another one has taken two of its users.
        if not first:
            assert taken_by_another(recorded, third, fourth, lapse=-1) == {third, fourth}
        first.append(users)

    recorded.watch = lapsed
    done = recorded.move(*NAMES[:6])
    others = [*NAMES[:3], NAMES[5]]
    assert recorded.called == others
    assert codes(done) == dict.fromkeys(NAMES[3:5], "taken_over")
    assert statuses(done) == {name: "changed" if name in others else "skipped" for name in NAMES[:6]}
    assert (done["failed"], events(recorded)) == (False, {name: ["changed"] for name in others})
    # They are still the other's, and the others are free.
    with open_ledger(recorded.url) as ledger:
        mine = ledger.begin_run(NewRun(ELSEWHERE)).id
        assert set(ledger.claim([third, fourth, address(NAMES[0])], mine).held) == {third, fourth}


def test_who_was_taken_over_before_another_try_is_not_tried_again(recorded: Recorded) -> None:
    first = address(NAMES[0])
    recorded.lab.faults.order(OrderedFault("Move-CsUser", PASSING, user=first, times=1))

    def lapsed(users: list[str]) -> None:
        if f"sip:{address(NAMES[1])}" in users:
            taken_by_another(recorded, first, lapse=-1)

    recorded.watch = lapsed
    done = recorded.move(*NAMES[:2], retry_delay=0)
    assert Counter(recorded.called) == {NAMES[0]: 1, NAMES[1]: 1}
    assert (statuses(done)[NAMES[0]], events(recorded)[NAMES[0]]) == ("failed", ["failed"])


def test_a_user_principal_name_is_the_same_user_as_the_address_in_another_job(recorded: Recorded) -> None:
    assert taken_by_another(recorded, address("ann")) == {address("ann")}
    done = recorded.play.run("sfb01", "csuser_move", {**options(recorded), "users": [SMITH, address(NAMES[0])]})
    assert (codes(done), recorded.called) == ({"a.smith": "in_another_job"}, [NAMES[0]])
    assert events(recorded) == {NAMES[0]: ["changed"]}


def options(recorded: Recorded) -> dict[str, Any]:
    """Options of a recorded move."""
    return {"ledger": recorded.url, "return_users": "all", **MOVER}


@pytest.mark.parametrize("name", [SMITH, address("ann")])
def test_whom_this_job_works_on_is_claimed_by_both_names(recorded: Recorded, name: str) -> None:
    found: list[set[str]] = []
    recorded.watch = lambda _users: found.append(taken_by_another(recorded, name))
    moved = recorded.move("a.smith")
    assert (statuses(moved), found) == ({"a.smith": "changed"}, [set()])
    # Afterwards they are free.
    assert taken_by_another(recorded, name) == {name}


@pytest.mark.parametrize("name", [SMITH, address("ann")])
def test_who_was_taken_over_by_either_name_is_left_alone(recorded: Recorded, name: str) -> None:
    def lapsed(users: list[str]) -> None:
        if f"sip:{address(NAMES[0])}" in users:
            assert taken_by_another(recorded, name, lapse=-1) == {name}

    recorded.watch = lapsed
    done = recorded.move(*NAMES[:3], "a.smith")
    assert (recorded.called, codes(done)) == (list(NAMES[:3]), {"a.smith": "taken_over"})


def test_the_operation_of_a_batch_is_recorded_with_its_users(recorded: Recorded) -> None:
    args = {
        "users": addresses(*GRANTED),
        "mode": "SfBOnly",
        "method": "batch",
        "batch_interval": 1,
        "ledger": recorded.url,
    }
    done = recorded.play.run("teams01", "teams_upgrade_policy", args)
    (operation,) = done["operations"]
    found = [(each["user"], each["action"], each["operation"], each["status"]) for each in recorded.events]
    batch = "New-CsBatchPolicyAssignmentOperation"
    assert found == [(user, batch, operation, "changed") for user in addresses(*GRANTED)]


def test_whom_a_batch_leaves_out_has_a_second_event_without_an_operation(recorded: Recorded) -> None:
    recorded.lab.faults.order(OrderedFault("New-CsBatchPolicyAssignmentOperation", "Too many.", times=1))
    args = {
        "users": addresses(*GRANTED),
        "mode": "SfBOnly",
        "method": "batch",
        "batch_interval": 1,
        "ledger": recorded.url,
    }
    done = recorded.play.run("teams01", "teams_upgrade_policy", args)
    assert (done["failed"], done.get("operations")) == (False, None)
    assert events(recorded) == {name: ["failed", "changed"] for name in GRANTED}
    assert [(each["action"], each["operation"]) for each in recorded.events] == [
        *[("New-CsBatchPolicyAssignmentOperation", None)] * 2,
        *[("Grant-CsTeamsUpgradePolicy", None)] * 2,
    ]


def test_a_job_says_that_it_lives_while_calls_take_long(recorded: Recorded) -> None:
    """Its claims lapse after a second of silence, and the moves take longer."""
    recorded.lab.latencies.set("Move-CsUser", 0.8)
    found: list[set[str]] = []
    recorded.watch = lambda _users: found.append(taken_by_another(recorded, address(NAMES[4]), lapse=1))
    done = recorded.move(*NAMES[:5], claim_timeout=1)
    assert set(statuses(done).values()) == {"changed"}
    assert found == [set()] * 2
