# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties in the shapes that versions of the modules give them (R74)."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.properties import (
    account_of,
    existing,
    flag,
    number,
    plans,
    text,
    texts,
)
from hypothesis import given
from hypothesis import strategies as st


def test_a_null_counts_only_where_the_property_is_known_to_exist() -> None:
    row: dict[str, object] = {
        "SipAddress": "sip:a@x.com",
        "TeamsUpgradePolicy": None,
        "RegistrarPool": None,
        "Enabled": False,
    }
    assert existing(row, frozenset(("SipAddress", "TeamsUpgradePolicy"))) == {
        "SipAddress": "sip:a@x.com",
        "TeamsUpgradePolicy": None,
        "Enabled": False,
    }
    assert existing(row, None) == row


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ({"N": " a "}, "a"),
        ({"N": ""}, ""),
        ({"N": None}, ""),
        ({"N": 7}, "7"),
        ({"n": "a"}, None),
        ({}, None),
        # Objects that print as their name, in a projection.
        ({"N": {"FriendlyName": "pool01.contoso.com", "Port": 5061}}, "pool01.contoso.com"),
        ({"N": {"DistinguishedName": "CN=Alice", "ObjectGuid": "1"}}, "CN=Alice"),
        ({"N": {"Name": None}}, ""),
        ({"N": {"Port": 5061}}, None),
        ({"N": ["a"]}, "a"),
        ({"N": []}, ""),
    ],
)
def test_a_text_that_is_empty_is_not_one_that_does_not_exist(row: dict[str, object], read: str | None) -> None:
    assert text(row, "N") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (True, True),
        (False, False),
        ("True", True),
        (" false ", False),
        ("", None),
        (None, None),
        ("yes", None),
        (1, None),
    ],
)
def test_a_boolean_is_read_from_text_too_and_never_guessed(value: object, read: bool | None) -> None:
    assert flag({"N": value}, "N") is read
    assert flag({}, "N") is None


@pytest.mark.parametrize(
    ("value", "read"), [(3, 3), ("3", 3), (0, 0), ("", None), (None, None), ("many", None), (True, None), ("3.5", None)]
)
def test_a_number_is_read_from_text_too(value: object, read: int | None) -> None:
    assert number({"N": value}, "N") == read
    assert number({}, "N") is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (["a", "b"], ("a", "b")),
        ("a", ("a",)),
        ([], ()),
        (None, ()),
        ("", ()),
        ([None, "", {}, "a"], ("a",)),
        ([{"ErrorCode": "X1", "Description": "bad", "More": None}], ("ErrorCode: X1; Description: bad",)),
        ({"ErrorCode": "X1"}, ("ErrorCode: X1",)),
        ({"ErrorCode": "X1", "Description": ""}, ("ErrorCode: X1",)),
    ],
)
def test_texts_come_as_lists_single_or_as_objects(value: object, read: tuple[str, ...]) -> None:
    assert texts({"N": value}, "N") == read
    assert texts({}, "N") is None


@pytest.mark.parametrize("value", ["System.Object[]", "System.Collections.Generic.List`1[UserValidationError]"])
def test_a_list_of_which_only_its_type_has_arrived_is_not_known(value: str) -> None:
    assert texts({"N": value}, "N") is None


def test_a_plan_in_its_period_of_grace_is_in_use() -> None:
    row: dict[str, object] = {"AssignedPlan": [{"Capability": "Teams", "CapabilityStatus": "Warning"}]}
    assert plans(row) == frozenset(("Teams",))
    row = {"AssignedPlan": [{"Capability": "Teams", "CapabilityStatus": "Suspended"}]}
    assert plans(row) == frozenset()


def as_objects(held: dict[str, str]) -> object:
    """Modules since 3.0."""
    return [
        {"Capability": plan, "CapabilityStatus": status, "ServiceInstance": "NOAM"} for plan, status in held.items()
    ]


def as_json(held: dict[str, str]) -> object:
    """The same as JSON text."""
    return json.dumps(as_objects(held))


def as_json_each(held: dict[str, str]) -> object:
    """A list of JSON texts."""
    listed = as_objects(held)
    assert isinstance(listed, list)
    return [json.dumps(each) for each in listed]


def as_xml_each(held: dict[str, str]) -> object:
    """A list of XML documents, one per plan: modules before 3.0."""
    return [
        f'<XmlValueAssignedPlan><Plan CapabilityStatus="{status}" xmlns="http://schemas.microsoft.com/online/directoryservices/change">'
        f'<Capability><Capability Plan="{plan}" xmlns="http://schemas.microsoft.com/online/MCO/2009/01" /></Capability>'
        "</Plan></XmlValueAssignedPlan>"
        for plan, status in held.items()
    ]


