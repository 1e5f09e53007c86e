# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of simulated hosts, as the documented commands write them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call, Credential

ONPREM = (
    *("Identity", "SipAddress", "UserPrincipalName", "DisplayName", "Enabled", "HostingProvider", "RegistrarPool"),
    *("EnterpriseVoiceEnabled", "LineURI", "TeamsUpgradePolicy", "TenantId"),
)
ONLINE = (
    *("SipAddress", "UserPrincipalName", "AccountType", "HostingProvider", "OnPremHostingProvider"),
    *("InterpretedUserType", "UserDirSyncEnabled", "SoftDeletionTimestamp", "TenantId", "TeamsUpgradePolicy"),
    *("TeamsUpgradeEffectiveMode", "TeamsUpgradePolicyIsReadOnly", "AssignedPlan", "UserValidationErrors"),
)


def export(lab: Lab, folder: Path) -> tuple[Path, Path]:
    """Write what both sides of a lab export of all users; return the paths, on-prem first."""
    account = lab.seed.tenant.accounts[0]
    signing_in = {"Credential": Credential(account.user, account.password)}
    lab.organisation.call(Call("teams01", "export", "MicrosoftTeams", "Connect-MicrosoftTeams", signing_in))
    onprem, online = folder / "onprem.csv", folder / "online.csv"
    _write(onprem, ONPREM, lab.organisation.call(Call("sfb01", "export", "SkypeForBusiness", "Get-CsUser", {})).output)
    users = lab.organisation.call(Call("teams01", "export", "MicrosoftTeams", "Get-CsOnlineUser", {})).output
    _write(online, ONLINE, users)
    lab.organisation.shell_closed("teams01", "export")
    return onprem, online


def _write(path: Path, columns: Sequence[str], users: Sequence[Any]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows([_text(name, user.properties.get(name)) for name in columns] for user in users)


def _text(name: str, value: Any) -> str:
    if name == "AssignedPlan":
        return " ".join(f"{plan.properties['Capability']}={plan.properties['CapabilityStatus']}" for plan in value)
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if value is None:
        return ""
    return str(getattr(value, "text", None) or value)
