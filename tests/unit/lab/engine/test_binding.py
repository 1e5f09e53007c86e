# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Binding of arguments: names, positions, types, sets, as PowerShell does it."""

from __future__ import annotations

import datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.unit.lab.engine.clients import Client
from tests.unit.lab.engine.trial import WHEN, Trial

GUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
NAMES = [
    ("Identity", {"Identity": "x"}),
    ("IDENTITY", {"Identity": "x"}),
    ("Ident", {"Identity": "x"}),
    ("Fi", {"Filter": "x"}),
    ("Pool", {"Pool": "x"}),
    ("Verb", {"Verb": "x"}),
    ("Ver", {"Verb": "x"}),
]
VALUES = [
    ("Identity", 5, "5"),
    ("Identity", True, "True"),
    ("Identity", 2.5, "2.5"),
    ("Identity", None, ""),
    ("Identity", ["a", None, 5, True, {"x": 1}], "a  5 True System.Collections.Hashtable"),
    ("Pool", None, ""),
    ("Flag", True, True),
    ("Flag", 0, False),
    ("Flag", 2.5, True),
    ("Id", GUID, GUID),
    ("Id", GUID.upper(), GUID),
    ("When", "2026-01-02", datetime.datetime(2026, 1, 2)),
    ("When", "01/02/2026 03:04:05", datetime.datetime(2026, 1, 2, 3, 4, 5)),
    ("Url", "http://x/y", "http://x/y"),
    ("Url", None, None),
    ("Many", "a", ["a"]),
    ("Many", ["a", "b"], ["a", "b"]),
    ("Many", [None], [""]),
    ("Many", [], []),
    ("Many", 5, ["5"]),
    ("Many", None, None),
    ("Int", "5", 5),
    ("Int", " 7 ", 7),
    ("Int", "0x10", 16),
    ("Int", "", 0),
    ("Int", None, 0),
    ("Int", 2.5, 2),
    ("Int", 3.5, 4),
    ("Int", "-3", -3),
    ("Int", True, 1),
    ("Count", 5, 5),
    ("Table", {"a": "b"}, {"a": "b"}),
    ("Table", None, None),
    ("Any", "x", "x"),
    ("Any", None, None),
    ("Any", ["a", 1], ["a", 1]),
    ("Any", 5, 5),
    ("Choice", "Alpha", "Alpha"),
    ("Choice", "bETA", "bETA"),
    ("Force", True, True),
    ("Force", False, False),
    ("Force", None, False),
    ("OnLyncServer", True, True),
    ("Credential", None, None),
]


@pytest.mark.parametrize(("name", "bound"), NAMES)
def test_names_in_any_case_and_abbreviated(client: Client, trial: Trial, name: str, bound: dict[str, object]) -> None:
    assert client.ask("Get-CsThing", {name: "x"}).errors == []
    assert trial.calls[0].parameters == bound


@pytest.mark.parametrize(("name", "value", "bound"), VALUES)
def test_values_become_what_the_parameter_wants(
    client: Client, trial: Trial, name: str, value: object, bound: object
) -> None:
    assert client.ask("Get-CsThing", {name: value}).errors == []
    ((arrived,),) = [call.parameters.values() for call in trial.calls]
    assert arrived == bound
    assert type(arrived) is type(bound)


def test_a_date_arrives_as_a_date(client: Client, trial: Trial) -> None:
    date = ElementTree.Element("DT")
    date.text = WHEN.isoformat()
    assert client.ask("Get-CsThing", {"When": date}).errors == []
    assert trial.calls[0].parameters == {"When": WHEN}


POSITIONS: list[tuple[str, list[tuple[str | None, object]], dict[str, object]]] = [
    ("Get-CsThing", [(None, "x")], {"Identity": "x"}),
    ("Move-CsThing", [(None, "x"), (None, "t"), ("Confirm", False)], {"Identity": "x", "Target": "t"}),
    ("Move-CsThing", [(None, "x"), ("Target", "t"), ("Confirm", False)], {"Identity": "x", "Target": "t"}),
    ("Move-CsThing", [(None, "t"), ("Identity", "x"), ("Confirm", False)], {"Identity": "x", "Target": "t"}),
    ("Grant-CsThing", [(None, "x"), (None, "p")], {"Identity": "x", "PolicyName": "p"}),
    ("Grant-CsThing", [("Global", True), (None, "p")], {"Global": True, "PolicyName": "p"}),
]


@pytest.mark.parametrize(("cmdlet", "arguments", "bound"), POSITIONS)
def test_positions(
    client: Client, trial: Trial, cmdlet: str, arguments: list[tuple[str | None, object]], bound: dict[str, object]
) -> None:
    assert client.ask(cmdlet, arguments).errors == []
    assert trial.calls[0].parameters == bound


SETS: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("Get-CsThing", {}, {}),
    ("Get-CsThing", {"Filter": "f"}, {"Filter": "f"}),
    ("Grant-CsThing", {}, {}),
    ("Grant-CsThing", {"PolicyName": None}, {"PolicyName": ""}),
    ("Grant-CsThing", {"Global": False}, {"Global": False}),
    ("Grant-CsThing", {"Group": "g", "PolicyName": "p"}, {"Group": "g", "PolicyName": "p"}),
    ("Move-CsThing", {"UserList": "u", "Target": "t", "Confirm": False}, {"UserList": "u", "Target": "t"}),
    ("Test-CsBothMandatory", {"A": "a"}, {"A": "a"}),
    ("Test-CsOneMandatory", {"Z": "z"}, {"Z": "z"}),
    ("Test-CsNoneMandatory", {"B": "b"}, {"B": "b"}),
    ("Test-CsPipedSets", {"B": "b"}, {"B": "b"}),
    ("Test-CsContent", {"Object": "", "Texts": "t"}, {"Object": "", "Texts": ["t"]}),
    ("Test-CsContent", {"Object": [], "Texts": "t"}, {"Object": [], "Texts": ["t"]}),
]


@pytest.mark.parametrize(("cmdlet", "parameters", "bound"), SETS)
def test_sets(client: Client, trial: Trial, cmdlet: str, parameters: dict[str, Any], bound: dict[str, Any]) -> None:
    assert client.ask(cmdlet, parameters).errors == []
    assert trial.calls[0].parameters == bound
