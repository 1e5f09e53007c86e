# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clock, journal, faults, latencies: what a lab is steered and watched with."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.clock import Clock
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import Faults, OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import MASK
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.latency import REALISTIC, latencies

from tests.unit.lab.organisation.builders import CLOUD, START, Org, error, succeeded, user

ALICE, BOB = "alice@contoso.com", "bob@contoso.com"


def test_the_clock_is_set_and_advanced_but_never_goes_back() -> None:
    clock = Clock(START, rate=0)
    clock.advance(timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1)
    clock.set(datetime.fromisoformat("2026-12-02T09:00:00+01:00"))
    assert clock.now() == datetime(2026, 12, 2, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="only goes forward"):
        clock.set(START)
    with pytest.raises(ValueError, match="only goes forward"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="backwards"):
        clock.rate = -1


def test_the_clock_runs_at_its_rate() -> None:
    clock = Clock(START, rate=1_000_000)
    while clock.now() < START + timedelta(seconds=10):
        pass
    clock.rate = 0
    stopped = clock.now()
    assert clock.now() == stopped


def test_the_journal_tells_who_did_what_and_what_came_of_it() -> None:
    org = Org(user(), sign_in=False)
    org.move(ALICE, MoveToTeams=True)
    org.server("Move-CsUser", Identity=ALICE, Target=CLOUD)
    org.server("Get-CsUser", Identity="nobody")
    (move,) = org.journal.entries("move-csuser", writes=True)[:1]
    assert (move.time, move.host, move.shell, move.user) == (START.isoformat(), "sfb01", "shell", "CONTOSO\\admin")
    assert move.parameters["Credential"] == {"user": "admin@contoso.onmicrosoft.com", "password": MASK}
    assert move.users == ("sip:alice@contoso.com",)
    assert [entry.outcome for entry in org.journal.entries()] == ["done", "prompted", "failed"]
    assert [entry.cmdlet for entry in org.journal.entries(writes=False)] == ["Get-CsUser"]
    assert org.journal.entries(host="teams01") == []
    assert org.journal.entries("Get-CsUser")[0].errors == ('Management object not found for identity "nobody".',)


def test_no_secret_reaches_the_journal() -> None:
    org = Org(sign_in=False)
    org.cloud("Connect-MicrosoftTeams", AccessTokens=["lab-graph-token", "lab-teams-token"])
    org.cloud("Connect-MicrosoftTeams", Identity=True, ManagedServiceSecret="hidden")
    org.move(ALICE)
    text = str(org.journal.rows())
    assert not any(secret in text for secret in ("lab-graph-token", "hidden", "Tenant-Passw0rd"))


def test_reading_verbs_write_nothing() -> None:
    org = Org(user())
    for verb in ("Test-CsUnifiedContactStore", "Debug-CsUnifiedContactStore", "Get-CsPool"):
        org.server(verb)
    org.cloud("Disconnect-MicrosoftTeams")
    assert org.journal.entries(writes=True) == []


def test_the_journal_counts_shells() -> None:
    org = Org()
    org.organisation.shell_opened("sfb01", "A")
    org.organisation.shell_opened("sfb01", "B")
    org.organisation.shell_closed("sfb01", "A")
    org.organisation.shell_closed("sfb01", "unknown")
    assert [one.shell for one in org.journal.shells("sfb01")] == ["A", "B"]
    assert [one.shell for one in org.journal.shells(still_open=True)] == ["B"]


def test_calls_from_many_threads_are_all_written_down() -> None:
    org = Org(*(user(f"u{number}") for number in range(40)))

    def work(number: int) -> None:
        assert succeeded(org.move(f"u{number}@contoso.com"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moved = [address for entry in org.journal.entries("Move-CsUser") for address in entry.users]
    assert sorted(moved) == sorted(f"sip:u{number}@contoso.com" for number in range(40))


def test_a_fault_meets_the_user_it_is_for_as_often_as_ordered() -> None:
    org = Org(user(), user("bob"))
    org.faults.order(
        OrderedFault("Move-CsUser", "throttled", user="SIP:alice@contoso.com", times=2, error_id="MoveError")
    )
    assert succeeded(org.move(BOB))
    for _dummy in range(2):
        assert error(org.move(ALICE)) == "throttled"
    assert org.onprem(ALICE)["HostingProvider"] == "SRV:"
    assert succeeded(org.move(ALICE))
    assert org.faults.ordered() == []


def test_a_fault_after_the_work_is_done() -> None:
    org = Org(user())
    org.faults.order(OrderedFault("Move-CsUser", "connection reset", after=True))
    assert error(org.move(ALICE)) == "connection reset"
    assert org.onprem(ALICE)["HostingProvider"] == CLOUD


def test_a_shell_that_breaks() -> None:
    org = Org(user())
    org.faults.order(OrderedFault("move-csuser", drop_shell=True, after=True))
    assert org.move(ALICE).drop_shell
    assert org.journal.entries("Move-CsUser")[0].outcome == "lost"
    assert org.onprem(ALICE)["HostingProvider"] == CLOUD


def test_a_call_that_does_nothing_and_says_nothing() -> None:
    org = Org(user())
    org.faults.order(OrderedFault("Move-CsUser", silent=True))
    assert succeeded(org.move(ALICE))
    assert org.onprem(ALICE)["HostingProvider"] == "SRV:"


def test_faults_of_any_cmdlet_of_one_host_until_they_are_cancelled() -> None:
    org = Org(user())
    org.faults.order(OrderedFault("*", "host down", host="sfb01", times=None))
    assert [error(org.server("Get-CsUser")), error(org.server("Get-CsPool"))] == ["host down"] * 2
    assert succeeded(org.cloud("Get-CsTenant"))
    org.faults.clear()
    assert succeeded(org.server("Get-CsUser"))


def test_a_slow_call_is_slow_once() -> None:
    org = Org(user())
    org.faults.order(OrderedFault("Get-CsUser", seconds=3))
    call = Call("sfb01", "shell", "SkypeForBusiness", "Get-CsUser", {})
    assert [org.organisation.latency(call) for dummy in range(2)] == [3.0, 0.0]
    assert succeeded(org.server("Get-CsUser"))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"cmdlet": "X"}, "needs a message"),
        ({"message": "x"}, "needs the name of a cmdlet"),
        ({"cmdlet": "X", "message": "x", "times": 0}, "at least once"),
        ({"cmdlet": "X", "message": "x", "colour": "blue"}, "has no 'colour'"),
    ],
)
def test_faults_that_make_no_sense(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Faults().order_from(facts)


@pytest.mark.parametrize(
    ("text", "move", "other"),
    [
        ("none", 0.0, 0.0),
        ("realistic", REALISTIC["move-csuser"], REALISTIC[""]),
        ("0.5", REALISTIC["move-csuser"] / 2, REALISTIC[""] / 2),
        ("Move-CsUser=2.5, =0.1", 2.5, 0.1),
    ],
)
def test_latencies(text: str, move: float, other: float) -> None:
    made = latencies(text)
    assert (made.of("MOVE-CSUSER"), made.of("Get-CsPool")) == (move, other)
    made.set("Get-CsPool", 1)
    assert made.of("get-cspool") == 1


@pytest.mark.parametrize("text", ["fast", "-1", "Move-CsUser=soon", "inf"])
def test_latencies_that_make_no_sense(text: str) -> None:
    with pytest.raises(ValueError, match="is not understood"):
        latencies(text)
