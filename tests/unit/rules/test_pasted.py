# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses as people paste them: what is certain is cleaned with a note, everything else is refused by name."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import InvalidUser, UserId, parse_users
from hypothesis import given
from hypothesis import strategies as st

ALICE = "alice@contoso.com"


@pytest.mark.parametrize(
    ("text", "removed"),
    [
        (" alice@contoso.com ", ""),
        ("\u200balice@contoso.com", "U+200B ZERO WIDTH SPACE"),
        ("ali\u200bce@contoso.com", "U+200B ZERO WIDTH SPACE"),
        ("alice@contoso.com\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\u200ealice@contoso.com\u200f", "U+200E LEFT-TO-RIGHT MARK and U+200F RIGHT-TO-LEFT MARK"),
        ("ali\u00adce@contoso.com", "U+00AD SOFT HYPHEN"),
        ("\u2060alice@contoso.com", "U+2060 WORD JOINER"),
        ("alice@contoso.com\u00a0", "U+00A0 NO-BREAK SPACE"),
        ("\talice@contoso.com\r\n", "U+0009 TAB and U+000A LINE FEED and U+000D CARRIAGE RETURN"),
        ("<alice@contoso.com>", "< and >"),
        ('"alice@contoso.com"', '"'),
        ("mailto:alice@contoso.com", "mailto:"),
        ("alice@contoso.com,", ","),
        ("alice@contoso.com;", ";"),
        ("alice@contoso.com.", "."),
    ],
)
def test_what_is_certain_not_to_belong_to_an_address_is_removed_and_noted(text: str, removed: str) -> None:
    notes: list[str] = []
    assert UserId.entered(text, notes).address == ALICE
    verb = "were" if " and " in removed else "was"
    assert notes == ([f"{removed} {verb} removed from {ALICE}."] if removed else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Alice Adler <alice@contoso.com>",
            "contains <, as addresses with a display name do. Write alice@contoso.com alone",
        ),
        ("alice @contoso.com", "contains a blank"),
        ("alice@ contoso.com", "contains a blank"),
        ("alice\u00a0adler@contoso.com", "contains a blank (U+00A0 NO-BREAK SPACE)"),
        ("a@b@c", "contains two @"),
        ("a@x.com;b@y.com", "holds several addresses"),
        ("a@x.com, b@y.com", "holds several addresses"),
        ("a@x.com b@y.com", "holds several addresses"),
        ("a@x.com\nb@y.com", "contains a control character or line break (U+000A LINE FEED)"),
        (
            "m?ller@contoso.com",
            "what an export as ASCII writes for letters such as ü. Export again with -Encoding utf8",
        ),
        ("*@contoso.com", "contains a wildcard, *"),
        ("al\u202ecila@contoso.com", "contains U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("alice\uff20contoso.com", "contains U+FF20 FULLWIDTH COMMERCIAL AT. Type @ in its place"),
        ("\uff41lice@contoso.com", "contains U+FF41 FULLWIDTH LATIN SMALL LETTER A"),
        ("al\ufffdce@contoso.com", "contains U+FFFD REPLACEMENT CHARACTER"),
        ("alice@contoso..com", "has a domain with a . too many"),
        ("smtp:alice@contoso.com", "begins with smtp:"),
        ("alice@contoso.com/x", "in the domain"),
        ("alice", "is no address"),
        ("", "An empty user was given"),
        ("\u200b", "An empty user was given"),
    ],
)
def test_what_is_not_certain_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(InvalidUser) as refused:
        UserId.entered(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "o'brien@contoso.com",
        "a+b@contoso.com",
        "a#b@contoso.com",
        "a&b@contoso.com",
        "müller@contoso.com",
        "李@contoso.com",
    ],
)
def test_unusual_names_are_names(text: str) -> None:
    notes: list[str] = []
    assert (UserId.entered(text, notes).address, notes) == (text, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("o\u2019brien@contoso.com", "U+2019 RIGHT SINGLE QUOTATION MARK is kept"),
        ("anne\u2013marie@contoso.com", "U+2013 EN DASH is kept"),
        ("mu\u0308ller@contoso.com", "type the letter with its mark as one character"),
        ("alice@contoso", "has no dot"),
    ],
)
def test_what_may_be_a_slip_is_kept_and_noted(text: str, words: str) -> None:
    notes: list[str] = []
    assert UserId.entered(text, notes).address == text
    assert words in notes[0]


def entered(text: str) -> UserId | InvalidUser:
    try:
        return UserId.entered(text)
    except InvalidUser as refused:
        return refused


@given(st.text(max_size=40))
def test_any_text_is_an_address_without_junk_or_refused(text: str) -> None:
    found = entered(text)
    if isinstance(found, InvalidUser):
        assert (found.problem[-1], found.remedy[-1]) == (".", ".")
        return
    assert found.address.count("@") == 1
    assert not any(character.isspace() or not character.isprintable() for character in found.address)
    # What was cleaned is clean.
    assert UserId.entered(found.text).text == found.text


def test_users_are_the_same_in_any_case_that_hosts_do_not_tell_apart() -> None:
    users = parse_users(
        ["MÜLLER@contoso.com", "müller@contoso.com", "ÉLODIE@x.fr", "élodie@x.fr", "straße@x.de", "STRASSE@x.de"]
    )
    assert [user.text for user in users] == ["MÜLLER@contoso.com", "ÉLODIE@x.fr", "straße@x.de", "STRASSE@x.de"]