def as_one_xml(held: dict[str, str]) -> object:
    """One XML document with every plan."""
    inner = "".join(
        f'<Plan CapabilityStatus="{status}"><Capability><Capability Plan="{plan}"/></Capability></Plan>'
        for plan, status in held.items()
    )
    return f"<Plans>{inner}</Plans>"


SHAPES = [as_objects, as_json, as_json_each, as_xml_each, as_one_xml]
KNOWN = ["Teams", "MCOProfessional", "MCOEV", "MCOMEETADD"]


@given(
    st.dictionaries(
        st.sampled_from([*KNOWN, "teams", "SHAREPOINTSTANDARD"]),
        st.sampled_from(["Enabled", "enabled", "Deleted", "Suspended"]),
    )
)
def test_r74_every_shape_of_the_plans_says_the_same(held: dict[str, str]) -> None:
    spelled = {"teams": "Teams"}
    enabled = frozenset(spelled.get(plan, plan) for plan, status in held.items() if status.lower() == "enabled")
    for shape in SHAPES:
        assert plans({"AssignedPlan": shape(held)}) == enabled, shape.__doc__


@pytest.mark.parametrize("value", [None, "", [], "[]", "{}"])
def test_r21_a_user_without_plans_has_none(value: object) -> None:
    assert plans({"AssignedPlan": value}) == frozenset()


@pytest.mark.parametrize("row", [{}, {"FeatureTypes": ["Teams", "PhoneSystem"]}])
def test_r21_plans_that_do_not_exist_are_not_known(row: dict[str, object]) -> None:
    assert plans(row) is None


@pytest.mark.parametrize(
    "value",
    [
        '[{"Capability": "Teams"',
        "<Plan",
        ["<Plan>"],
        '{"Capability',
        # Objects of which only the text has arrived.
        ["Microsoft.Rtc.Management.AssignedPlan", "Microsoft.Rtc.Management.AssignedPlan"],
        ["AssignedPlan"],
        ["@{Capability=Teams; CapabilityStatus=Enabled}"],
        "System.Object[]",
        [{"ServiceInstance": "NOAM"}],
    ],
)
def test_r21_plans_that_cannot_be_read_are_not_known_rather_than_missing(value: object) -> None:
    assert plans({"AssignedPlan": value, "FeatureTypes": ["Teams"]}) is None


def test_features_add_to_the_plans() -> None:
    row: dict[str, object] = {"AssignedPlan": as_objects({"MCOProfessional": "Enabled"})}
    row["FeatureTypes"] = ["Teams", "phonesystem", "AudioConferencing", "CallingPlan"]
    assert plans(row) == frozenset(("MCOProfessional", "Teams", "MCOEV", "MCOMEETADD"))


def test_plans_as_plain_names_are_enabled_ones() -> None:
    assert plans({"AssignedPlan": ["teams", "MCOProfessional "]}) == frozenset(("Teams", "MCOProfessional"))


@pytest.mark.parametrize(
    "value",
    [
        ' [{"Capability": "Teams", "CapabilityStatus": "Enabled"}]',
        '\n{"Capability": "Teams"}',
        ' <Plan CapabilityStatus="Enabled" Plan="Teams"/>',
        {"Plan": "Teams", "CapabilityStatus": "Enabled"},
        [{"plan": "Teams"}, {"Plan": "MCOEV", "CapabilityStatus": "Deleted"}],
        ["", None, "Teams"],
    ],
)
def test_r74_plans_are_read_with_white_space_before_them_or_by_another_name(value: object) -> None:
    assert plans({"AssignedPlan": value}) == frozenset(("Teams",))


@pytest.mark.parametrize(
    ("row", "account"),
    [
        ({"Identity": "CN=Alice", "SipAddress": "sip:alice@contoso.com"}, "CN=Alice"),
        (
            {"SipAddress": "SIP:Alice@contoso.com", "UserPrincipalName": "Alice@fabrikam.com"},
            ("alice@contoso.com", "alice@fabrikam.com"),
        ),
        ({"Identity": "", "SipAddress": "sip:alice@contoso.com"}, ("alice@contoso.com", "")),
        ({"Identity": None, "UserPrincipalName": "alice@fabrikam.com"}, ("", "alice@fabrikam.com")),
    ],
)
def test_an_account_is_told_by_its_identity_else_by_its_addresses(row: dict[str, object], account: object) -> None:
    assert account_of(row) == account


def test_of_two_texts_neither_is_taken_for_the_property() -> None:
    assert text({"N": ["a"]}, "N") == "a"
    assert text({"N": ["a", "b"]}, "N") not in ("a", "b", "")
