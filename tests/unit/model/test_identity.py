# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is meant by an address."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import (
    InvalidUser,
    UserId,
    address_of,
    names_one,
    parse_users,
)


@pytest.mark.parametrize(
    "text",
    ["alice@contoso.com", "ALICE@Contoso.com", "sip:alice@contoso.com", "SIP:Alice@contoso.com", " alice@contoso.com "],
)
def test_an_address_is_the_same_in_any_case_with_or_without_sip(text: str) -> None:
    assert UserId.parse(text).key == "alice@contoso.com"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("sip:", "empty"),
        ("*@contoso.com", "wildcard"),
        ("al?ce@contoso.com", "wildcard"),
        ("[ab]lice@contoso.com", "wildcard"),
        ("alice@contoso.com\nbob@contoso.com", "line break"),
        ("alice\u2028@contoso.com", "line break"),
        ("alice\x00@contoso.com", "control"),
        ("alice\x1f@contoso.com", "control"),
        ("alice\x7f@contoso.com", "control"),
        ("alice", "no address"),
        ("alice@", "no address"),
        ("@contoso.com", "no address"),
        ("Alice Adams", "no address"),
    ],
)
def test_what_names_nobody_or_several_is_refused_with_a_reason(text: str, word: str) -> None:
    with pytest.raises(InvalidUser, match=word):
        UserId.parse(text)


@pytest.mark.parametrize(
    "text", ["o'brien@contoso.com", "a;b@contoso.com", '"a"@contoso.com', "$(calc)@contoso.com", "`id`@contoso.com"]
)
def test_an_unusual_address_stays_what_it_is(text: str) -> None:
    assert UserId.parse(text).address == text


@pytest.mark.parametrize("text", ["\u212aate@contoso.com", "\u0430lice@contoso.com", "alice@conto\u017fo.com"])
def test_look_alikes_are_not_the_same_address(text: str) -> None:
    assert UserId.parse(text).key not in ("kate@contoso.com", "alice@contoso.com")


def test_a_user_who_is_named_twice_counts_once_in_the_order_of_the_first() -> None:
    users = parse_users(["b@x.com", "sip:A@x.com", "a@x.com", "B@x.com"])
    assert [user.text for user in users] == ["b@x.com", "sip:A@x.com"]


@pytest.mark.parametrize("text", ["Notify", "site:Paris", "Paris and Lyon", "pool01.contoso.com", " x "])
def test_a_name_names_one_thing(text: str) -> None:
    assert names_one(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "*", "No?ify", "No[t]ify", "a]", "two\nlines", "a\x7f", "a\u2028b", "a\x1f", "a\x85"]
)
def test_what_is_empty_a_pattern_or_several_lines_names_nothing(text: str) -> None:
    assert not names_one(text)


@pytest.mark.parametrize(
    ("value", "address"), [("sip:A@x.com", "a@x.com"), ("a@x.com", "a@x.com"), (None, ""), ("", "")]
)
def test_addresses_as_hosts_write_them(value: object, address: str) -> None:
    assert address_of(value) == address
