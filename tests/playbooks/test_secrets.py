# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Neither the password of a ledger nor the user in its URL is in any output, at -vvvvv either, nor in the arguments of a process."""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection

from tests.controller import COLLECTION, Controller, Run
from tests.extent import LONG, in_long_runs
from tests.playbooks.stage import PLAYBOOK, UPGRADE_DAY, SetStage, Stage, plan, wave
from tests.postgresql import USER as OWNER
from tests.postgresql import PostgresqlMissing, PostgresqlServer

pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)

ALICE, BOB = "alice@contoso.com", "bob@contoso.com"
SEED: Mapping[str, Any] = {"profile": "2020", "users": [{"sip": ALICE}, {"sip": BOB, "licences": ["Teams"]}]}
# Names that nothing else on this machine has, which runs other tests meanwhile.
USER, PASSWORD = f"u{uuid.uuid4().hex}", f"p{uuid.uuid4().hex}"
VARIABLE = "TEAMS_UPGRADE_LEDGER_PASSWORD"
LEDGER = {
    "ledger": "{{ teams_upgrade_ledger }}",
    "ledger_password": "{{ teams_upgrade_ledger_password | default(omit) }}",
}


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgresqlServer]:
    try:
        server = PostgresqlServer()
    except PostgresqlMissing as missing:
        pytest.skip(str(missing))
    with server:
        server.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'", database="postgres")
        yield server


def new_database(server: PostgresqlServer) -> str:
    """The URL of an empty database that belongs to the user of these tests."""
    url = server.new_database()
    server.execute(f"ALTER DATABASE {url.rpartition('/')[2]} OWNER TO {USER}", database="postgres")
    return url.replace(OWNER, USER)


@contextmanager
def nobody_listens() -> Iterator[int]:
    """A port that nobody else gets, and at which nothing answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


@contextmanager
def watched() -> Iterator[set[str]]:
    """The arguments of all processes that run meanwhile; but for the database server's, which name who is signed in."""
    found: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    found.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        found.difference_update([each for each in found if each.startswith("postgres: ")])


def shown(on: Stage, playbook: str | Sequence[Mapping[str, Any]], ledger: Mapping[str, str], **how: Any) -> Run:
    """Run a playbook at -vvvvv with variables of a ledger, and hold everything that can be seen of it to hide them."""
    inventory: dict[str, Any] = on.lab.inventory()
    inventory["all"]["vars"] |= {
        "teams_upgrade_plan": plan(wave("pilot", [ALICE, BOB])),
        "teams_upgrade_now": UPGRADE_DAY,
        "teams_upgrade_report_dir": str(on.folder / "reports"),
        "teams_upgrade_sync_timeout": 20,
        "teams_upgrade_sync_interval": 1,
        **ledger,
    }
    on.controller = Controller(on.folder, inventory)
    with watched() as arguments:
        run = on.controller.playbook(playbook, arguments=["-vvvvv", "--diff"], **how)
    assert any("ansible-playbook" in each for each in arguments)
    reports = [path.read_text(encoding="utf-8") for path in sorted((on.folder / "reports").glob("*"))]
    results = [json.dumps(result.result) for result in run.results]
    for text in (run.output, *arguments, *reports, *results):
        lines = [line for line in text.splitlines() if USER in line or PASSWORD in line]
        assert lines == []
    assert "Traceback" not in run.output
    return run


def test_a_server_that_does_not_answer(stage: SetStage) -> None:
    with stage(SEED) as on, nobody_listens() as port:
        address = f"postgresql+psycopg://{USER}@127.0.0.1:{port}/ledger"
        run = shown(on, PLAYBOOK, {"teams_upgrade_ledger": address, "teams_upgrade_ledger_password": PASSWORD})
        assert on.lab.journal.entries() == []
    assert run.returncode == 2
    assert f"Nothing was done. The server of the ledger ledger on 127.0.0.1:{port} does not answer" in run.output


@in_long_runs
@pytest.mark.parametrize("query", ["", "?sslpassword={password}", "?password={password}"])
def test_a_url_with_a_password_is_refused(stage: SetStage, query: str) -> None:
    who = USER if query else f"{USER}:{PASSWORD}"
    address = f"postgresql+psycopg://{who}@127.0.0.1:1/ledger{query.format(password=PASSWORD)}"
    move = {"users": [ALICE], "ledger": "{{ teams_upgrade_ledger }}"}
    tasks = [
        {f"{COLLECTION}.csuser_move": move, "ignore_errors": True},
        {f"{COLLECTION}.ledger_info": {"ledger": "{{ teams_upgrade_ledger }}"}, "ignore_errors": True},
        {f"{COLLECTION}.ledger_export": {"ledger": "{{ teams_upgrade_ledger }}"}, "ignore_errors": True},
        {"ansible.builtin.include_role": {"name": f"{COLLECTION}.teams_upgrade", "tasks_from": "wave"}},
    ]
    with stage(SEED) as on:
        run = shown(
            on, [{"hosts": "skype_servers", "gather_facts": False, "tasks": tasks}], {"teams_upgrade_ledger": address}
        )
        assert [entry for entry in on.lab.journal.entries() if entry.writes] == []
    assert run.returncode == 2
    assert run.output.count("The URL of the ledger holds a password") >= len(tasks)


@pytest.mark.skipif(not LONG, reason="tests of the ledger's modules and of the connection look for secrets every day")
@pytest.mark.parametrize("by", ["variable", "environment"])
def test_a_wave_whose_ledger_is_on_a_server(stage: SetStage, postgresql: PostgresqlServer, by: str) -> None:
    url = new_database(postgresql)
    variables = {"teams_upgrade_ledger": url}
    if by == "variable":
        variables["teams_upgrade_ledger_password"] = PASSWORD
    environment = {VARIABLE: PASSWORD} if by == "environment" else {}
    with stage(SEED) as on:
        run = shown(on, PLAYBOOK, variables, environment=environment)
        read = [
            {f"{COLLECTION}.ledger_info": {**LEDGER, "events": True}},
            {f"{COLLECTION}.ledger": {**LEDGER, "users": [BOB], "state": "absent"}},
            {f"{COLLECTION}.csuser_move": {**LEDGER, "users": [ALICE]}, "ignore_errors": True},
            {f"{COLLECTION}.ledger_export": LEDGER},
        ]
        again = shown(
            on,
            [{"hosts": "skype_servers", "gather_facts": False, "tasks": read}],
            variables,
            environment=environment,
        )
    assert (run.returncode, again.returncode) == (0, 0)
    with open_ledger(url, PASSWORD, read_only=True) as ledger:
        events = ledger.events(Selection())
        assert [(each["user"], each["action"], each["status"]) for each in events] == [
            (ALICE, "Move-CsUser", "changed")
        ]
        assert [user["user"] for user in ledger.users(Selection())] == [ALICE]


def test_a_wrong_password_is_not_shown(stage: SetStage, postgresql: PostgresqlServer) -> None:
    variables = {"teams_upgrade_ledger": new_database(postgresql), "teams_upgrade_ledger_password": f"{PASSWORD}-"}
    with stage(SEED) as on:
        run = shown(on, PLAYBOOK, variables)
        assert on.lab.journal.entries() == []
    assert run.returncode == 2
    assert "refuses the user or the password" in run.output
