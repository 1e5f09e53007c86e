# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every statement that a run executes finds its rows by an index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.drift_memory import Finding
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase

from tests.ledgers import Place

from .builders import ALICE, BOB, CAROL, ELSEWHERE, NOW, ONLINE, ONPREM, begin, move

Executed = list[tuple[str, Any]]
TABLES = re.compile(r"\bledger_(?!version)\w+")


@contextmanager
def recorded() -> Iterator[Executed]:
    """The statements that are executed meanwhile, with the parameters of one row."""
    found: Executed = []

    def executing(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        found.append((statement, parameters[0] if many and isinstance(parameters, list) else parameters))

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", executing)
    try:
        yield found
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", executing)


def look_for_drift(ledger: Ledger) -> None:
    """Everything that a look for drift may ask of a ledger."""
    ledger.past([ALICE, BOB])
    for found in ("drifted", "in_state"):
        ledger.drift.keep({ALICE: Finding(found, "", NOW, NOW)}, gone=[BOB])


def run_of_a_wave(ledger: Ledger) -> None:
    """Everything that a run may ask of a ledger, with a dead run before it."""
    dead = begin(ledger, by=ELSEWHERE)
    ledger.claim([ALICE], dead)
    ledger.event_sent(dead, move(ALICE))
    ledger.end_run(dead)
    ledger.claim([ALICE], begin(ledger, by=ELSEWHERE))
    run = begin(ledger)
    ledger.remember_members("pilot", [ALICE, BOB, CAROL])
    ledger.remember_members("pilot", [ALICE], again=True)
    ledger.members("pilot")
    ledger.remember_notices("pilot", {ALICE: NOW})
    ledger.notices("pilot", [ALICE, BOB])
    ledger.claim([ALICE, BOB], run)
    for unfinished in ledger.unfinished([ALICE, BOB], run):
        ledger.event_completed(unfinished.id, Status.CHANGED, after=ONLINE)
    ledger.remember_before({BOB: ONPREM})
    ids = ledger.events_sent(run, [move(BOB), move(CAROL)])
    ledger.operation_started(ids, "op")
    ledger.event_completed(ids[0], Status.PENDING, operation="op")
    ledger.reached([ALICE], UserPhase.UPGRADED, NOW)
    ledger.rolled_back({ALICE: ONPREM}, NOW)
    ledger.remembered([ALICE, BOB])
    ledger.renew(run)
    ledger.mine(run, [ALICE])
    ledger.last_statuses()
    ledger.history(UTC)
    ledger.phases("pilot")
    ledger.sent_for("pilot")
    ledger.forget_before([CAROL])
    ledger.later_members("pilot", [ALICE])
    look_for_drift(ledger)
    at = datetime.now(UTC)
    for chosen in (Selection(wave="pilot"), Selection(run=run), Selection(users=[BOB]), Selection(since=at)):
        ledger.users(chosen)
        ledger.events(chosen)
        ledger.runs(chosen)
    ledger.release(run, [BOB])
    ledger.end_run(run)


# What is counted over the whole migration is counted from an index alone, or from the few who were rolled back.
COUNTING = re.compile(
    "COVERING INDEX ledger_(users_last_status|users_upgraded|notices_days)|INDEX ledger_events_(failed|rolled_back)"
    "|ledger_rollbacks"
)


# How each database shows that a whole table is read.
def sqlite_plan(connection: sqlalchemy.Connection, statement: str, parameters: Any) -> Sequence[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return [str(row[3]) for row in rows if str(row[3]).startswith("SCAN ledger_") and not COUNTING.search(str(row[3]))]


def postgresql_plan(connection: sqlalchemy.Connection, statement: str, parameters: Any) -> Sequence[str]:
    # Small tables are read whole, and rightly so. What is not indexed is read whole even where that is made expensive.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    return [row for row in rows if "Seq Scan" in row and not COUNTING.search(row)]


PLANS: dict[str, Callable[[sqlalchemy.Connection, str, Any], Sequence[str]]] = {
    "sqlite": sqlite_plan,
    "postgresql": postgresql_plan,
}


def test_every_statement_of_a_run_uses_an_index(place: Place, ledger: Ledger) -> None:
    with recorded() as statements:
        run_of_a_wave(ledger)
    asked = dict.fromkeys(statement for statement, _parameters in statements if TABLES.search(statement))
    assert len(asked) > 25
    plan = PLANS[ledger._engine.dialect.name]
    found = {}
    with ledger._engine.connect() as connection:
        for statement, parameters in statements:
            if TABLES.search(statement) and not statement.startswith("INSERT"):
                with connection.begin():
                    if whole := plan(connection, statement, parameters):
                        found[statement] = whole
    assert found == {}


def test_a_statement_without_an_index_is_found(place: Place, ledger: Ledger) -> None:
    plan = PLANS[ledger._engine.dialect.name]
    with ledger._engine.connect() as connection, connection.begin():
        assert plan(connection, "SELECT * FROM ledger_events WHERE action = 'x'", ())


@pytest.mark.parametrize("table", ["runs", "users", "events", "claims", "members", "notices", "drift"])
def test_every_table_is_asked_in_that_test(table: str, sqlite_place: Place) -> None:
    with sqlite_place.open() as ledger, recorded() as statements:
        run_of_a_wave(ledger)
    assert any(statement.startswith("SELECT") and f"ledger_{table}" in statement for statement, _row in statements)
