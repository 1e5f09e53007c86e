# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports from simulated hosts with a real PowerShell lead to the organisation that they were made of.

PowerShell itself makes the texts of all values there, as Export-Csv does. The file is written here, since that engine may lack the cmdlet.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.world import World
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.exports import ONLINE_EXPORT, ONPREM_EXPORT
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.organisation import organisation_of
from pypsrp.powershell import RunspacePool

from tests.engines import NewLab
from tests.extent import cases
from tests.unit.lab.engine.clients import Client, connect
from tests.unit.lab.seed.dialects import DIALECTS

pytestmark = pytest.mark.pwsh
POOLS = [{"fqdn": "p1.contoso.com"}, {"fqdn": "p2.contoso.com"}]
SEED = {
    "tenant": {
        "default_policy": "SfBWithTeamsCollab",
        "groups": [{"group": "g", "policy": "SfBOnly", "rank": 1, "members": ["group@contoso.com"]}],
    },
    "topology": {"pools": POOLS, "policies": [{"identity": "Notify", "notify": True}]},
    "users": [
        {"sip": "al@contoso.com", "name": "Adler, Älice", "pool": "p1.contoso.com", "notify_policy": "Notify"},
        {
            "sip": "bo@contoso.com",
            "upn": "b.o@contoso.com",
            "pool": "p2.contoso.com",
            "policy": "Islands",
            "ou": "OU=Rome,OU=People",
        },
        {
            "sip": "plain@contoso.com",
            "voice": True,
            "line": "tel:+39",
            "licences": ["Teams", "MCOProfessional", "MCOEV"],
        },
        {"sip": "none@contoso.com", "licences": [], "enabled": False},
        {"sip": "teams@contoso.com", "licences": ["Teams"], "validation_errors": ["One thing", "Another: thing"]},
        {"sip": "group@contoso.com"},
        {"sip": "apart@contoso.com", "domain": "emea.contoso.com", "sam": "x"},
        {"sip": "lost@contoso.com", "synced": False},
        {"sip": "new@contoso.com", "cloud_sip": "old@contoso.com"},
        {"sip": "moved@contoso.com", "homing": "online", "policy": "UpgradeToTeams"},
        {"sip": "late@contoso.com", "homing": "online", "cloud_homing": "onprem"},
        {"sip": "cloud@contoso.com", "homing": "cloud"},
        {"sip": "pure@contoso.com", "homing": "cloud", "synced": False, "cloud_sip": "pure@contoso.com"},
        {"sip": "nowhere@contoso.com", "homing": "none"},
        {"sip": "room@contoso.com", "homing": "cloud", "account_type": "ResourceAccount"},
        {"sip": "guest@contoso.com", "homing": "none", "account_type": "Guest"},
        {"sip": "gone@contoso.com", "homing": "cloud", "deleted": "2026-11-01T00:00:00Z"},
    ],
}
_CALCULATED = re.compile(r"@\{n='(\w+)'; e=\{(.*?)\}\}(?=,| \|)")
_TEXT = "$(if ($null -eq $_.Value) { '' } else { $_.Value.ToString() })"


def exporting(command: str) -> str:
    """A script for `command` that writes a line for each user, since Select-Object of the engine has no calculated properties."""
    cmdlet, _pipe, selected = command.partition(" | Select-Object ")
    selected = selected.partition(" | Export-Csv")[0] + " |" if selected else "*"
    calculated = _CALCULATED.findall(selected)
    names = [name.strip(" |") for name in _CALCULATED.sub("", selected).split(",") if name.strip(" |")]
    parts = [
        f"'{name}' | ForEach-Object {{ $like = $_; $user.PSObject.Properties | Where-Object {{ $_.Name -like $like }} | "
        f"ForEach-Object {{ $_.Name + [char]30 + {_TEXT} }} }}"
        for name in names
    ]
    parts += [f"'{name}' + [char]30 + ($user | ForEach-Object {{ {code} }})" for name, code in calculated]
    return f"{cmdlet} | ForEach-Object {{ $user = $_; (@({'; '.join(parts)}) -join [char]31) }}"


