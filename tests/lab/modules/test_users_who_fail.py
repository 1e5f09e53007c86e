# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of users for which something goes wrong, and of those who come after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Task
from tests.engines import REPEATED, NewLab
from tests.lab.modules.people import MOVER, addresses, attempts, codes, lines, seeded, statuses
from tests.lab.wire import OverTheWire

BUSY = "The server is busy: too many requests."
NOT_SHARED = (
    "HostedMigration fault: Error=(510), Description=(This user's tenant is not enabled for shared sip address space.)"
)
NOT_ALLOWED = "Something nobody knows of."
AT_ONCE = {"retry_delay": 0}
# What comes of each: status, code of the reason, and how the calls of Move-CsUser ended.
OUTCOMES: Mapping[str, tuple[str, str | None, list[str]]] = {
    "fine": ("changed", None, ["done"]),
    "there": ("ok", None, []),
    "patient": ("changed", None, ["failed", "failed", "done"]),
    "stubborn": ("failed", "throttled", ["failed", "failed", "failed"]),
    "guarded1": ("failed", "protected_account", ["failed"]),
    "guarded2": ("failed", "protected_account", ["failed"]),
    "silent": ("unknown", "not_confirmed", ["done"]),
    "dropped": ("unknown", "outcome_unknown", ["lost"]),
    "arrived": ("changed", None, ["lost"]),
    "ghost": ("failed", "user_not_found", []),
}


@pytest.fixture
def seed() -> Mapping[str, Any]:
    facts: dict[str, dict[str, Any]] = {
        "there": {"homing": "online"},
        "guarded1": {"protected": True},
        "guarded2": {"protected": True},
    }
    return {"users": [seeded(name, **facts.get(name, {})) for name in OUTCOMES if name != "ghost"]}


def test_each_user_is_distinguished_and_no_write_is_repeated_blindly(lab: Lab, play: OverTheWire) -> None:
    lab.faults.order(OrderedFault("Move-CsUser", BUSY, user="patient@contoso.com", times=2))
    lab.faults.order(OrderedFault("Move-CsUser", BUSY, user="stubborn@contoso.com", times=None))
    lab.faults.order(OrderedFault("Move-CsUser", user="silent@contoso.com", silent=True))
    lab.faults.order(OrderedFault("Move-CsUser", user="dropped@contoso.com", drop_shell=True))
    lab.faults.order(OrderedFault("Move-CsUser", user="arrived@contoso.com", drop_shell=True, after=True))
    users = addresses(*OUTCOMES)
    moved, checked = play.tasks(
        "sfb01",
        [
            Task("csuser_move", {**MOVER, **AT_ONCE, "users": users, "retries": 2, "return_users": "all"}, diff=True),
            Task("csuser_move", {**MOVER, "users": users, "max_fail_percentage": 10}, check=True),
        ],
    )
    assert statuses(moved) == {name: status for name, (status, *_rest) in OUTCOMES.items()}
    assert codes(moved) == {name: code for name, (_status, code, _calls) in OUTCOMES.items() if code}
    assert attempts(lab, "Move-CsUser") == {name: calls for name, (_status, _code, calls) in OUTCOMES.items() if calls}
    assert_shape(moved)
    # Who is done is not named again, and the one who does not exist is within what may fail.
    left = {name: "changed" for name, (status, *_rest) in OUTCOMES.items() if status in ("failed", "unknown")}
    assert not checked["failed"]
    assert statuses(checked) == left | {"ghost": "failed"}
    assert (checked["summary"]["ok"], checked["summary"]["changed"], checked["summary"]["failed"]) == (4, 5, 1)


def assert_shape(moved: Mapping[str, Any]) -> None:
    """The result of several failures, as the interface promises it."""
    assert moved["failed"]
    counts = {"total": 10, "ok": 1, "changed": 3, "failed": 4, "skipped": 0, "pending": 0, "unknown": 2}
    assert moved["summary"] == counts
    assert set(moved["diff"]["before"]) == set(addresses("fine", "patient", "silent", "dropped", "arrived"))
    found = lines(moved)
    assert found["stubborn"]["reason"] == {
        "code": "throttled",
        "message": BUSY,
        "remedy": "The service is busy; run again later.",
        "scope": "user",
        "retryable": True,
        "fault": "MicrosoftError",
    }
    assert all(found[name]["before"] == found[name]["after"] for name in ("stubborn", "guarded1", "silent", "dropped"))
    assert (found["ghost"]["actions"], "before" in found["ghost"]) == ([], False)
    largest, *others = moved["failures"]
    assert (largest["code"], largest["count"], largest["users"]) == (
        "protected_account",
        2,
        addresses("guarded1", "guarded2"),
    )
    assert sorted(group["code"] for group in others) == [
        "not_confirmed",
        "outcome_unknown",
        "throttled",
        "user_not_found",
    ]
    assert {group["count"] for group in others} == {1}
    assert moved["msg"].startswith("6 of 10 users failed or could not be read. 2 x protected_account: ")
    assert largest["remedy"] in moved["msg"]


WAVE = [f"wave{number}" for number in range(8)]
OTHERS = [f"other{number}" for number in range(8)]


@pytest.fixture
def narrow(new_lab: NewLab) -> Iterator[tuple[Lab, OverTheWire]]:
    """Hosts with one session and slow moves, so that users come one after the other."""
    users = [seeded(name, protected=name in ("wave1", "wave2")) for name in (*WAVE, *OTHERS)]
    with new_lab({"users": users, "latency": "Move-CsUser=0.4"}) as lab, OverTheWire(lab) as play:
        yield lab, play


