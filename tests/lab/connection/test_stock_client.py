# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory of this collection's connection serves Ansible's own one as well, once the line that names it is changed back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Controller, Task
from tests.engines import PWSH

SCRIPTS = [
    "SkypeForBusiness\\Get-CsUser -Identity 'sip:alice@contoso.com' | Select-Object -ExpandProperty SipAddress",
    "(Get-CsUser).Count; 'Ünï-€'",
    "Get-CsUser -Identity nobody@contoso.com -ErrorAction Stop",
]


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [{"sip": "alice@contoso.com"}, {"sip": "bob@contoso.com"}]}


@pytest.mark.parametrize("engine", [PWSH])
def test_ansibles_own_connection_runs_script_on_the_same_host(lab: Lab, short_folder: Path) -> None:
    inventory = lab.inventory()
    inventory["all"]["vars"]["ansible_connection"] = "ansible.builtin.psrp"
    ours = Task("csuser_info", {"users": ["alice@contoso.com"]}).as_yaml(len(SCRIPTS))
    ours["vars"] = {"ansible_connection": "sfb.teams_upgrade.runspace"}
    raw = [Task("ansible.builtin.raw", {"_raw_params": text}).as_yaml(number) for number, text in enumerate(SCRIPTS)]
    run = Controller(short_folder, inventory).playbook(
        [{"hosts": "sfb01", "gather_facts": False, "tasks": [*raw, ours]}]
    )
    projected, counted, failed, read = (result.result for result in run.results)
    assert (projected["rc"], projected["stdout_lines"]) == (0, ["sip:alice@contoso.com"])
    assert (counted["rc"], counted["stdout_lines"]) == (0, ["2", "Ünï-€"])
    assert failed["rc"] == 1
    assert "ManagementObjectNotFound,Get-CsUser" in failed["stderr"]
    assert read["users"][0]["sip_address"] == projected["stdout_lines"][0]
    assert len(lab.journal.entries("Get-CsUser", host="sfb01")) >= len(SCRIPTS) + 1
    assert lab.journal.entries(writes=True) == []
