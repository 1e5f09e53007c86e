# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a configuration lacks is one sentence that names it and the file to correct, before anything is written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.restricted.from_files import read_configurations
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN

from tests.engines import EACH, NewLab
from tests.lab.modules.people import CLOUD, MOVER
from tests.lab.restricted.endpoints import JEA, SIDES, Restricted

ALICE, CAROL = {"users": ["alice@contoso.com"]}, {"users": ["carol@contoso.com"]}
MOVE = ("csuser_move", {**ALICE, **MOVER, "target": CLOUD})
GRANT = ("teams_upgrade_policy", {**CAROL, "mode": "TeamsOnly"})
NOTIFY = ("teams_upgrade_policy_instance", {"identity": "New", "notify": True, "description": "text"})
LOOK: tuple[str, dict[str, Any]] = ("csuser_info", ALICE)
SWITCH = ("tenant_migration_configuration", {"meeting_migration_enabled": False})
CERTIFICATE = ("teams_tenant_id", "teams_application_id", "teams_certificate_thumbprint")
Ask = tuple[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Hosts of a world in which people still have to be granted TeamsOnly."""
    users = [{"sip": "alice@contoso.com"}, {"sip": "carol@contoso.com", "homing": "online", "policy": "Islands"}]
    with Lab({"profile": "2020", "users": users}, restricted=JEA) as running:
        yield running


@pytest.mark.parametrize(
    ("host", "task", "role", "cmdlet", "parameter", "ask"),
    [
        ("sfb01", "Move", "Move", "Move-CsUser", None, MOVE),
        ("sfb01", "Move", "Move", "Move-CsUser", "Credential", MOVE),
        ("sfb01", "Move", "Move", "Move-CsUser", "MoveToTeams", MOVE),
        ("sfb01", "Move", "Read", "Get-CsServerPatchVersion", None, MOVE),
        ("sfb01", "Move", "Read", "Get-CsPool", "Identity", MOVE),
        ("sfb01", "Notify", "Notify", "New-CsTeamsUpgradePolicy", None, NOTIFY),
        ("sfb01", "Notify", "Notify", "New-CsTeamsUpgradePolicy", "Description", NOTIFY),
        ("sfb01", "Read", "Read", "Get-CsUser", "LdapFilter", LOOK),
        ("teams01", "Upgrade", "Upgrade", "Grant-CsTeamsUpgradePolicy", None, GRANT),
        ("teams01", "Upgrade", "Upgrade", "Grant-CsTeamsUpgradePolicy", "PolicyName", GRANT),
        ("teams01", "Upgrade", "Read", "Get-CsTenant", None, GRANT),
        ("teams01", "Settings", "Settings", "Set-CsTenantMigrationConfiguration", "Force", SWITCH),
        ("teams01", "Read", "Read", "Connect-MicrosoftTeams", None, LOOK),
        ("teams01", "Read", "Read", "Connect-MicrosoftTeams", "ApplicationId", LOOK),
    ],
)
def test_what_a_file_lacks_is_named_with_it(
    lab: Lab, tmp_path: Path, host: str, task: str, role: str, cmdlet: str, parameter: str | None, ask: Ask
) -> None:
    file = f"TeamsUpgrade{SIDES[host]}{role}.psrc"
    shutil.copytree(JEA, tmp_path / "jea")
    take_away(tmp_path / "jea" / "TeamsUpgradeRoles" / "RoleCapabilities" / file, cmdlet, parameter)
    lab.configurations["lacking-1"] = read_configurations(tmp_path / "jea")[f"teamsupgrade{SIDES[host]}{task}".lower()]
    with Restricted(lab, host, "lacking-1") as play:
        answer = play.module(*ask)
    what = cmdlet if parameter is None else f"-{parameter} of {cmdlet}"
    assert answer["failed"]
    assert f"does not offer {what}, which {file} has to make visible." in answer["msg"]
    assert lab.journal.entries(writes=True) == []


def take_away(file: Path, cmdlet: str, parameter: str | None) -> None:
    """Take a cmdlet, or one of its parameters, out of a role capability file."""
    kept = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if f"Name = '{cmdlet}';" not in line:
            kept.append(line)
        elif parameter is not None:
            entry = f"@{{ Name = '{parameter}' }}"
            assert entry in line
            kept.append(line.replace(f", {entry}", "").replace(f"{entry}, ", "").replace(entry, ""))
    file.write_text("\n".join(kept), encoding="utf-8")


@pytest.mark.parametrize(("host", "cmdlet"), [("sfb01", "Get-CsUser"), ("teams01", "Get-CsOnlineUser")])
def test_an_endpoint_that_shows_nobody_names_the_file_to_correct(
    lab: Lab, tmp_path: Path, host: str, cmdlet: str
) -> None:
    file = f"TeamsUpgrade{SIDES[host]}Read.psrc"
    shutil.copytree(JEA, tmp_path / "jea")
    take_away(tmp_path / "jea" / "TeamsUpgradeRoles" / "RoleCapabilities" / file, cmdlet, None)
    lab.configurations["lacking-2"] = read_configurations(tmp_path / "jea")[f"teamsupgrade{SIDES[host]}read".lower()]
    with Restricted(lab, host, "lacking-2") as play:
        answer = play.module(*LOOK)
    assert answer["failed"]
    assert cmdlet in answer["msg"]
    assert file in answer["msg"]


def test_a_configuration_that_is_not_there_is_named(lab: Lab) -> None:
    with Restricted(lab, "sfb01", "No-Such") as play:
        answer = play.module(*LOOK)
    assert answer["failed"]
    assert "does not have the session configuration that was asked for" in answer["msg"]


@pytest.mark.parametrize("engine", EACH)
def test_what_a_proxy_shows_and_its_cmdlet_lacks_counts_as_missing(new_lab: NewLab) -> None:
    """The module here is newer than the LDAP filter and older than DisableWAM, both of which the proxies show."""
    with new_lab({"users": [{"sip": "alice@contoso.com"}]}, restricted=JEA) as lab:
        user, password = ADMIN
        signed_in = {"teams_user": user, "teams_password": password, **dict.fromkeys(CERTIFICATE)}
        with Restricted(lab, "teams01", "Read", **signed_in) as play:
            assert not play.module("csuser_info", ALICE)["failed"]
            answer = play.module("csuser_info", {"ldap_filter": "(cn=*)"})
    assert answer["msg"].startswith("Get-CsOnlineUser on teams01 does not offer the parameter LdapFilter.")
