# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which commands there are, and which of them only read."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import (
    Answer,
    Command,
    ErrorRecord,
    State,
)


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("Get-CsUser", True),
        ("get-csuser", True),
        ("Test-CsOnlineUser", True),
        ("Find-CsOnlineThing", True),
        ("Debug-CsPinPolicy", True),
        ("Select-Object", True),
        ("Import-Module", True),
        ("Connect-MicrosoftTeams", True),
        ("Disconnect-MicrosoftTeams", True),
        ("Move-CsUser", False),
        ("Grant-CsTeamsUpgradePolicy", False),
        ("Set-CsUser", False),
        ("Start-CsExMeetingMigration", False),
        ("Invoke-CsUcsRollback", False),
        ("Export-CsConfiguration", False),
        ("Getx-CsUser", False),
    ],
)
def test_the_verb_tells_whether_a_command_reads(name: str, reads: bool) -> None:
    assert Command(name).reads is reads


@pytest.mark.parametrize(
    "name", ["", "Get-", "dir", "C:\\evil.ps1", "Get-CsUser; Remove-Item", "Get-CsUser\n", "M\\Get-CsUser", "Get-Cs*"]
)
def test_a_name_is_nothing_but_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="Verb-Noun"):
        Command(name)


@pytest.mark.parametrize(
    "module", ["", "a b", "..\\evil", "C:\\m.psm1", "..", ".", "-x", "a/b", "a*", "SfB-Remote\n", "Bücher"]
)
def test_a_module_is_nothing_but_a_name(module: str) -> None:
    with pytest.raises(ValueError, match="module"):
        Command("Get-CsUser", module=module)


@pytest.mark.parametrize("module", ["SfB-Remote", "tmp_0a1b2c3d.x4y", "Teams.Tools-2", "_1"])
def test_a_module_may_have_a_hyphen_in_its_name(module: str) -> None:
    assert Command("Get-CsUser", module=module).full_name == f"{module}\\Get-CsUser"


def test_a_known_module_qualifies_the_name() -> None:
    assert Command("Get-CsUser", module="SkypeForBusiness").full_name == "SkypeForBusiness\\Get-CsUser"
    assert Command("Get-CsUser").full_name == "Get-CsUser"


def test_a_request_becomes_a_command() -> None:
    request = {"name": "Get-CsUser", "module": None, "parameters": None, "input": ["a"], "select": ["X"], "timeout": 3}
    assert Command.from_request(request) == Command("Get-CsUser", input=("a",), select=("X",), timeout=3.0)


@pytest.mark.parametrize("request_", [None, [], {}, {"name": 3}])
def test_what_has_no_name_is_no_command(request_: object) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        Command.from_request(request_)


def test_an_answer_travels_with_what_is_read_of_it_and_with_how_long_it_took() -> None:
    given = Answer(State.FAILED, ({"a": 1},), (ErrorRecord("It broke.", "Id", "OpenError"),), ("Odd.",), 1.5, "sfb01")
    reply = given.to_reply(7)
    assert reply == {
        "index": 7,
        "state": "failed",
        "output": ({"a": 1},),
        "errors": [{"message": "It broke.", "id": "Id", "category": "OpenError"}],
        "warnings": ("Odd.",),
        "seconds": 1.5,
        "by": "sfb01",
    }
    assert Answer.from_reply(json.loads(json.dumps(reply))) == given
