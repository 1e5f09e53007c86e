# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the comparisons of a filter mean, value by value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Thing
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.filters import (
    ONLINE_OPERATORS,
    Dialect,
    FilterError,
    named_by,
    parse_filter,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.ldap import parse_ldap

THEN = datetime(2026, 12, 1, tzinfo=UTC)


def holds(text: str, value: object, operators: tuple[str, ...] | None = None) -> bool:
    dialect = Dialect(("P",), operators) if operators else Dialect(("P",))
    return parse_filter(text, dialect)({"P": value})


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("P -eq $null", "", True),
        ("P -eq $null", [], True),
        ("P -eq $null", False, False),
        ("P -ne $null", "x", True),
        ("P -eq 'it''s'", "IT'S", True),
        ("P -eq 'x'", None, False),
        ("P -ne 'x'", None, True),
        ("P -eq $true", True, True),
        ("P -eq 'True'", True, True),
        ("P -eq $false", True, False),
        ("P -eq 5", 5, True),
        ("P -eq 5", "5", True),
        ("P -eq 5", "five", False),
        ("P -gt 5", 6, True),
        ("P -gt -5", -6, False),
        ("P -ge 5.5", 5.5, True),
        ("P -lt 5", None, False),
        ("P -gt 'b'", "C", True),
        ("P -le 'b'", "B", True),
        ("P -gt $null", "x", False),
        ("P -eq '2026-12-01T01:00:00+01:00'", THEN, True),
        ("P -lt '2026-12-02'", THEN, True),
        ("P -lt 'soon'", THEN, False),
        ("P -eq 'Name'", Thing("Policy", {}, "name"), True),
        ("P -eq 'Policy'", Thing("Policy", {}), True),
        ("P -like 'a*'", None, False),
        ("P -notlike 'a*'", None, True),
        ("P -like '[ab]?'", "bx", True),
        ("P -like 'a[b'", "a[b", True),
    ],
)
def test_comparisons(text: str, value: object, expected: bool) -> None:
    assert holds(text, value) is expected


@pytest.mark.parametrize(("value", "expected"), [(["a", "X"], True), ([], False), ("x", True), (None, False)])
def test_containment(value: object, expected: bool) -> None:
    assert holds("P -contains 'x'", value, ONLINE_OPERATORS) is expected


def test_and_and_or_are_read_from_the_left_alike() -> None:
    assert not holds("P -eq 'a' -or P -eq 'b' -and P -eq 'c'", "a")
    assert holds("P -eq 'a' -or (P -eq 'b' -and P -eq 'c')", "a")
    assert holds("!(P -eq 'b')", "a")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("P -eq", "a value is missing at the end"),
        ("P -eq x", "'x' stands where a value is expected: quote it"),
        ("P -eq 'x' P", "'P' is not expected there"),
        ("(P -eq 'x' -and", "a property is missing"),
        ("(P -eq 'x' 5", "a bracket is not closed"),
        ("Q -eq 'x'", "'Q' is not a property that can be filtered"),
        ("P -contains 'x'", "'-contains' is not an operator of this filter"),
        ("5 -eq P", "'5' stands where a property is expected"),
        ("P -eq #", "cannot be read from here on: '#'"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(FilterError) as caught:
        holds(text, "x")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("P -eq 'A'", {"a"}),
        ("P -eq 'a' -or q -EQ \"it's\" -or P -eq 5", {"a", "it's", "5.0"}),
        ("P -eq 'a' -and Q -eq 'b'", None),
        ("(P -eq 'a')", None),
        ("P -like 'a*' -or P -eq 'b'", None),
        ("P -eq 'a' -or R -eq 'b'", None),
    ],
)
def test_a_filter_that_names_its_objects_is_recognised(text: str, named: set[str] | None) -> None:
    assert named_by(text, ("P", "Q")) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("userPrincipalName=a@b", {"a@b"}),
        ("|(userPrincipalName=a@b)(msRTCSIP-PrimaryUserAddress=sip:c@b)", {"a@b", "sip:c@b"}),
        ("&(homeMDB=*)(|(userPrincipalName=a@b)(userPrincipalName=c@b))", {"a@b", "c@b"}),
        ("&(userPrincipalName=a@b)(|(userPrincipalName=a@b)(userPrincipalName=c@b))", {"a@b"}),
        ("|(l=Paris)(userPrincipalName=a@b)", None),
        ("!(userPrincipalName=a@b)", None),
        ("userPrincipalName=a*", None),
        ("userPrincipalName=a\\2a", None),
        ("userPrincipalName=*", None),
        ("l=Paris", None),
    ],
)
def test_an_ldap_filter_that_names_its_users_is_recognised(text: str, named: set[str] | None) -> None:
    assert parse_ldap(text).named == named
