# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules write into a ledger: before they send anything, and once it was read back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import Process, process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import (
    EventItem,
    NewRun,
    Selection,
    Sending,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service

from tests.in_process import Result
from tests.lab.modules.people import MOVER, address, codes, lines, seeded, statuses
from tests.lab.wire import OverTheWire

NAMES = ("ann", "ben", "cid", "dan", "eve")
EVERYBODY = Selection()
EVERYWHERE = ("embedded", "pwsh")


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded(name) for name in NAMES]}


class Recorded:
    """Moves on a lab, recorded in a ledger. `watch` is called before each submission that writes."""

    def __init__(self, lab: Lab, play: OverTheWire, url: str) -> None:
        self.lab = lab
        self.play = play
        self.url = url
        self.watch: Callable[[list[str]], None] = lambda _users: None

    def move(self, *names: str, check: bool = False, **options: Any) -> Result:
        """Move users, while what is submitted is watched."""
        args = {"users": [address(name) for name in names], "ledger": self.url, "return_users": "all", **MOVER}
        submit = Service.submit

        def watched(service: Service, request: str, **how: Any) -> str:
            commands = json.loads(request)["commands"]
            if moves := [each["parameters"]["Identity"] for each in commands if each["name"] == "Move-CsUser"]:
                self.watch(moves)
            return submit(service, request, **how)

        with mock.patch.object(Service, "submit", watched):
            return self.play.run("sfb01", "csuser_move", {**args, **options}, check=check)

    @property
    def events(self) -> list[EventItem]:
        with open_ledger(self.url, read_only=True) as ledger:
            return ledger.events(EVERYBODY)

    @property
    def called(self) -> list[str]:
        """Who was moved, call by call, as the hosts' journal has it."""
        entries = self.lab.journal.entries("Move-CsUser")
        return [str(entry.parameters["Identity"]).removeprefix("sip:").partition("@")[0] for entry in entries]


@pytest.fixture
def recorded(lab: Lab, play: OverTheWire, tmp_path: Path) -> Recorded:
    return Recorded(lab, play, f"sqlite:///{tmp_path / 'ledger.db'}")


def test_check_mode_writes_a_run_and_no_events(recorded: Recorded) -> None:
    predicted = recorded.move(*NAMES, check=True)
    assert (predicted["changed"], recorded.events, recorded.called) == (True, [], [])
    with open_ledger(recorded.url, read_only=True) as ledger:
        (run,) = ledger.runs(EVERYBODY)
        assert (run["check_mode"], run["ended"] is not None, ledger.users(EVERYBODY)) == (True, True, [])


def test_a_move_is_written_before_it_is_sent_and_completed_when_read_back(recorded: Recorded) -> None:
    seen: list[dict[str, str]] = []

    def written(users: list[str]) -> None:
        sent = {f"sip:{each['user']}": each["status"] for each in recorded.events}
        seen.append({user: sent[user] for user in users})

    recorded.watch = written
    done = recorded.move(*NAMES, wave="pilot", run="monday")
    assert set(statuses(done).values()) == {"changed"}
    assert [status for each in seen for status in each.values()] == ["sent"] * 5
    # With one session, at most two wait in the connection behind the one that runs.
    assert [len(each) for each in seen] == [3, 2]
    assert [each["user"] for each in recorded.events] == [address(name) for name in recorded.called]
    first = recorded.events[0]
    assert (first["action"], first["status"], first["run"], first["wave"]) == (
        "Move-CsUser",
        "changed",
        "monday",
        "pilot",
    )
    assert (first["before"], first["after"]) == (lines(done)["ann"]["before"], {"homing": "online"})
    assert first["seconds"] is not None
    with open_ledger(recorded.url, read_only=True) as ledger:
        (user, *_others) = ledger.users(EVERYBODY)
        assert user["before"] == {"homing": "onprem", "registrar_pool": "pool01.contoso.com", "notify_policy": None}
        assert user["phase"] == "moved"
        assert ledger.runs(EVERYBODY)[0]["ended"] is not None
    again = recorded.move(*NAMES)
    assert (again["changed"], len(recorded.events), len(recorded.called)) == (False, 5, 5)


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_who_is_in_another_job_is_left_alone(recorded: Recorded) -> None:
    with open_ledger(recorded.url) as ledger:
        theirs = ledger.begin_run(NewRun(Process("elsewhere", 1, "1"), job="4711")).id
        ledger.claim([address("ann")], theirs)
    done = recorded.move("ann", "ben")
    assert (statuses(done), codes(done)) == ({"ann": "skipped", "ben": "changed"}, {"ann": "in_another_job"})
    assert theirs in lines(done)["ann"]["reason"]["message"]
    assert (done["failed"], recorded.called) == (False, ["ben"])
    # Silent for longer than is said here, it is dead.
    later = recorded.move("ann", "ben", claim_timeout=1) if _slept(1.1) else {}
    assert statuses(later) == {"ann": "changed", "ben": "ok"}


