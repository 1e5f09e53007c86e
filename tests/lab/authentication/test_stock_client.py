# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's own connection signs in by each way with the same inventory, once the line that names the connection is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Controller, Run, Task
from tests.engines import NewLab
from tests.extent import LONG
from tests.kerberos import KerberosRealm
from tests.lab.authentication.ways import MESSAGES, TLS13, WAYS, Way, seed_for

# A ticket is of the whole machine: the other ways bring their own. Every day, one that encrypts messages and one over TLS.
TRIED = [way for way in WAYS if not way.ticket and (LONG or way.name in ("Kerberos in Negotiate", "certificate"))]
STOCK = "ansible.builtin.psrp"


@pytest.fixture
def labs(new_lab: NewLab, realm: KerberosRealm) -> Iterator[dict[str, tuple[Way, Lab]]]:
    """A lab for each way, by the name of its host in the inventory."""
    with ExitStack() as stack:
        yield {
            f"host{number}": (
                way,
                stack.enter_context(new_lab(seed_for(way, MESSAGES if way.encrypts else TLS13, realm.keytab))),
            )
            for number, way in enumerate(TRIED)
        }


def inventory(labs: dict[str, tuple[Way, Lab]]) -> dict[str, Any]:
    hosts = {}
    for name, (way, lab) in labs.items():
        said = lab.inventory()["all"]
        hosts[name] = {**said["vars"], **said["children"]["skype_servers"]["hosts"]["sfb01"], **way.inventory}
    return {"all": {"hosts": hosts}}


def play(labs: dict[str, tuple[Way, Lab]], folder: Path, text: str) -> Run:
    """Run script by Ansible's own connection, then a module by ours, on every host."""
    script = Task("ansible.builtin.raw", {"_raw_params": text}).as_yaml(1)
    script["vars"] = {"ansible_connection": STOCK}
    ours = Task("csuser_info", {"users": ["alice@contoso.com"]}).as_yaml(2)
    ours["vars"] = {"ansible_runspace_sessions": 1}
    return Controller(folder, inventory(labs)).playbook(
        [{"hosts": "all", "gather_facts": False, "tasks": [script, ours]}]
    )


def test_every_way_opens_a_shell(labs: dict[str, tuple[Way, Lab]], short_folder: Path) -> None:
    run = play(labs, short_folder, "1")
    answered = {(one.host, one.action): one for one in run.results}
    for name, (way, lab) in labs.items():
        # This engine refuses script, after the shell is open.
        refused, read = answered[name, "ansible.builtin.raw"], answered[name, "sfb.teams_upgrade.csuser_info"]
        assert refused.status == "failed", (way, refused)
        assert read.result["users"][0]["sip_address"] == "sip:alice@contoso.com", (way, read)
        assert lab.front["sfb01"].shells_opened == 2, way


@pytest.mark.repeats
@pytest.mark.parametrize("engine", [pytest.param("pwsh", marks=pytest.mark.pwsh)])
def test_every_way_runs_script(labs: dict[str, tuple[Way, Lab]], short_folder: Path) -> None:
    run = play(labs, short_folder, "(Get-CsUser -Identity alice@contoso.com).SipAddress")
    answered = {(one.host, one.action): one for one in run.results}
    for name, (way, lab) in labs.items():
        assert answered[name, "ansible.builtin.raw"].result["stdout_lines"] == ["sip:alice@contoso.com"], way
        assert answered[name, "sfb.teams_upgrade.csuser_info"].status == "ok", way
        assert len(lab.journal.entries("Get-CsUser", host="sfb01")) >= 2, way