def exported(lab: Lab, host: str, start: str, command: str) -> list[dict[str, str]]:
    """The rows of an export on a host."""
    with connect(lab.front[host], *ACCOUNT) as wsman, RunspacePool(wsman) as pool:
        client = Client(pool)
        answers = [client.script(script) for script in (start, exporting(command))]
    assert [each.errors for each in answers] == [[], []]
    return [dict(cell.split("\x1e") for cell in line.split("\x1f")) for line in answers[1].output]


def written(lab: Lab, folder: Path, onprem: str, online: str) -> tuple[Path, Path]:
    """The exports of both sides, as files."""
    sign_in = "Import-Module MicrosoftTeams; $null = Connect-MicrosoftTeams -AccessTokens @('lab-graph-token', 'lab-teams-token')"
    tables = {
        folder / "onprem.csv": exported(lab, "sfb01", "Import-Module SkypeForBusiness", onprem),
        folder / "online.csv": exported(lab, "teams01", sign_in, online),
    }
    for path, rows in tables.items():
        path.write_bytes(DIALECTS["5.1 utf8"](rows))
    first, second = tables
    return first, second


def known(world: World) -> dict[str, Any]:
    """What both sides know of each user, and decides."""
    directory = {
        user.upn: (
            *(
                user.sip,
                user.locator,
                user.pool,
                user.enabled,
                user.voice,
                user.line_uri or None,
                user.policies,
                user.domain,
            ),
            user.dn.partition(",OU=")[2],
        )
        for user in world.directory
        if user.sip
    }
    tenant = {
        user.upn: (
            *(user.sip, user.locator, user.assigned, sorted(user.plans), user.validation_errors, user.account_type),
            *(user.deleted is None, user.anchor is None, [each.instance for each in world.tenant.groups_of(user)]),
        )
        for user in world.tenant
    }
    return {"directory": directory, "tenant": tenant, "default": world.tenant.settings.default.mode}


def without_policies(both: dict[str, Any]) -> dict[str, Any]:
    """What both sides know besides policies."""
    tenant = {name: (*facts[:2], *facts[3:-1]) for name, facts in both["tenant"].items()}
    return {"directory": both["directory"], "tenant": tenant}


@pytest.mark.parametrize("engine", ["pwsh"])
@pytest.mark.parametrize("teams", cases(["6.6.0", "4.3.0", "7.4.0"], "6.6.0"))
def test_exports_lead_to_the_users_that_they_were_made_of(new_lab: NewLab, tmp_path: Path, teams: str) -> None:
    hosts = {"sfb01": {"skype": "2019 CU8", "teams": "6.6.0"}, "teams01": {"teams": teams}}
    with new_lab({**SEED, "hosts": hosts}) as lab:
        found = organisation_of(*written(lab, tmp_path, ONPREM_EXPORT.command, ONLINE_EXPORT.command), {})
        whole = organisation_of(*written(lab, tmp_path, "Get-CsUser", "Get-CsOnlineUser"), {})
        before = known(lab.organisation.world)
    after = known(Lab(found.seed).organisation.world)
    assert after["directory"] == before["directory"]
    # From 3.0 to 4.3 a user without a policy shows an object without a name, which prints as its type.
    unread = [each for each in found.assumptions if "TeamsUpgradePolicy was not exported as text" in each]
    assert bool(unread) is (teams == "4.3.0")
    if unread:
        before, after = without_policies(before), without_policies(after)
    assert after == before
    # Whole exports lack what their lists say; everything else is the same.
    assert not [each for each in found.assumptions if "AssignedPlan" in each or "ValidationErrors" in each]
    counted = [each for each in whole.assumptions if "AssignedPlan" in each or "UserValidationErrors" in each]
    assert [re.findall(r"(\d+) users", each) for each in counted] == [["16"], ["16"]]
    assert known(Lab(whole.seed).organisation.world)["directory"] == after["directory"]
