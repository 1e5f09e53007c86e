# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of users as programs write them: rows, and each program's bytes for them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Mapping, Sequence

Row = Mapping[str, str]
ZEROS = "00000000-0000-0000-0000-000000000000"
TENANT = "5b8d3a0c-2f53-4ec2-9d4e-6f1c5f0a7b21"


def onprem(name: str = "al", **values: str) -> dict[str, str]:
    """A row of the on-prem export: a user homed on a pool."""
    return {
        "Identity": f"CN={name},OU=Sales,OU=Rome,DC=emea,DC=fab,DC=com",
        "SipAddress": f"sip:{name}@fab.com",
        "UserPrincipalName": f"{name}@fab.com",
        "DisplayName": name.title(),
        "Enabled": "True",
        "HostingProvider": "SRV:",
        "RegistrarPool": "p1.fab.com",
        "EnterpriseVoiceEnabled": "False",
        "LineURI": "",
        "TeamsUpgradePolicy": "",
        "TenantId": ZEROS,
    } | values


def online(name: str = "al", **values: str) -> dict[str, str]:
    """A row of the online export: the same user as the tenant sees it."""
    return {
        "SipAddress": f"sip:{name}@fab.com",
        "UserPrincipalName": f"{name}@fab.com",
        "AccountType": "SfBOnPremUser",
        "HostingProvider": "SRV:",
        "OnPremHostingProvider": "SRV:",
        "InterpretedUserType": "HybridOnpremSfBUserWithTeamsLicense",
        "UserDirSyncEnabled": "True",
        "SoftDeletionTimestamp": "",
        "TenantId": TENANT,
        "TeamsUpgradePolicy": "",
        "TeamsUpgradeEffectiveMode": "SfBWithTeamsCollab",
        "TeamsUpgradeNotificationsEnabled": "False",
        "TeamsUpgradeOverridePolicy": "",
        "TeamsUpgradePolicyIsReadOnly": "None",
        "AssignedPlan": "Teams=Enabled MCOProfessional=Enabled",
        "UserValidationErrors": "",
    } | values


def moved(name: str, **values: str) -> dict[str, str]:
    """A row of the on-prem export: a user who was moved to the cloud."""
    return onprem(name, HostingProvider="sipfed.online.lync.com", RegistrarPool="", TenantId=TENANT) | values


def in_cloud(name: str, **values: str) -> dict[str, str]:
    """A row of the online export: a user homed online."""
    return (
        online(
            name,
            AccountType="User",
            HostingProvider="sipfed.online.lync.com",
            OnPremHostingProvider="sipfed.online.lync.com",
            InterpretedUserType="HybridOnlineTeamsOnlyUser",
            TeamsUpgradePolicy="UpgradeToTeams",
            TeamsUpgradeEffectiveMode="TeamsOnly",
        )
        | values
    )


def text(
    rows: Sequence[Row], delimiter: str = ",", quoting: int = csv.QUOTE_ALL, end: str = "\r\n", before: str = ""
) -> str:
    """The text of a table, with a header."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return before + target.getvalue()


def _excel(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Rows as a German Excel saves them."""
    words = {"True": "WAHR", "False": "FALSCH"}
    return [{name: words.get(value, value) for name, value in row.items()} for row in rows]


def _type(rows: Sequence[Row]) -> str:
    online = "OnPremHostingProvider" in rows[0]
    return f"#TYPE Selected.{'Microsoft.Teams.Models.UserMas' if online else 'Microsoft.Rtc.Management.ADUser'}\r\n"


def _shuffled(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Rows with other columns between, in another order, their names in other letters."""
    more = {"WhenChanged": "31.12.2026 23:59:59", "ProxyAddresses": "System.Object[]", "Comment": "a, b; c"}
    return [{name.upper(): {**row, **more}[name] for name in sorted({**row, **more})} for row in rows]


# Each writes the same rows.
DIALECTS: Mapping[str, Callable[[Sequence[Row]], bytes]] = {
    "5.1 utf8": lambda rows: codecs.BOM_UTF8 + text(rows).encode(),
    "5.1 utf8 with types": lambda rows: codecs.BOM_UTF8 + text(rows, before=_type(rows)).encode(),
    "5.1 unicode": lambda rows: codecs.BOM_UTF16_LE + text(rows, before=_type(rows)).encode("utf-16-le"),
    "5.1 big endian": lambda rows: codecs.BOM_UTF16_BE + text(rows).encode("utf-16-be"),
    "5.1 use culture": lambda rows: codecs.BOM_UTF8 + text(rows, ";").encode(),
    "7": lambda rows: text(rows).encode(),
    "7 as needed": lambda rows: text(rows, quoting=csv.QUOTE_MINIMAL, end="\n").encode(),
    "7 with types": lambda rows: text(rows, before=_type(rows)).encode(),
    "excel utf-8": lambda rows: codecs.BOM_UTF8 + text(_excel(rows), ";", csv.QUOTE_MINIMAL).encode(),
    "excel unicode": lambda rows: codecs.BOM_UTF16_LE + text(_excel(rows), "\t", csv.QUOTE_MINIMAL).encode("utf-16-le"),
    "excel sep": lambda rows: text(_excel(rows), "|", csv.QUOTE_MINIMAL, before="sep=|\r\n").encode(),
    "other columns": lambda rows: text(_shuffled(rows)).encode(),
    "joined": lambda rows: (
        codecs.BOM_UTF8 + text(rows).encode() + b"\r\n\xef\xbb\xbf\r\n;;;\r\n,,,\r\n".replace(b";;;\r\n", b"")
    ),
}
