# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serialized PowerShell objects become values of JSON."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.clixml import Value, text_of, value_of
from hypothesis import given
from hypothesis import strategies as st

ENUM = "<TN RefId='1'><T>System.DayOfWeek</T><T>System.Enum</T><T>System.Object</T></TN>"
PLAN = "<TN RefId='2'><T>Deserialized.Microsoft.Teams.AssignedPlan</T><T>System.Object</T></TN>"


@pytest.mark.parametrize(
    ("clixml", "value"),
    [
        ("<Nil/>", None),
        ("<B>true</B>", True),
        ("<B>false</B>", False),
        ("<I32>-5</I32>", -5),
        ("<U64>18446744073709551615</U64>", 18446744073709551615),
        ("<Db>1.5</Db>", 1.5),
        ("<Db>INF</Db>", "INF"),
        ("<Sg>NaN</Sg>", "NaN"),
        ("<D>12.50</D>", 12.5),
        ("<C>97</C>", "a"),
        ("<S/>", ""),
        ("<S>a_x000A_b_x005F_x000A_</S>", "a\nb_x000A_"),
        ("<S>_xD83D__xDE00_</S>", "\U0001f600"),
        ("<DT>2020-01-02T03:04:05.1234567+01:00</DT>", "2020-01-02T03:04:05.1234567+01:00"),
        ("<G>00000000-0000-0000-0000-000000000000</G>", "00000000-0000-0000-0000-000000000000"),
        ("<Version>7.0.2046.0</Version>", "7.0.2046.0"),
        ("<BA>AQI=</BA>", "AQI="),
        ("<SS>ZW5jcnlwdGVk</SS>", None),
    ],
)
def test_a_primitive_is_itself(clixml: str, value: Value) -> None:
    assert value_of(clixml) == value


def test_an_enum_is_its_name() -> None:
    assert value_of(f"<Obj RefId='0'>{ENUM}<ToString>Monday</ToString><I32>1</I32></Obj>") == "Monday"


def test_a_type_said_once_holds_where_it_is_referred_to() -> None:
    first = f"<Obj RefId='1'>{ENUM}<ToString>Monday</ToString><I32>1</I32></Obj>"
    second = "<Obj RefId='2'><TNRef RefId='1'/><ToString>Sunday</ToString><I32>0</I32></Obj>"
    assert value_of(f"<Obj RefId='0'><LST>{first}{second}</LST></Obj>") == ["Monday", "Sunday"]


def test_an_object_is_its_adapted_and_extended_properties() -> None:
    clixml = (
        f"<Obj RefId='0'>{PLAN}<ToString>a plan</ToString>"
        "<Props><S N='Name'>TEAMS1</S><S N='State'>adapted</S></Props><MS><S N='State'>extended</S></MS></Obj>"
    )
    assert value_of(clixml) == {"Name": "TEAMS1", "State": "extended"}


def test_an_object_without_properties_is_its_text() -> None:
    assert value_of(f"<Obj RefId='0'>{PLAN}<ToString>a plan</ToString></Obj>") == "a plan"


def test_nothing_has_no_type() -> None:
    assert value_of("<Obj RefId='0'/>") is None


def test_an_empty_object_stays_one() -> None:
    assert value_of(f"<Obj RefId='0'>{PLAN}</Obj>") == {}


def test_a_date_with_notes_is_the_date() -> None:
    clixml = "<Obj RefId='0'><DT>2020-01-02T03:04:05Z</DT><MS><S N='DisplayHint'>DateTime</S></MS></Obj>"
    assert value_of(clixml) == "2020-01-02T03:04:05Z"


@pytest.mark.parametrize("tag", ["LST", "IE", "QUE", "STK"])
def test_a_collection_of_any_type_is_a_list(tag: str) -> None:
    plans = f"<Obj RefId='1'>{PLAN}<MS><S N='Name'>a</S></MS></Obj><Nil/><S>b</S>"
    assert value_of(f"<Obj RefId='0'>{PLAN}<{tag}>{plans}</{tag}></Obj>") == [{"Name": "a"}, None, "b"]


def test_a_dictionary_has_text_as_keys() -> None:
    entries = "<En><S N='Key'>a</S><I32 N='Value'>1</I32></En><En><I32 N='Key'>2</I32><Nil N='Value'/></En>"
    assert value_of(f"<Obj RefId='0'><DCT>{entries}</DCT></Obj>") == {"a": 1, "2": None}


def test_the_same_object_twice_is_read_twice() -> None:
    shared = f"<Obj N='One' RefId='1'>{PLAN}<MS><S N='Name'>a</S></MS></Obj><Ref N='Two' RefId='1'/>"
    assert value_of(f"<Obj RefId='0'><MS>{shared}</MS></Obj>") == {"One": {"Name": "a"}, "Two": {"Name": "a"}}


def test_an_object_inside_itself_ends() -> None:
    assert value_of(f"<Obj RefId='0'>{PLAN}<MS><Ref N='Parent' RefId='0'/></MS></Obj>") == {"Parent": None}


def test_everything_is_json() -> None:
    text = value_of("<Obj RefId='0'><LST><Db>INF</Db><Sg>NaN</Sg><Nil/></LST></Obj>")
    assert json.loads(json.dumps(text, allow_nan=False)) == ["INF", "NaN", None]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_out_of_its_escapes(text: str) -> None:
    units = text.encode("utf-16-be")
    escaped = "".join(f"_x{units[at : at + 2].hex()}_" for at in range(0, len(units), 2))
    assert text_of(escaped) == text
