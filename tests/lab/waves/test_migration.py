# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Six waves in eight weeks, left to the daily job and the nightly check. The hosts' journal is the witness of what was done to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.extent import LONG
from tests.lab.waves.evidence import at, by_user, done, final_states, notifies, unexplained, upgrades, user_of
from tests.lab.waves.job import Report
from tests.lab.waves.migration import (
    AWAY,
    CLOSES,
    CLOSING,
    DAYS,
    LEAD,
    LICENSED_WAVE,
    NEWCOMERS,
    OPENS,
    PARIS,
    SMALL_WEEK,
    WORK,
    Migration,
    moment,
    people,
)
from tests.ledgers import Place
from tests.playbooks.stage import code_of
from tests.postgresql import PostgresqlServer

# A minute and more even for few users: 113 runs.
pytestmark = pytest.mark.skipif(
    not LONG, reason="A migration of eight weeks is gone through in long runs only (TEST_LONG)."
)
USERS = 2000 if LONG else 80
MOST = USERS // 20


@pytest.fixture(scope="module", params=["sqlite", *(["postgresql"] if LONG else [])])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    if request.param == "sqlite":
        return Place(f"sqlite:///{tmp_path_factory.mktemp('migration') / 'ledger.db'}")
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return Place(server.new_database(), server.password)


@pytest.fixture(scope="module")
def migration(place: Place) -> Migration:
    """The migration, gone through."""
    waves = people(USERS)
    users = [user for members in waves.values() for user in members.values()]
    newcomers = [{"sip": user, "pool": "pool01.contoso.com"} for user in NEWCOMERS]
    seed = {"profile": "2020", "clock": "2026-11-30T00:00:00Z", "users": [*users, *newcomers]}
    with Lab(seed) as lab:
        migration = Migration(lab, place, waves, MOST)
        migration.go()
        return migration


def test_r41_r47_a_migration_of_eight_weeks_keeps_what_the_plan_promises(migration: Migration) -> None:
    entries = migration.lab.journal.entries(writes=True)
    calls = by_user(entries)
    with migration.ledger.open() as ledger:
        events, users = ledger.events(Selection()), ledger.users(Selection())
    assert migration.written_in_checks == 0
    assert [entry for entry in entries if not in_window(at(entry))] == []
    assert [problem for user, made in calls.items() for problem in out_of_order(user, made)] == []
    assert unexplained(entries, events) == []
    assert not_as_planned(migration) == []
    phases = {user["user"]: user["phase"] for user in users}
    final = final_states(migration.lab)
    assert {user for user, state in final.items() if state == "TeamsOnly"} == {
        user for user, phase in phases.items() if phase in ("upgraded", "done")
    }
    for day in SMALL_WEEK:
        assert len(touched(entries, day)) <= MOST


def test_something_went_wrong_in_each_way(migration: Migration) -> None:
    """Else the other tests prove nothing."""
    with migration.ledger.open() as ledger:
        runs = {run["run"]: run for run in ledger.runs(Selection())}
        events, users = ledger.events(Selection()), {each["user"]: each for each in ledger.users(Selection())}
    (dead,) = [run for run, each in runs.items() if each["ended"] is None]
    assert len(runs) == 2 * DAYS + 1
    assert [event for event in events if event["run"] == dead and event["status"] == "changed"]
    assert "teams01" in migration.reports[AWAY]["verdict"]
    assert codes(migration.reports[CLOSING])["window_closed"]
    # Its first day is that of the wave whose notification the closing window has put off.
    assert codes(migration.reports[SMALL_WEEK[1]])["left_for_next_run"]
    assert {event["status"] for event in events} >= {"changed", "failed"}
    assert {user for user, each in users.items() if each["phase"] == "done"} >= set(NEWCOMERS)
    assert migration.never
    licensed = {user for user, facts in migration.waves[LICENSED_WAVE].items() if "licences" in facts}
    assert {users[user]["phase"] for user in licensed} == {"done"}


def codes(report: Report) -> Counter[str]:
    return Counter(map(code_of, report["users"]))


def in_window(when: datetime) -> bool:
    """Whether changes may start, said once more here: Monday to Thursday, from 19:00 to 23:00 in Paris."""
    local = when.astimezone(PARIS)
    return local.weekday() < 4 and OPENS <= local.hour < CLOSES


def out_of_order(user: str, calls: Sequence[Entry]) -> list[str]:
    """Return what was done to a user that should not have been, as sentences."""
    problems = [f"{user} was moved twice"] if len(done(calls, "Move-CsUser")) > 1 else []
    notices = [at(call).astimezone(PARIS).date() for call in calls if notifies(call) and call.outcome == "done"]
    first = next((index for index, call in enumerate(calls) if upgrades(call)), None)
    if first is None:
        return problems
    if any(notifies(call) for call in calls[first:]):
        problems.append(f"{user} was notified after the upgrade had begun")
    day = at(calls[first]).astimezone(PARIS).date()
    if not notices or day < notices[0] + timedelta(days=LEAD):
        problems.append(f"{user} was upgraded on {day}, and notified on {notices}")
    return problems


def not_as_planned(migration: Migration) -> list[str]:
    """Return the users who are neither where the plan says nor listed with a reason by the last job."""
    final = final_states(migration.lab)
    last = migration.reports[max(day for day in migration.reports if in_window(moment(day, WORK)))]
    listed = {user["user"]: code_of(user) for user in last["users"]}
    everybody = [user for users in migration.waves.values() for user in users] + list(NEWCOMERS)
    return [
        f"{user}: {final[user]}, {listed.get(user)}"
        for user in everybody
        if (final[user] == "TeamsOnly") is bool(listed[user])
        or (user in migration.never) is not (listed[user] == "fault")
    ]


def touched(entries: Sequence[Entry], day: int) -> set[str]:
    """The users for whom something was sent on a day."""
    return {user_of(entry) for entry in entries if user_of(entry) and moment(day, 0) <= at(entry) < moment(day + 1, 0)}
