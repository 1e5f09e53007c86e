# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of a request become what PowerShell binds, and secrets stay secret."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Command, without_secrets
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.clixml import value_of
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.parameters import bound, needs_key
from hypothesis import given
from hypothesis import strategies as st
from pypsrp.serializer import Serializer

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda values: st.lists(values, max_size=4),
    max_leaves=8,
)

CREDENTIAL = {"type": "credential", "user": "admin", "password": "hush-hush"}
SECRET = {"type": "secret", "value": "hush-hush"}


def sent(value: Any) -> str:
    element = Serializer().serialize(bound(value))
    assert element is not None
    return ET.tostring(element, encoding="unicode")


@given(VALUES)
def test_what_is_sent_is_what_was_asked_for(value: Any) -> None:
    assert value_of(sent(value)) == value


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        (True, "B"),
        (False, "B"),
        (1, "I32"),
        (2**31, "I64"),
        (-(2**31), "I32"),
        (-(2**31) - 1, "I64"),
        (0.5, "Db"),
        ("", "S"),
    ],
)
def test_a_value_keeps_its_type(value: Any, tag: str) -> None:
    assert ET.fromstring(sent(value)).tag == tag


def test_a_date_travels_as_a_date() -> None:
    assert sent({"type": "datetime", "value": "2026-11-23T10:00:00Z"}) == "<DT>2026-11-23T10:00:00+00:00</DT>"


@pytest.mark.parametrize(
    "value",
    [
        "a\ud800b",
        "\uffff",
        ["fine", "\ufffe"],
        2**63,
        {"type": "datetime", "value": "yesterday"},
        {"type": "credential", "user": "admin"},
        {"type": "script", "value": "Get-Date"},
        {"no": "type"},
        ("tuple",),
    ],
)
def test_what_has_no_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"parameter|isoformat"):
        bound(value)


def test_an_incomplete_credential_is_refused_without_being_named() -> None:
    with pytest.raises(ValueError, match="not complete") as error:
        bound({"type": "credential", "user": "admin", "pass": "hush-hush"})
    assert "hush-hush" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "needed"), [(CREDENTIAL, True), (SECRET, True), ([1, SECRET], True), ("x", False), (None, False)]
)
def test_only_a_secret_needs_a_key(value: Any, needed: bool) -> None:
    assert needs_key(value) is needed


def test_a_request_is_logged_without_its_secrets() -> None:
    commands = [{"name": "Move-CsUser", "parameters": {"Identity": "a", "Credential": CREDENTIAL, "More": [SECRET]}}]
    shown = without_secrets({"read_only": False, "commands": commands})
    assert "hush-hush" not in str(shown)
    assert "Identity" in str(shown)
    assert "admin" not in str(shown)


def test_a_command_shows_no_values_when_printed() -> None:
    command = Command.from_request(
        {"name": "Move-CsUser", "parameters": {"Credential": CREDENTIAL}, "input": ["alice"]}
    )
    assert "hush-hush" not in repr(command)
    assert "alice" not in repr(command)
