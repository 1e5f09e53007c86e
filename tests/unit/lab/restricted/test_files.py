# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files for restricted endpoints: as they are made, with what is sent and nothing else, and read as PowerShell reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import (
    CALLS,
    Task,
    role_capability,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import MODULES
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import PwshMissing, find_pwsh
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.restricted.data_file import (
    DataFileError,
    Script,
    read_data,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.restricted.from_files import read_configurations
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import sign_in

from tests.controller import COLLECTIONS, ROOT

JEA = ROOT / "docs" / "jea"
CAPABILITIES = JEA / "TeamsUpgradeRoles" / "RoleCapabilities"
READING = """
function Json($value) {
    if ($value -is [hashtable]) {
        $pairs = foreach ($key in $value.Keys) { (Json $key) + ':' + (Json $value[$key]) }
        return '{' + (@($pairs) -join ',') + '}'
    }
    if ($value -is [array]) { return '[' + (@(foreach ($one in $value) { Json $one }) -join ',') + ']' }
    if ($value -is [bool]) { return "$value".ToLower() }
    [Newtonsoft.Json.JsonConvert]::ToString([string] $value)
}
foreach ($file in [IO.Directory]::GetFiles($env:JEA, '*.ps*c', 'AllDirectories')) {
    [IO.Path]::GetFileName($file) + '|' + (Json (& ([scriptblock]::Create([IO.File]::ReadAllText($file)))))
}
"""
# In no file, though it can be sent: docs/jea.md says why.
WITHHELD = {("Move-CsUser", "Force"), ("Move-CsUser", "Report"), ("Import-Csv", "LiteralPath")}


def test_the_files_are_as_they_are_made() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "dev" / "jea.py", "--check"],
        env={"PYTHONPATH": str(COLLECTIONS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


@pytest.mark.parametrize(("side", "task"), CALLS)
def test_a_capability_lists_what_is_sent_and_nothing_else(side: Side, task: Task) -> None:
    keys = read_data((CAPABILITIES / f"{role_capability(side, task)}.psrc").read_text(encoding="utf-8"))
    sent = {cmdlet: set(parameters) for cmdlet, parameters in CALLS[side, task].items()}
    if (side, task) == (Side.ONLINE, Task.READ):
        sent[sign_in.CONNECT] = set(sign_in.PARAMETERS)
    for cmdlet, parameter in WITHHELD & {(cmdlet, each) for cmdlet, parameters in sent.items() for each in parameters}:
        sent[cmdlet].discard(parameter)
    sent.pop("Import-Csv", None)
    assert listed(keys) == sent
    assert keys["ModulesToImport"] == MODULES[side]
    assert not {"Confirm", "WhatIf"} & {each for parameters in listed(keys).values() for each in parameters}


def listed(keys: Mapping[str, Any]) -> dict[str, set[str]]:
    """What a role capability makes visible. Of Get-Module, that is what its own definition takes."""
    entries = [*keys.get("VisibleCmdlets", []), *keys.get("VisibleFunctions", [])]
    tables = [entry for entry in entries if isinstance(entry, dict)]
    defined = {"Get-Module": {"Name", "ListAvailable"}} if "Get-Module" in entries else {}
    for name in defined:
        assert keys["FunctionDefinitions"]["Name"] == name
    assert len(tables) + len(defined) == len(entries) == len({str(entry) for entry in entries})
    return {entry["Name"]: {each["Name"] for each in entry["Parameters"]} for entry in tables} | defined


def test_the_connection_names_the_file_that_holds_its_sign_in() -> None:
    assert f"{role_capability(Side.ONLINE, Task.READ)}.psrc" == sign_in.ROLE_CAPABILITY


def test_every_configuration_reads_and_only_reading_ones_never_write() -> None:
    found = read_configurations(JEA)
    assert len(found) == 10
    for name, restriction in found.items():
        verbs = {command.partition("-")[0] for command in restriction.visible}
        assert {"Get"} <= verbs
        assert (verbs <= {"Get", "Test", "Debug", "Connect"}) == name.endswith("read")


@pytest.mark.pwsh
def test_powershell_reads_the_same_in_them(tmp_path: Path) -> None:
    try:
        program = find_pwsh()
    except PwshMissing as missing:
        pytest.skip(str(missing))
    done = subprocess.run(
        [program, "-Command", READING], env={**os.environ, "JEA": str(JEA)}, capture_output=True, text=True, check=True
    )
    read = dict(line.split("|", 1) for line in done.stdout.splitlines())
    assert len(read) == 18
    for path in [*JEA.glob("*.pssc"), *CAPABILITIES.glob("*.psrc")]:
        assert json.loads(read[path.name]) == read_data(path.read_text(encoding="utf-8"))


def test_data_files_are_read() -> None:
    text = """
    <# all of it #> @{ # a comment with } and '
        Text = 'it''s'; Wide = "a ""b"" c"
        'Quoted key' = 1, -2.5
        Flags = $true, $False, $null
        Nested = @{ List = @('a'
            'b', @{ C = 'd' }) ; Empty = @() }
        Code = { if ($a -match '}"') { "{" } # }
        }
    }
    """
    found = read_data(text)
    code = found.pop("Code")
    assert isinstance(code, Script)
    assert code.strip().startswith("if ($a -match '}\"')")
    assert found == {
        "Text": "it's",
        "Wide": 'a "b" c',
        "Quoted key": [1, -2.5],
        "Flags": [True, False, None],
        "Nested": {"List": ["a", "b", {"C": "d"}], "Empty": []},
    }


@pytest.mark.parametrize(
    "text", ["", "'text'", "@{", "@{ A }", "@{ A = }", "@{ A = $env:X }", '@{ A = "$x" }', "@{} @{}", "@{ A = { }"]
)
def test_what_is_no_data_file_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(DataFileError, match="line 1: "):
        read_data(text)


@pytest.mark.parametrize(
    ("session", "capability", "words"),
    [
        ("SessionType = 'Default'", "", "s.pssc has no SessionType RestrictedRemoteServer"),
        ("ScriptsToProcess = 'a.ps1'", "", "s.pssc has the key scriptstoprocess, which the lab does not know"),
        (
            "RoleDefinitions = @{ 'A' = @{ RoleCapabilities = 'R' } }",
            None,
            "names the role capability R, but there is no",
        ),
        ("RoleDefinitions = @{ 'A' = @{ RoleCapabilities = 'R' } }", "VisibleCmdlets = 'Get-*'", "plain names only"),
        ("RoleDefinitions = @{ 'A' = @{ RoleCapabilities = 'R' } }", "VisibleCmdlets = $x", "R.psrc: line 1: "),
    ],
)
def test_what_the_lab_would_not_heed_is_refused(
    tmp_path: Path, session: str, capability: str | None, words: str
) -> None:
    kind = "" if session.startswith("SessionType") else "SessionType = 'RestrictedRemoteServer'; "
    (tmp_path / "s.pssc").write_text(f"@{{ {kind}{session} }}")
    if capability is not None:
        (tmp_path / "R.psrc").write_text(f"@{{ {capability} }}")
    with pytest.raises(DataFileError) as refused:
        read_configurations(tmp_path)
    assert words in str(refused.value)


def test_a_folder_without_configurations_is_an_error(tmp_path: Path) -> None:
    for folder, words in ((tmp_path, "There is no session configuration file"), (tmp_path / "no", "is no folder")):
        with pytest.raises(DataFileError, match=words):
            read_configurations(folder)


def test_who_has_several_capabilities_may_what_any_of_them_allows(tmp_path: Path) -> None:
    roles = "@{ 'A' = @{ RoleCapabilities = 'One', 'Two' }; 'B' = @{ RoleCapabilities = @('Three') } }"
    (tmp_path / "s.pssc").write_text(f"@{{ SessionType = 'RestrictedRemoteServer'; RoleDefinitions = {roles} }}")
    for name, entry in {
        "One": "@{ Name = 'Get-X'; Parameters = @{ Name = 'A'; ValidateSet = 'a' }, @{ Name = 'B'; ValidateSet = 'b' } }, 'Get-Y'",
        "Two": "@{ Name = 'Get-X'; Parameters = @(@{ Name = 'A'; ValidateSet = 'c' }, @{ Name = 'B' }) }",
        "Three": "@{ Name = 'Get-Y'; Parameters = @() }",
    }.items():
        (tmp_path / f"{name}.psrc").write_text(f"@{{ ModulesToImport = 'M'; VisibleCmdlets = {entry} }}")
    found = read_configurations(tmp_path)["s"]
    assert found.visible == {"Get-X": {"A": ("a", "c"), "B": ()}, "Get-Y": None}
    assert found.modules == ("M",)
