# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host offers, asked in one pipeline."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Export
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.capabilities import (
    offers_in,
    projects_freely,
    question,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.clixml import Value


def row(name: str, module: str, kind: str = "Cmdlet", parameters: dict[str, Value] | None = None) -> dict[str, Value]:
    return {"Name": name, "ModuleName": module, "CommandType": kind, "Parameters": parameters or {}}


def test_names_are_asked_for_once_and_missing_ones_are_no_error() -> None:
    command = question(["B-X", "A-X", "B-X"])
    assert command.parameters == {"Name": ["A-X", "B-X"], "ErrorAction": "SilentlyContinue"}
    assert command.select == ("Name", "ModuleName", "CommandType", "Parameters")


def test_modules_that_are_known_are_asked_by_their_names() -> None:
    assert question(["A-X"], ["One", "Two"]).parameters["Name"] == ["A-X", "One\\A-X", "Two\\A-X"]


def test_each_command_of_each_module_is_listed_once() -> None:
    rows: list[Value] = [
        row("Get-CsUser", "SkypeForBusiness", parameters={"Identity": None, "Filter": None}),
        row("get-csuser", "skypeforbusiness"),
        row("Get-CsUser", "Other", "Function"),
        row("Move-CsUser", "", "Function"),
        "noise",
    ]
    assert offers_in(rows) == [
        Export("Get-CsUser", "SkypeForBusiness", "Cmdlet", ("Identity", "Filter")),
        Export("Get-CsUser", "Other", "Function", ()),
        Export("Move-CsUser", "", "Function", ()),
    ]


@pytest.mark.parametrize(("kind", "freely"), [("Cmdlet", True), ("Function", False)])
def test_the_proxy_of_a_restricted_endpoint_does_not_project(kind: str, freely: bool) -> None:
    assert projects_freely(offers_in([row("Select-Object", "", kind)])) is freely


def test_without_select_object_nothing_projects() -> None:
    assert not projects_freely([])