def _slept(seconds: float) -> bool:
    import time

    time.sleep(seconds)
    return True


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_r36_what_a_dead_run_has_sent_is_completed_by_what_is_read(recorded: Recorded) -> None:
    recorded.move("ann", ledger=None)
    with open_ledger(recorded.url) as ledger:
        dead = ledger.begin_run(NewRun(Process(process().machine, 2**22 + 1, "1"), id="dead")).id
        home = {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}
        ledger.claim([address(name) for name in ("ann", "ben")], dead)
        moves = [Sending(address(name), "Move-CsUser", home, {"homing": "online"}) for name in ("ann", "ben")]
        ledger.events_sent(dead, moves)
    done = recorded.move("ann", "ben", interrupted_timeout=1)
    assert statuses(done) == {"ann": "ok", "ben": "changed"}
    found = [(str(each["user"]).partition("@")[0], each["run"] == "dead", each["status"]) for each in recorded.events]
    assert sorted(found) == [("ann", True, "changed"), ("ben", False, "changed"), ("ben", True, "unknown")]
    (unknown,) = [each["reason"] for each in recorded.events if each["status"] == "unknown"]
    assert unknown is not None
    assert unknown["code"] == "interrupted"


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_a_ledger_that_breaks_in_the_middle_stops_the_task_and_is_completed_later(
    recorded: Recorded, tmp_path: Path
) -> None:
    def rename(old: str, new: str) -> None:
        with sqlite3.connect(tmp_path / "ledger.db") as connection:
            connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    def broken(users: list[str]) -> None:
        if f"sip:{address('cid')}" in users:
            rename("ledger_events", "hidden")

    recorded.watch = broken
    done = recorded.move(*NAMES)
    assert (done["failed"], done["reason"]["code"]) == (True, "ledger_failed")
    # The third waits in the connection when nothing more can be written, or is under way by then.
    called = recorded.called
    assert called in (["ann", "ben"], ["ann", "ben", "cid"])
    assert statuses(done) == {name: "changed" if name in called else "skipped" for name in NAMES}
    assert set(done["unrecorded"]) == {address(name) for name in ("ann", "ben", "cid")}
    rename("hidden", "ledger_events")
    recorded.watch = lambda _users: None
    assert statuses(recorded.move(*NAMES)) == {name: "ok" if name in called else "changed" for name in NAMES}
    ended = [(str(each["user"]).partition("@")[0], each["status"]) for each in recorded.events]
    assert sorted(user for user, status in ended if status == "changed") == sorted(NAMES)
    assert {user for user, status in ended if status != "changed"} <= {"cid"} - set(called)


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
@pytest.mark.parametrize("url", [None, ""], ids=["recorded", "without a ledger"])
def test_nobody_is_started_once_the_window_has_closed(recorded: Recorded, url: str | None) -> None:
    closes = recorded.lab.clock.now() + timedelta(minutes=10)

    def closing(users: list[str]) -> None:
        if f"sip:{address('cid')}" in users:
            recorded.lab.clock.advance(timedelta(minutes=11))

    recorded.watch = closing
    options: dict[str, Any] = {"ledger": url} if url is not None else {}
    done = recorded.move(*NAMES, start_before=closes.isoformat(), **options)
    called = recorded.called
    assert (done["failed"], set(called) | {"dan", "eve"} <= set(NAMES)) == (False, True)
    assert {name for name, status in statuses(done).items() if status == "changed"} == set(called)
    left = set(NAMES) - set(called)
    assert left >= {"eve"}
    assert codes(done) == dict.fromkeys(sorted(left), "window_closed")
    if url is None:
        assert [each["user"] for each in recorded.events] == [address(name) for name in called]
    late = recorded.move("eve", start_before=closes.isoformat(), **options)
    assert (late["failed"], codes(late)) == (False, {"eve": "window_closed"})
    assert recorded.called == called


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ledger": "sqlite:////no/such/folder/ledger.db"}, "ledger_folder_missing"),
        ({"ledger": "postgresql+psycopg://me:secret@127.0.0.1:1/x"}, "ledger_password_in_url"),
        ({"ledger": "postgresql+psycopg://me@127.0.0.1:1/x"}, "ledger_unreachable"),
        ({"start_before": "tonight"}, "invalid_option"),
        ({"start_before": "2026-12-07T19:00:00"}, "invalid_option"),
        ({"claim_timeout": 0}, "invalid_option"),
    ],
)
def test_a_ledger_that_cannot_be_used_is_said_before_anything_is_sent(
    recorded: Recorded, options: Mapping[str, Any], words: str
) -> None:
    before = len(recorded.lab.journal.entries())
    done = recorded.move("ann", **options)
    assert (done["failed"], done["reason"]["code"]) == (True, words)
    assert len(recorded.lab.journal.entries()) == before
    assert "secret" not in json.dumps(done)


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_what_concerns_no_single_user_is_recorded_as_well(recorded: Recorded) -> None:
    args = {"identity": "Notify", "notify": True, "ledger": recorded.url, "wave": "pilot", "run": "monday"}
    recorded.play.run("sfb01", "teams_upgrade_policy_instance", args, check=True)
    assert recorded.events == []
    made = [recorded.play.run("sfb01", "teams_upgrade_policy_instance", args) for _each in range(2)]
    assert [each["changed"] for each in made] == [True, False]
    (event,) = recorded.events
    assert (event["user"], event["action"], event["status"]) == (None, "New-CsTeamsUpgradePolicy", "changed")
    assert (event["wave"], event["run"], event["phase"]) == ("pilot", "monday", "")
    with open_ledger(recorded.url, read_only=True) as ledger:
        assert ledger.users(EVERYBODY) == []
        assert ledger.last_statuses() == {}
    with open_ledger(recorded.url) as ledger:
        assert ledger.purge_before(recorded.lab.clock.now() + timedelta(days=9999)).events == 1
