# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledgers that cannot be used: one sentence with the remedy, before a run begins."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.faults import LedgerFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Scope, Status

from tests.controller import ROOT
from tests.ledgers import Place
from tests.postgresql import USER, PostgresqlServer

from .builders import ALICE, begin, move, user


def fault_of(attempt: Callable[[], object]) -> LedgerFault:
    """The fault that an attempt meets: about everybody, in one line, and naming nothing secret."""
    with pytest.raises(LedgerFault) as met:
        attempt()
    reason = met.value.reason
    assert reason.scope is Scope.ORGANISATION
    assert reason.message
    assert reason.remedy.endswith(".")
    assert "\n" not in str(met.value)
    assert "{" not in str(met.value)
    assert PostgresqlServer.password not in str(met.value)
    assert USER not in str(met.value)
    return met.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ledger.db", "ledger_url"),
        ("sqlite:///ledger.db", "ledger_url"),
        ("oracle://db/ledger", "ledger_url"),
        ("postgresql+psycopg://tu:not-2-be-shown@db/ledger", "ledger_password_in_url"),
        ("sqlite:////nowhere/at/all/ledger.db", "ledger_folder_missing"),
        ("sqlite:////proc/ledger.db", "ledger_folder_missing"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, code: str) -> None:
    assert fault_of(lambda: open_ledger(url)).code == code


def test_a_ledger_that_is_not_there_is_not_made_for_reading(sqlite_place: Place, path: Path) -> None:
    assert fault_of(sqlite_place.read).code == "ledger_missing"
    assert not path.exists()


def test_an_empty_database_is_no_ledger_to_read(place: Place) -> None:
    Path(place.url.removeprefix("sqlite:///")).touch() if place.password is None else None
    assert fault_of(place.read).code == "ledger_missing"