@pytest.mark.parametrize("cmdlet", ["Move-CsUser", "Get-CsUser"])
def test_r39_first_users_who_fail_alike_stop_the_task(cmdlet: str, narrow: tuple[Lab, OverTheWire]) -> None:
    lab, play = narrow
    for name in WAVE[:3]:
        lab.faults.order(
            OrderedFault(cmdlet, f"{name} met something nobody knows of.", user=f"{name}@contoso.com", times=None)
        )
    moved, never = play.tasks(
        "sfb01",
        [
            Task("csuser_move", {**MOVER, "users": addresses(*WAVE), "stop_after_same_failures": 3}),
            Task("csuser_move", {**MOVER, "users": addresses(*WAVE[:4]), "stop_after_same_failures": 0}),
        ],
    )
    bad = "failed" if cmdlet == "Move-CsUser" else "unknown"
    assert statuses(moved) == dict.fromkeys(WAVE[:3], bad) | dict.fromkeys(WAVE[3:], "skipped")
    assert (moved["reason"]["code"], moved["failure_count"]) == ("same_failure", 3)
    assert "first 3 users all failed alike: " in moved["msg"]
    assert "first 3 users all failed alike" in lines(moved)["wave7"]["reason"]["message"]
    assert statuses(never) == dict.fromkeys(WAVE[:3], bad) | {"wave3": "changed"}


@pytest.mark.parametrize("engine", REPEATED)
def test_a_number_of_failures_stops_a_task_and_zero_stops_it_at_the_first(narrow: tuple[Lab, OverTheWire]) -> None:
    lab, play = narrow
    lab.faults.order(OrderedFault("Move-CsUser", NOT_ALLOWED, user="other1@contoso.com"))
    unread = {"users": addresses("ghost", *WAVE[4:7]), "max_failures": 0}
    strict, within, not_begun, checked, refused = play.tasks(
        "sfb01",
        [
            Task("csuser_move", {**MOVER, **AT_ONCE, "users": addresses(*OTHERS), "max_failures": 0}),
            Task("csuser_move", {**MOVER, **AT_ONCE, "users": addresses(*WAVE[:4]), "max_failures": 2}),
            Task("csuser_move", {**MOVER, **AT_ONCE, **unread}),
            Task("csuser_move", {**MOVER, **AT_ONCE, **unread}, check=True),
            Task("csuser_move", {**MOVER, "users": addresses(*WAVE), "max_failures": -1}),
        ],
    )
    found = statuses(strict)
    assert (strict["failed"], strict["failure_count"], found["other0"], found["other1"]) == (
        True,
        1,
        "changed",
        "failed",
    )
    assert {found[name] for name in OTHERS[2:]} == {"skipped"}
    assert "max_failures" in lines(strict)["other7"]["reason"]["message"]
    assert (within["failed"], within["failure_count"], within["summary"]["changed"]) == (False, 2, 2)
    for answer in (not_begun, checked):
        assert (answer["failed"], answer["failure_count"]) == (True, 1)
        assert statuses(answer) == {"ghost": "failed"} | dict.fromkeys(WAVE[4:7], "skipped")
    assert refused["failed"]
    assert "max_failures is -1" in refused["msg"]
    assert sorted(attempts(lab, "Move-CsUser")) == ["other0", "other1", *WAVE[:4]]


@pytest.mark.parametrize("engine", REPEATED)
def test_no_more_users_are_started_when_too_many_failed_or_all_would(narrow: tuple[Lab, OverTheWire]) -> None:
    lab, play = narrow
    lab.faults.order(OrderedFault("Move-CsUser", NOT_SHARED, user="other1@contoso.com"))
    too_many, stopped = play.tasks(
        "sfb01",
        [
            Task("csuser_move", {**MOVER, **AT_ONCE, "users": addresses(*WAVE), "max_fail_percentage": 20}),
            Task("csuser_move", {**MOVER, **AT_ONCE, "users": addresses(*OTHERS)}),
        ],
    )
    ended = attempts(lab, "Move-CsUser")
    for answer, failing in ((too_many, ["wave1", "wave2"]), (stopped, ["other1"])):
        found = statuses(answer)
        skipped = [name for name, status in found.items() if status == "skipped"]
        assert answer["failed"]
        assert len(skipped) >= 4
        assert [name for name, status in found.items() if status == "failed"] == failing
        assert {code for name, code in codes(answer).items() if name in skipped} == {"not_started"}
        # Users that were started are distinguished, and nobody else reached the host.
        assert sorted(ended) == sorted({*ended, *found} - set(skipped))
        assert {name: ended[name] for name in failing} == {name: ["failed"] for name in failing}
    assert too_many["summary"]["skipped"] + sum(name in ended for name in WAVE) == len(WAVE)
    assert "max_fail_percentage" in lines(too_many)["wave7"]["reason"]["message"]
    assert lines(stopped)["other1"]["reason"]["number"] == "510"
    assert lines(stopped)["other1"]["reason"]["scope"] == stopped["reason"]["scope"] == "organisation"
    assert stopped["msg"] == f"{NOT_SHARED} {stopped['reason']['remedy']}"
    assert "SharedSipAddressSpace" in stopped["reason"]["remedy"]
