# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledgers of other versions: an older one is brought to the newest, a newer one is left alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger import migrations, opening
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.drift_memory import Finding
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.engine import WRITES, engine_for
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.faults import LedgerFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.migrations import (
    VERSIONS,
    migrate,
    newest,
    version_of,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.tables import VERSION_TABLE, tables
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.url import parse
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status

from tests.ledgers import Place

from .builders import ALICE, BOB, NOW, ONLINE, ONPREM, begin, move, user


def next_upgrade() -> None:
    """A column with a value for what is there already, and an index."""
    from alembic import op

    op.add_column("ledger_users", sqlalchemy.Column("note", sqlalchemy.Text, nullable=False, server_default="none yet"))
    op.create_index("ledger_users_note", "ledger_users", ["note"])


# What a later version of the collection may bring.
NEXT: Any = SimpleNamespace(
    __doc__="Notes.", revision=str(int(newest()) + 1), down_revision=newest(), upgrade=next_upgrade
)


@pytest.fixture
def connection(place: Place) -> Iterator[sqlalchemy.Connection]:
    """A connection that changes the ledger's schema behind its back, and commits at the end of the test."""
    place.open().close()
    engine = engine_for(parse(place.url, place.password), 5, read_only=False)
    with engine.execution_options(**{WRITES: True}).connect() as opened:
        yield opened
    engine.dispose()


def fill(place: Place) -> None:
    with place.open() as ledger:
        run = begin(ledger, "4711")
        ledger.remember_members("pilot", [ALICE, BOB])
        ledger.remember_before({ALICE: ONPREM})
        event = ledger.event_sent(run, move(ALICE))
        ledger.event_completed(event, Status.CHANGED, after=ONLINE)
        ledger.event_sent(run, move(BOB))


def everything(ledger: Ledger) -> tuple[object, ...]:
    chosen = Selection()
    return ledger.users(chosen), ledger.events(chosen), ledger.runs(chosen), ledger.members("pilot")


def test_a_filled_older_ledger_is_brought_to_the_newest_version(
    place: Place, connection: sqlalchemy.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(place)
    with place.read() as ledger:
        before = everything(ledger)
    with connection.begin():
        migrate(connection, [*VERSIONS, NEXT])
        assert version_of(connection) == NEXT.revision
        notes = connection.execute(sqlalchemy.text("SELECT address, note FROM ledger_users ORDER BY address")).all()
    assert [tuple(row) for row in notes] == [(ALICE, "none yet"), (BOB, "none yet")]
    # The code of that version finds everything.
    monkeypatch.setattr(migrations, "VERSIONS", [*VERSIONS, NEXT])
    with connection.begin():
        migrate(connection, [*VERSIONS, NEXT])
    monkeypatch.setattr(opening, "newest", lambda: NEXT.revision)
    with place.read() as ledger:
        assert everything(ledger) == before


def test_a_filled_ledger_of_version_1_gets_what_is_kept_for_drift(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Made and filled by code that knows version 1 alone.
    with monkeypatch.context() as first:
        first.setattr(opening, "VERSIONS", VERSIONS[:1])
        first.setattr(opening, "newest", lambda: VERSIONS[0].revision)
        fill(place)
        with place.read() as ledger:
            before = everything(ledger)
    with pytest.raises(LedgerFault) as older:
        place.read()
    assert older.value.code == "ledger_older"
    found = Finding("drifted", "moved_back", NOW, NOW)
    with place.open() as ledger:
        assert (everything(ledger), ledger.drift.findings()) == (before, {})
        ledger.drift.keep({ALICE: found})
    with place.read() as ledger:
        assert ledger.drift.findings() == {ALICE: found}
        assert everything(ledger) == before


def test_opening_brings_an_older_ledger_to_the_newest_version(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(place)
    versions = [*VERSIONS, NEXT]
    monkeypatch.setattr(opening, "VERSIONS", versions)
    monkeypatch.setattr(opening, "newest", lambda: NEXT.revision)
    monkeypatch.setattr(opening, "is_older", lambda found: migrations.is_older(found, versions))
    with pytest.raises(LedgerFault) as older:
        place.read()
    assert older.value.code == "ledger_older"
    with place.open() as ledger:
        assert user(ledger, ALICE)["before"] == ONPREM
    with place.read() as ledger:
        assert user(ledger, ALICE)["phase"] == "moved"


def test_a_newer_ledger_is_left_alone(place: Place, connection: sqlalchemy.Connection) -> None:
    fill(place)
    with connection.begin():
        migrate(connection, [*VERSIONS, NEXT])
    for opened in (place.open, place.read):
        with pytest.raises(LedgerFault) as newer:
            opened()
        assert newer.value.code == "ledger_newer"
        assert f"version {NEXT.revision}" in newer.value.message
        assert newer.value.remedy.startswith("Use the version")


def test_the_versions_make_the_tables_that_the_code_knows(place: Place, connection: sqlalchemy.Connection) -> None:
    place.open().close()
    with connection.begin():
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, tables().metadata) == []
        assert version_of(connection) == newest()


def test_each_version_follows_the_one_before() -> None:
    assert [each.down_revision for each in VERSIONS] == [None, *[each.revision for each in VERSIONS[:-1]]]
    assert [each.revision for each in VERSIONS] == [str(number) for number in range(1, len(VERSIONS) + 1)]


def test_jobs_that_make_a_ledger_at_once_do_not_meet(place: Place) -> None:
    def opened(_number: int) -> str:
        with place.open() as ledger:
            return begin(ledger)

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(opened, range(4)))
    with place.read() as ledger:
        assert sorted(each["run"] for each in ledger.runs(Selection())) == sorted(runs)


def test_a_failed_migration_changes_nothing(place: Place, connection: sqlalchemy.Connection) -> None:
    def broken() -> None:
        from alembic import op

        operations: Operations = op  # type: ignore[assignment]
        operations.add_column("ledger_users", sqlalchemy.Column("note", sqlalchemy.Text))
        operations.execute("SELECT nonsense FROM nowhere")

    fill(place)
    failing: Any = SimpleNamespace(
        __doc__="Broken.", revision=NEXT.revision, down_revision=NEXT.down_revision, upgrade=broken
    )
    with pytest.raises(sqlalchemy.exc.DBAPIError), connection.begin():
        migrate(connection, [*VERSIONS, failing])
    with connection.begin():
        assert version_of(connection) == newest()
        assert "note" not in {each["name"] for each in sqlalchemy.inspect(connection).get_columns("ledger_users")}


def test_a_ledger_is_made_with_alembic_and_used_without(sqlite_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "alembic.runtime.migration", None)
    with pytest.raises(LedgerFault) as missing:
        sqlite_place.open()
    assert missing.value.code == "ledger_library_missing"
    assert "pip install 'alembic'" in missing.value.remedy
    monkeypatch.undo()
    fill(sqlite_place)
    monkeypatch.setitem(sys.modules, "alembic.runtime.migration", None)
    with sqlite_place.open() as ledger:
        assert user(ledger, ALICE)["phase"] == "moved"
