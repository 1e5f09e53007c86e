# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports as files: which cannot be used and how that reads, and how the lab takes its users from them."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.clock import Clock
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.building import build_world
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.exports import (
    ONLINE_EXPORT,
    ONPREM_EXPORT,
    Export,
    Source,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.fitting import fitting
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.from_csv import (
    exported_users,
    users_from_exports,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.from_yaml import load
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import Seed, SeedError

from tests.controller import ROOT
from tests.unit.lab.seed.dialects import DIALECTS, Row, in_cloud, moved, online, onprem, text
from tests.unit.sentences import sound

UTF8 = DIALECTS["5.1 utf8"]


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def without(row: Row, *columns: str) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in columns}


def use(path: Path, source: Source) -> None:
    export = Export(path, source)
    exported_users(*((export, None) if source is ONPREM_EXPORT else (None, export)))


def fault(path: Path, source: Source) -> str:
    """What is said of a file: which one, and the command to repeat or another way out."""
    with pytest.raises(SeedError) as caught:
        use(path, source)
    message = str(caught.value)
    assert message.startswith(f"The {source.title} export {path}")
    assert "\n" not in message
    return message


@pytest.mark.parametrize("column", [each[0] for each in ONPREM_EXPORT.needed])
def test_a_column_that_is_missing_on_prem_is_named_with_the_command(tmp_path: Path, column: str) -> None:
    path = written(tmp_path, "a.csv", UTF8([without(onprem(), column)]))
    message = fault(path, ONPREM_EXPORT)
    assert (
        message == f"The on-prem export {path}, line 1, has no column {column}. Export again: {ONPREM_EXPORT.command}"
    )


@pytest.mark.parametrize("columns", ONLINE_EXPORT.needed)
def test_a_column_that_is_missing_online_is_named_with_the_command(tmp_path: Path, columns: list[str]) -> None:
    path = written(tmp_path, "a.csv", UTF8([without(online(), *columns)]))
    named = " or ".join(columns)
    message = fault(path, ONLINE_EXPORT)
    assert message == f"The online export {path}, line 1, has no column {named}. Export again: {ONLINE_EXPORT.command}"


@pytest.mark.parametrize("source", [ONPREM_EXPORT, ONLINE_EXPORT])
def test_the_commands_stand_in_the_documentation_and_export_every_needed_column(source: Source) -> None:
    page = " ".join((ROOT / "docs" / "exports.md").read_text(encoding="utf-8").split())
    assert " ".join(source.command.split()) in page
    names = source.command.replace("TeamsUpgrade*", "TeamsUpgradePolicy TeamsUpgradeEffectiveMode")
    assert all(any(name in names for name in each) for each in source.needed)


ASCII = text([onprem("müller")]).encode("ascii", "replace")
BROKEN: Mapping[str, tuple[bytes, str]] = {
    "an empty file": (b"", "is empty."),
    "a mark alone": (codecs.BOM_UTF8, "is empty."),
    "a header alone": (UTF8([onprem()]).splitlines(keepends=True)[0], "has no users."),
    "a workbook": (
        b"PK\x03\x04...",
        "is an Excel workbook or another archive, not a text file. In Excel, save it as 'CSV UTF-8",
    ),
    "ANSI": (
        text([onprem("müller")]).encode("cp1252"),
        "is not UTF-8: line 2 holds the byte 0xFC. In Excel, save it as 'CSV UTF-8",
    ),
    "UTF-16 without a mark": (text([onprem()]).encode("utf-16-le"), "is UTF-16 without a byte order mark."),
    "ASCII": (
        ASCII,
        "line 2, holds 'sip:m?ller@fab.com' as SipAddress: an export as ASCII writes ? for letters such as ü.",
    ),
    "ASCII in a unit": (
        text([onprem(Identity="CN=al,OU=M?nchen,DC=fab,DC=com")]).encode(),
        "line 2, holds 'CN=al,OU=M?nchen,DC=fab,DC=com' as Identity: an export as ASCII writes ?",
    ),
    "UTF-8 read as ANSI by Excel": (
        UTF8([onprem("mÃ¼ller")]),
        "line 2, holds 'sip:mÃ¼ller@fab.com' as SipAddress, which may have been 'sip:müller@fab.com': Excel has read UTF-8",
    ),
    "the other side": (
        UTF8([online()]),
        "line 1, has the columns of the online export. Give each file for its own side.",
    ),
    "a column twice": (
        UTF8([onprem()]).replace(b'"TenantId"', b'"SIPADDRESS"'),
        "line 1, has the column SipAddress twice.",
    ),
    "a field too many": (
        UTF8([onprem(), onprem("bo")]).rstrip() + b',"x"\r\n',
        "line 3, has more fields than the header.",
    ),
    "an open quote": (UTF8([onprem()]) + b'"sip:bo@fab.com', "line 3, is not sound CSV (unexpected end of data)."),
    "a formula": (UTF8([onprem(LineURI="#NAME?")]), "line 2, holds #NAME? as LineURI, which Excel wrote."),
    "no address": (UTF8([onprem(SipAddress="al")]), "line 2, holds 'al' as SipAddress, which is no address."),
    "a header within": (UTF8([onprem()]) * 2, "line 3, holds 'SipAddress' as SipAddress, which is no address."),
    "no truth": (
        UTF8([onprem(Enabled="perhaps")]),
        "line 2, holds 'perhaps' as Enabled, which is neither True nor False.",
    ),
    "nothing as Enabled": (UTF8([onprem(Enabled="")]), "line 2, holds nothing as Enabled."),
    "a user twice": (
        UTF8([onprem(), onprem("bo"), onprem(RegistrarPool="p2.fab.com")]),
        "line 4, names al@fab.com, and so does line 2 with other values. Delete the row that is out of date. Export again:",
    ),
    "nobody": (
        UTF8([onprem(SipAddress="", UserPrincipalName="")]),
        "line 2, has neither SipAddress nor UserPrincipalName.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_an_export_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, case: str) -> None:
    data, words = BROKEN[case]
    message = fault(written(tmp_path, "a.csv", data), ONPREM_EXPORT)
    assert words in message
    if case not in ("the other side", "a workbook"):
        assert message.endswith(ONPREM_EXPORT.command)
    sound(message.partition(" Export again")[0].replace(str(tmp_path), "folder"))


def test_an_export_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert fault(tmp_path / "none.csv", ONLINE_EXPORT).endswith("none.csv cannot be read: No such file or directory.")


def test_sides_that_are_swapped_are_seen_either_way(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", UTF8([onprem()]))
    assert "has the columns of the on-prem export" in fault(path, ONLINE_EXPORT)


BOTH: Mapping[str, tuple[Callable[[], list[Row]], Callable[[], list[Row]], str]] = {
    "another organisation": (
        lambda: [onprem("al")],
        lambda: [online("zo")],
        "has none of the users of FOLDER/onprem.csv, so it is of another organisation or tenant.",
    ),
    "two tenants": (
        lambda: [onprem("al")],
        lambda: [online("al"), online("bo", TenantId="b")],
        "online.csv, line 3, is of another tenant than before (5b8d3a0c-2f53-4ec2-9d4e-6f1c5f0a7b21 and b).",
    ),
    "another tenant": (
        lambda: [moved("al", TenantId="c")],
        lambda: [in_cloud("al")],
        "onprem.csv, line 2, holds a user who was moved to tenant c, and FOLDER/online.csv is of another one.",
    ),
    "addresses that were swapped": (
        lambda: [onprem("al"), onprem("bo", SipAddress="sip:cy@fab.com")],
        lambda: [online("al"), online("bo"), online("cy", SipAddress="sip:dan@fab.com")],
        "In the directory, cy@fab.com would be the name of two accounts, bo@fab.com and cy@fab.com:",
    ),
}


@pytest.mark.parametrize("case", BOTH)
def test_exports_that_do_not_belong_together(tmp_path: Path, case: str) -> None:
    directory, tenant, words = BOTH[case]
    paths = [written(tmp_path, "onprem.csv", UTF8(directory())), written(tmp_path, "online.csv", UTF8(tenant()))]
    with pytest.raises(SeedError) as caught:
        users_from_exports(paths)
    assert words.replace("FOLDER", str(tmp_path)) in str(caught.value)


def test_the_lab_takes_exports_in_any_order(tmp_path: Path) -> None:
    paths = [
        written(tmp_path, "online.csv", UTF8([online("al"), in_cloud("bo"), in_cloud("gu", AccountType="Guest")])),
        written(tmp_path, "onprem.csv", UTF8([onprem("al", TeamsUpgradePolicy="Notify"), moved("bo"), onprem("cy")])),
    ]
    users = users_from_exports(paths)
    assert [(one.sip, one.synced, one.account_type) for one in users] == [
        ("al@fab.com", True, "User"),
        ("bo@fab.com", True, "User"),
        ("cy@fab.com", False, "User"),
        ("gu@fab.com", True, "Guest"),
    ]
    world = build_world(fitting(Seed(users=users)), Clock())
    assert (len(world.directory), len(world.tenant), world.topology.domain) == (3, 3, "emea.fab.com")
    assert world.topology.pool("p1.fab.com") is not None
    with pytest.raises(SeedError, match="both of the same side"):
        users_from_exports([paths[0], paths[0]])


def test_a_seed_takes_one_export(tmp_path: Path) -> None:
    written(tmp_path, "onprem.csv", UTF8([onprem("al"), onprem("bo")]))
    seed = load(written(tmp_path, "seed.yml", b"csv: {onprem: onprem.csv}"))
    assert [one.synced for one in seed.users] == [True, True]
