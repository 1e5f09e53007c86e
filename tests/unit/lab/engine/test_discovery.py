# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host can be asked about itself: commands with their parameters, modules, and what it does not have."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Front

from tests.unit.lab.engine.clients import Client, opened
from tests.unit.lab.engine.trial import BOTH, ONLINE, Trial

NOT_FOUND, NOT_INSTALLED, INVALID_DATA = 13, 21, 6
CAPABILITIES = ("Select-Object", {"Property": ["Name", "ModuleName", "CommandType", "Parameters"]})
COMMON = {
    "Verbose",
    "Debug",
    "ErrorAction",
    "WarningAction",
    "InformationAction",
    "ErrorVariable",
    "WarningVariable",
    "InformationVariable",
    "OutVariable",
    "OutBuffer",
    "PipelineVariable",
}
UNKNOWN = (
    "The term '{}' is not recognized as a name of a cmdlet, function, script file, or executable program.\nCheck the "
    "spelling of the name, or if a path was included, verify that the path is correct and try again."
)


def test_capabilities_in_one_pipeline(front: Front) -> None:
    names = ["Get-CsThing", "Nope-CsThing", "Move-CsThing", "Get-CsTenant", "Select-Object"]
    with opened(front[BOTH]) as client:
        answer = client.ask("Get-Command", {"Name": names, "ErrorAction": "SilentlyContinue"}, CAPABILITIES)
    assert (answer.state, answer.errors) == ("completed", [])
    commands = {command["Name"]: command for command in answer.output}
    assert list(commands) == ["Get-CsThing", "Move-CsThing", "Get-CsTenant", "Select-Object"]
    move = commands["Move-CsThing"]
    assert (move["ModuleName"], move["CommandType"]) == ("SkypeForBusiness", "Function")
    own = {"Identity", "Target", "UserList", "WhatIf", "Confirm"}
    assert set(move["Parameters"]) - {"ProgressAction"} == COMMON | own
    assert commands["Get-CsTenant"]["ModuleName"] == "MicrosoftTeams"
    assert set(commands["Get-CsTenant"]["Parameters"]) - {"ProgressAction"} == COMMON | {"Identity"}
    select = commands["Select-Object"]
    assert (select["ModuleName"], select["CommandType"]) == ("Microsoft.PowerShell.Utility", "Cmdlet")


def test_parameters_are_described(client: Client) -> None:
    (command,) = client.ask("Get-Command", {"Name": "Get-CsThing"}, CAPABILITIES).output
    described = command["Parameters"]["OnModernServer"]
    assert (described.name, list(described.aliases), described.switch_parameter) == (
        "OnModernServer",
        ["OnLyncServer"],
        True,
    )


def test_a_command_that_is_not_there_is_an_error(client: Client) -> None:
    answer = client.ask(
        "Get-Command", {"Name": ["Nope-CsThing", "Get-CsThing"]}, ("Select-Object", {"Property": "Name"})
    )
    assert [command["Name"] for command in answer.output] == ["Get-CsThing"]
    error = answer.error
    assert (answer.state, error.category, error.target) == ("completed", NOT_FOUND, "Nope-CsThing")
    assert error.error_id == "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand"
    assert error.message == UNKNOWN.format("Nope-CsThing")


def test_qualified_names_are_exact(front: Front) -> None:
    with opened(front[BOTH]) as client:
        for module in ("SkypeForBusiness", "MicrosoftTeams"):
            name = f"{module}\\Get-CsThing"
            (command,) = client.ask("Get-Command", {"Name": name}, CAPABILITIES).output
            assert command["ModuleName"] == module
        for name in ("MicrosoftTeams\\Move-CsThing", "Nope\\Get-CsThing"):
            assert client.ask("Get-Command", {"Name": name}).error.message == UNKNOWN.format(name)


def test_wildcards(front: Front) -> None:
    projection = ("Select-Object", {"Property": ["Name", "ModuleName"]})
    with opened(front[BOTH]) as client:
        found = client.ask("Get-Command", {"Name": "*-csth?ng"}, projection).output
        none = client.ask("Get-Command", {"Name": "Nope*"})
    assert sorted((command["Name"], command["ModuleName"]) for command in found) == [
        ("Get-CsThing", "MicrosoftTeams"),
        ("Get-CsThing", "SkypeForBusiness"),
        ("Grant-CsThing", "SkypeForBusiness"),
        ("Move-CsThing", "SkypeForBusiness"),
    ]
    assert (none.output, none.errors) == ([], [])


def test_the_commands_of_a_module(front: Front) -> None:
    with opened(front[BOTH]) as client:
        found = client.ask("Get-Command", {"Module": "MicrosoftTeams"}, ("Select-Object", {"Property": "Name"})).output
    assert [command["Name"] for command in found] == ["Get-CsTenant", "Get-CsThing"]


