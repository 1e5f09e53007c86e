# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module does its work through the session configuration for its task, and nothing through the one for reading.

The witness is the journal of the hosts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import CmdletContract
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import READING_VERBS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT

from tests.engines import EACH, NewLab
from tests.lab.modules import rows_online, rows_onprem
from tests.lab.modules.people import addresses
from tests.lab.modules.table import Row, Table
from tests.lab.restricted.endpoints import JEA, SIDES, Restricted
from tests.unit.lab.engine.clients import opened

TASKS = {"csuser_move": "Move", "meeting_migration": "Upgrade", "teams_upgrade_policy": "Notify"}
READERS: Mapping[str, list[tuple[str, dict[str, Any]]]] = {
    "sfb01": [
        ("csuser_info", {"filter": "Enabled -eq $true"}),
        ("csuser_info", {"ou": "OU=People,DC=contoso,DC=com", "registrar_pool": "pool01.contoso.com"}),
        ("teams_upgrade_policy_info", {}),
        ("upgrade_readiness_info", {}),
    ],
    "teams01": [
        ("csuser_info", {"account_type": "User", "homing": "onprem"}),
        ("teams_upgrade_policy_info", {}),
        ("meeting_migration_info", {}),
        ("upgrade_readiness_info", {}),
    ],
}
TABLES = [pytest.param(rows_onprem.TODAY, id="on-prem"), pytest.param(rows_online.TODAY, id="online")]


def task_of(table: Table, row: Row) -> str:
    """The task whose configuration a row is for."""
    if row.args.get("scope") == "tenant":
        return "Settings"
    task = TASKS.get(row.module, "Settings")
    return "Upgrade" if table.host == "teams01" and task == "Notify" else task


def args_of(row: Row) -> dict[str, Any]:
    return dict(row.task(check=False).args)


@pytest.fixture
def lab(table: Table, new_lab: NewLab) -> Iterator[Lab]:
    with new_lab(table.seed, restricted=JEA) as running:
        yield running


@pytest.mark.parametrize("table", TABLES)
def test_modules_write_through_the_configuration_for_their_task_alone(table: Table, lab: Lab) -> None:
    with Restricted(lab, table.host, "Read") as reading:
        looked_at(reading, table)
        predictions = [reading.module(row.module, args_of(row), check=True) for row in table.rows]
        assert [answer.get("msg") for answer in predictions if answer["failed"]] == []
        for row in table.rows:
            refused(reading, row)
    assert lab.journal.entries(writes=True) == []
    done = through_their_tasks(table, lab)
    for row, predicted, answer in zip(table.rows, predictions, done, strict=True):
        assert not answer["failed"], (row.name, answer["msg"])
        assert predicted["changed"] == answer["changed"] == bool(row.sends), row.name
        assert predicted.get("users") == answer.get("users"), row.name
    assert_sent(table, lab)


@pytest.mark.parametrize("engine", ["pwsh"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.pwsh
def test_a_real_powershell_lets_all_of_it_through_as_well(table: Table, lab: Lab) -> None:
    """Here with all role capabilities in one session: a process for each task would take most of the time."""
    side = SIDES[table.host].lower()
    waves, settings = (lab.configurations[f"teamsupgrade{side}{name}"] for name in ("waves", "settings"))
    lab.configurations["all-1"] = waves.with_(settings)
    with Restricted(lab, table.host, "all-1") as play:
        done = [play.module(row.module, args_of(row)) for row in table.rows]
    assert [answer["msg"] for answer in done if answer["failed"]] == []
    assert_sent(table, lab)


def assert_sent(table: Table, lab: Lab) -> None:
    """The hosts were sent what the rows say, whatever the order."""
    sent = [(entry.cmdlet, dict(sorted(entry.parameters.items()))) for entry in lab.journal.entries(writes=True)]
    wanted = [(cmdlet, dict(sorted(given.items()))) for cmdlet, given in table.sends]
    assert sorted(sent, key=str) == sorted(wanted, key=str)


def looked_at(reading: Restricted, table: Table) -> None:
    """What only reads works whole."""
    for module, args in READERS[table.host]:
        answer = reading.module(module, {**args, **named(module, table)})
        assert not answer["failed"], answer["msg"]
        assert [line for line in answer["users"] if line["status"] != "ok"] == [], module
        unread = [check["check"] for check in answer.get("organisation", []) if check["code"] == "check_unread"]
        assert unread == []


def named(module: str, table: Table) -> dict[str, Any]:
    return {} if module == "csuser_info" else {"users": addresses(*table.people)}


def refused(reading: Restricted, row: Row) -> None:
    """Outside check mode, one sentence names the cmdlet and the file, where there is anything to write."""
    answer = reading.module(row.module, args_of(row))
    assert answer["failed"] == bool(row.sends), row.name
    if row.sends:
        cmdlet = row.sends[0][0]
        start = f"The restricted endpoint on {reading.host} does not offer {cmdlet}, which TeamsUpgrade"
        assert answer["msg"].startswith(start), answer["msg"]
        assert ".psrc has to make visible." in answer["msg"]
        assert answer["reason"]["code"] == "cmdlet_hidden"


def through_their_tasks(table: Table, lab: Lab) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        tasks = {task_of(table, row) for row in table.rows}
        plays = {task: stack.enter_context(Restricted(lab, table.host, task)) for task in sorted(tasks)}
        return [plays[task_of(table, row)].module(row.module, args_of(row)) for row in table.rows]


@pytest.mark.parametrize("engine", EACH)
@pytest.mark.parametrize("table", TABLES)
def test_no_client_finds_anything_that_writes_in_the_configuration_for_reading(table: Table, lab: Lab) -> None:
    configuration = f"TeamsUpgrade{SIDES[table.host]}Read"
    writing = [one for one in lab.organisation.commands(table.host).values() if writes(one)]
    user, password = ACCOUNT
    with opened(lab.front[table.host], user=user, password=password, configuration=configuration) as client:
        for contract in writing:
            for name in (contract.name, f"{contract.module}\\{contract.name}"):
                answer = client.ask(name, {"Identity": "alice@contoso.com"})
                assert answer.error.error_id == "CommandNotFoundException", name
        for other in (
            "Import-Module",
            "Invoke-Expression",
            "Invoke-Command",
            "New-Object",
            "Set-Item",
            "Start-Process",
        ):
            assert client.ask(other).error.error_id == "CommandNotFoundException", other
        for text in ("Get-CsUser", "1 + 1", "& { Move-CsUser }", "$ExecutionContext"):
            assert client.script(text).error.error_id == "ScriptsNotAllowed", text
    assert len(writing) > 5
    assert lab.journal.entries(writes=True) == []


def writes(contract: CmdletContract) -> bool:
    return contract.name.partition("-")[0] not in READING_VERBS