@pytest.mark.parametrize("content", [b"users: []\n" * 100, b"\x00" * 2048, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database(sqlite_place: Place, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for opened in (sqlite_place.open, sqlite_place.read):
        assert fault_of(opened).code == "ledger_not_a_database"
    assert path.read_bytes() == content


def test_a_database_of_something_else(sqlite_place: Place, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    fault = fault_of(sqlite_place.open)
    assert (fault.code, str(path) in fault.message) == ("ledger_not_a_database", True)


def test_a_folder_in_place_of_the_file(sqlite_place: Place, path: Path) -> None:
    path.mkdir()
    assert fault_of(sqlite_place.open).code == "ledger_folder_missing"


def test_a_file_that_is_damaged_in_the_middle(sqlite_place: Place, path: Path) -> None:
    with sqlite_place.open() as ledger:
        run = begin(ledger)
        ledger.events_sent(run, [move(f"user{number}@contoso.com") for number in range(500)])
    content = bytearray(path.read_bytes())
    middle = slice(len(content) // 2, -4096)
    content[middle] = b"\xa5" * len(content[middle])
    path.write_bytes(content)
    with sqlite_place.open() as ledger:
        assert fault_of(lambda: ledger.users(Selection())).code == "ledger_not_a_database"


MOUNTED = """
import sys
from pathlib import Path
import subprocess
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.faults import LedgerFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun, Selection, Sending

folder, how = sys.argv[1:]
mount = lambda *options: subprocess.run(["mount", *options, folder], check=True)
mount("-t", "tmpfs", "-o", "size=512k", "none")
try:
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        if how == "full":
            Path(folder, "else").write_bytes(b"x" * 300_000)
        run = ledger.begin_run(NewRun(process())).id
        if how == "full":
            for number in range(10_000):
                ledger.event_sent(run, Sending(f"user{number}@contoso.com", "Move-CsUser"))
    mount("-o", "remount,ro")
    with open_ledger(f"sqlite:///{folder}/ledger.db", read_only=True) as ledger:
        assert ledger.runs(Selection())[0]["run"] == run
    open_ledger(f"sqlite:///{folder}/ledger.db")
except LedgerFault as fault:
    print(fault.code, fault)
"""


@pytest.mark.parametrize(("how", "code"), [("full", "ledger_full"), ("read-only", "ledger_read_only")])
def test_a_disk_that_is_full_or_read_only(tmp_path: Path, how: str, code: str) -> None:
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("No file system can be mounted here without privileges (unshare --user): this disk is not tried.")
    ended = subprocess.run(
        [*alone, sys.executable, "-c", MOUNTED, str(tmp_path), how],
        env={"PYTHONPATH": str(ROOT / ".build" / "collections"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.startswith(f"{code} "), ended.stdout + ended.stderr


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_a_file_that_another_program_has_locked(sqlite_place: Place, path: Path) -> None:
    with sqlite_place.open(lock_timeout=0.5) as ledger, locked(path):
        started = time.monotonic()
        fault = fault_of(lambda: sqlite_place.open(lock_timeout=0.5))
        assert time.monotonic() - started >= 0.5
        assert (fault.code, "for 0.5 seconds" in fault.message) == ("ledger_locked", True)
        assert fault_of(lambda: begin(ledger)).code == "ledger_locked"
    with sqlite_place.open() as ledger:
        assert begin(ledger)


def test_a_lock_that_is_given_back_in_time_is_waited_for(sqlite_place: Place, path: Path) -> None:
    code = "import sqlite3, sys, time; held = sqlite3.connect(sys.argv[1], isolation_level=None); "
    code += "held.execute('BEGIN IMMEDIATE'); print(flush=True); time.sleep(1); held.execute('ROLLBACK')"
    with sqlite_place.open() as ledger:
        holder = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        assert holder.stdout
        holder.stdout.readline()
        assert begin(ledger)
        holder.communicate()


def test_a_server_that_is_not_there(postgresql: PostgresqlServer) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://{USER}@127.0.0.1:{nobody.getsockname()[1]}/ledger"
        fault = fault_of(lambda: open_ledger(url, postgresql.password))
    assert (fault.code, "refused" in fault.message) == ("ledger_unreachable", True)
    nameless = f"postgresql+psycopg://{USER}@no-such-host.invalid/ledger"
    assert fault_of(lambda: open_ledger(nameless, postgresql.password)).code == "ledger_unreachable"


@pytest.mark.parametrize("password", ["wrong", "", None])
def test_a_password_that_is_wrong_or_missing(
    postgresql_place: Place, password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "/nowhere")
    assert fault_of(lambda: open_ledger(postgresql_place.url, password)).code == "ledger_sign_in_refused"


def test_the_password_of_postgresqls_own_client_is_used(
    postgresql_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", str(postgresql_place.password))
    open_ledger(postgresql_place.url).close()


def test_a_user_whom_the_server_does_not_know(postgresql: PostgresqlServer, postgresql_place: Place) -> None:
    url = postgresql_place.url.replace(USER, "nobody_else")
    assert fault_of(lambda: open_ledger(url, postgresql.password)).code == "ledger_sign_in_refused"


def test_a_database_that_is_not_there(postgresql: PostgresqlServer, postgresql_place: Place) -> None:
    fault = fault_of(lambda: open_ledger(f"{postgresql_place.url}_", postgresql.password))
    assert fault.code == "ledger_database_missing"


def test_a_user_who_may_not_write(postgresql: PostgresqlServer, postgresql_place: Place) -> None:
    name = f"reader_{postgresql_place.url[-12:]}"
    postgresql.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{postgresql.password}'", postgresql_place.url)
    url = postgresql_place.url.replace(USER, name)
    assert fault_of(lambda: open_ledger(url, postgresql.password)).code == "ledger_read_only"
    postgresql_place.open().close()
    postgresql.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}", postgresql_place.url)
    with open_ledger(url, postgresql.password) as ledger:
        assert fault_of(lambda: begin(ledger)).code == "ledger_read_only"
    with open_ledger(url, postgresql.password, read_only=True) as ledger:
        assert ledger.runs(Selection()) == []


def test_nothing_is_written_where_only_reading_was_asked_for(place: Place) -> None:
    place.open().close()
    with place.read() as ledger:
        assert fault_of(lambda: begin(ledger)).code == "ledger_read_only"


def test_a_table_that_another_program_has_locked(postgresql: PostgresqlServer, postgresql_place: Place) -> None:
    with postgresql_place.open(lock_timeout=0.5) as ledger, postgresql.connect(postgresql_place.url) as other:
        other.execute("BEGIN; LOCK TABLE ledger_runs")
        assert fault_of(lambda: begin(ledger)).code == "ledger_locked"
        other.execute("ROLLBACK")
        assert begin(ledger)


@pytest.mark.parametrize(
    ("state", "code"), [("53100", "ledger_full"), ("25006", "ledger_read_only"), ("XX000", "ledger_failed")]
)
def test_what_a_server_says_in_the_middle(
    postgresql: PostgresqlServer, postgresql_place: Place, state: str, code: str
) -> None:
    with postgresql_place.open() as ledger:
        run = begin(ledger)
        body = f"BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'it cannot be'; END"
        for statement in (
            f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            "CREATE TRIGGER refuse BEFORE INSERT ON ledger_events EXECUTE FUNCTION refuse()",
        ):
            postgresql.execute(statement, postgresql_place.url)
        assert fault_of(lambda: ledger.event_sent(run, move(ALICE))).code == code
        assert ledger.users(Selection()) == []


def test_a_server_that_goes_away_and_comes_back(postgresql_place: Place) -> None:
    del postgresql_place  # a server of its own: the others' goes on
    with PostgresqlServer() as server, open_ledger(server.new_database(), server.password) as ledger:
        run = begin(ledger)
        event = ledger.event_sent(run, move(ALICE))
        server.stop()
        assert fault_of(lambda: ledger.event_completed(event, Status.CHANGED)).code == "ledger_unreachable"
        assert fault_of(lambda: ledger.claim([ALICE], run)).code == "ledger_unreachable"
        server.start()
        assert [each.id for each in ledger.unfinished([ALICE], run)] == [event]
        ledger.event_completed(event, Status.CHANGED, after={"homing": "online"})
        assert user(ledger, ALICE)["phase"] == "moved"


def test_a_new_file_is_readable_by_its_owner_alone(sqlite_place: Place, path: Path) -> None:
    with sqlite_place.open() as ledger:
        begin(ledger)
        assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}