@pytest.mark.parametrize("name", ["", None, []])
def test_no_name(client: Client, name: object) -> None:
    error = client.ask("Get-Command", {"Name": name}).error
    assert error.error_id == "ParameterArgumentValidationError,Microsoft.PowerShell.Commands.GetCommandCommand"
    assert error.category == INVALID_DATA


def test_unknown_commands(client: Client) -> None:
    answer = client.ask("Nope-CsThing", {"Identity": "x"})
    error = answer.error
    assert (answer.state, error.message) == ("failed", UNKNOWN.format("Nope-CsThing"))
    assert (error.error_id, error.category, error.target) == ("CommandNotFoundException", NOT_FOUND, "Nope-CsThing")
    assert error.summary == "ObjectNotFound: (Nope-CsThing:String) [], CommandNotFoundException"
    assert client.ask("SkypeForBusiness\\Nope-CsThing").error.message == UNKNOWN.format(
        "SkypeForBusiness\\Nope-CsThing"
    )
    later = client.ask("Get-CsThing", {}, ("Nope-CsThing", {}))
    assert (later.state, later.error.error_id) == ("failed", "CommandNotFoundException")


def test_a_command_of_a_module_that_is_not_installed(front: Front) -> None:
    with opened(front[ONLINE]) as client:
        error = client.ask("SkypeForBusiness\\Move-CsThing", {"Identity": "x"}).error
    assert (error.error_id, error.category) == ("CouldNotAutoLoadModule", NOT_FOUND)
    assert error.message.startswith("The module 'SkypeForBusiness' could not be loaded.")


def test_importing_a_module(front: Front) -> None:
    with opened(front[ONLINE]) as client:
        assert client.ask("Get-Module", {"Name": "MicrosoftTeams"}).output == []
        answer = client.ask("Import-Module", {"Name": "microsoftteams"})
        assert (answer.state, answer.output, answer.errors) == ("completed", [], [])
        projection = ("Select-Object", {"Property": ["Name", "Version"]})
        (module,) = client.ask("Get-Module", {"Name": "Microsoft[T]eams"}, projection).output
    assert (module["Name"], module["Version"]) == ("MicrosoftTeams", "7.1.0")


def test_importing_takes_its_time_once(front: Front, trial: Trial) -> None:
    with opened(front[ONLINE]) as client:
        client.ask("Get-Module")
        trial.import_seconds = 1.5
        first, again = (client.ask("Import-Module", {"Name": "MicrosoftTeams"}).seconds for _dummy in range(2))
        assert first >= 1.5 > again
    with opened(front[ONLINE]) as client:
        assert client.ask("Get-CsTenant").seconds >= 1.5


def test_importing_a_module_that_is_not_installed(client: Client) -> None:
    answer = client.ask("Import-Module", {"Name": ["Nope", "SkypeForBusiness"]})
    error = answer.error
    assert (answer.state, error.category, error.target) == ("completed", NOT_INSTALLED, "Nope")
    assert error.error_id == "Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand"
    assert error.exception == "System.IO.FileNotFoundException"
    assert error.summary == "ResourceUnavailable: (Nope:String) [Import-Module], FileNotFoundException"
    assert error.message == (
        "The specified module 'Nope' was not loaded because no valid module file was found in any module directory."
    )
    assert client.ask("Import-Module", {"Name": "Nope", "ErrorAction": "Stop"}).state == "failed"
    assert client.ask("Import-Module", {"Name": "Nope", "ErrorAction": "SilentlyContinue"}).errors == []


def test_import_module_binds_like_a_compiled_cmdlet(client: Client) -> None:
    missing = client.ask("Import-Module").error
    assert missing.error_id == "MissingMandatoryParameter,Microsoft.PowerShell.Commands.ImportModuleCommand"
    passed = client.ask(
        "Import-Module", [(None, "SkypeForBusiness"), ("PassThru", True)], ("Select-Object", {"Property": "Name"})
    )
    assert [module["Name"] for module in passed.output] == ["SkypeForBusiness"]


def test_installed_modules(front: Front) -> None:
    with opened(front[BOTH]) as client:
        names = {"Name": ["SkypeForBusiness", "MicrosoftTeams", "Nope"], "ListAvailable": True}
        found = client.ask("Get-Module", names, ("Select-Object", {"Property": ["Name", "ModuleType"]})).output
    assert [(module["Name"], module["ModuleType"]) for module in found] == [
        ("MicrosoftTeams", "Script"),
        ("SkypeForBusiness", "Script"),
    ]
