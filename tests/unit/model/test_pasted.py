# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses as people paste them: what is cleaned with a note, what is refused by name, what stays."""

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import InvalidUser, UserId, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.pasted import INVISIBLE, is_blank
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.sentences import sound

ALICE = "alice@contoso.com"


def entered(text: str) -> tuple[str, str]:
    """The user that a text names, and the notes about it in one."""
    notes: list[str] = []
    return UserId.entered(text, notes).text, " ".join(notes)


def refused(text: str) -> str:
    with pytest.raises(InvalidUser) as found:
        UserId.entered(text)
    assert sound(found.value.problem).endswith(".")
    assert sound(found.value.remedy).endswith(".")
    assert str(found.value) == f"{found.value.problem} {found.value.remedy}"
    return str(found.value)


@pytest.mark.parametrize("character", sorted(INVISIBLE), ids=unicodedata.name)
@pytest.mark.parametrize(
    "text", ["{}alice@contoso.com", "al{}ice@contoso.com", "alice@{}contoso.com", "alice@contoso.com{}"]
)
def test_what_cannot_be_seen_is_removed_and_named(text: str, character: str) -> None:
    name = f"U+{ord(character):04X} {unicodedata.name(character)}"
    assert entered(text.format(character)) == (ALICE, f"{name} was removed from {ALICE}.")


@pytest.mark.parametrize("character", ["\u00a0", "\u2007", "\u202f", "\u3000", "\t", "\n", "\r", "\u2028", "\x85"])
def test_blanks_around_an_address_are_removed_and_named(character: str) -> None:
    for text in (f"{character}{ALICE}", f"{ALICE}{character}", f" {character} {ALICE}"):
        address, note = entered(text)
        assert address == ALICE
        assert note.startswith(f"U+{ord(character):04X}")


def test_spaces_around_an_address_go_without_a_note() -> None:
    assert entered(f"  {ALICE} ") == (ALICE, "")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"mailto:{ALICE}", "mailto: was removed"),
        (f"MailTo: {ALICE}", "MailTo: was removed"),
        (f"<{ALICE}>", "< and > were removed"),
        (f"<mailto:{ALICE}>;", "; and < and > and mailto: were removed"),
        (f"({ALICE})", "( and ) were removed"),
        (f'"{ALICE}"', '" was removed'),
        (f"'{ALICE}'", "' was removed"),
        (f"`{ALICE}`", "` was removed"),
        (f"\u201c{ALICE}\u201d", "U+201C LEFT DOUBLE QUOTATION MARK and U+201D"),
        (f"\u201e{ALICE}\u201c", "U+201E DOUBLE LOW-9 QUOTATION MARK and U+201C"),
        (f"\u2018{ALICE}\u2019", "U+2018 LEFT SINGLE QUOTATION MARK and U+2019"),
        (f"\u00ab{ALICE}\u00bb", "U+00AB LEFT-POINTING"),
        (f"{ALICE},", ", was removed"),
        (f"{ALICE};;", "; was removed"),
        (f"{ALICE}.", ". was removed"),
        (f"\ufeff{ALICE}\u00a0,", "U+FEFF ZERO WIDTH NO-BREAK SPACE and , and U+00A0 NO-BREAK SPACE were removed"),
    ],
)
def test_what_cannot_belong_to_an_address_is_removed_and_named(text: str, note: str) -> None:
    address, said = entered(text)
    assert address == ALICE
    assert said.startswith(note)
    assert said.endswith(f"removed from {ALICE}.")


@pytest.mark.parametrize("text", [f"<sip:{ALICE}>", f"sip: {ALICE}", f"\u200esip:{ALICE}", f"SIP:{ALICE},"])
def test_a_sip_address_stays_one(text: str) -> None:
    user = UserId.entered(text)
    assert (user.address, user.is_sip) == (ALICE, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "An empty user was given"),
        ("\u200b \u00a0", "An empty user was given"),
        ("sip:", "An empty user was given"),
        ("mailto:", "An empty user was given"),
        (f"Alice Adler <{ALICE}>", f"contains <, as addresses with a display name do. Write {ALICE} alone"),
        (f'"Adler, Alice" <{ALICE}>', "display name"),
        (f"Alice<{ALICE}>", "display name"),
        (f"<{ALICE}", "contains <"),
        (f"{ALICE}>", "contains > in the domain"),
        ("alice @contoso.com", "contains a blank (U+0020 SPACE)"),
        ("alice\u00a0adler@contoso.com", "contains a blank (U+00A0 NO-BREAK SPACE)"),
        ("alice@ contoso.com", "contains a blank (U+0020 SPACE) in the domain"),
        ("alice@contoso.com (Alice)", "contains a blank (U+0020 SPACE) in the domain"),
        ("a@b@c", "contains two @"),
        ("alice@@contoso.com", "contains two @"),
        ("a@x;b@y", "holds several addresses, with ; between"),
        ("a@x, b@y", "holds several addresses, with , between"),
        ("a@x b@y", "holds several addresses, with U+0020 SPACE between"),
        ("a@x|b@y;c@z", "holds several addresses"),
        ("a@x.com\nb@y.com", "line break (U+000A LINE FEED)"),
        ("a@x.com\u2028b@y.com", "line break (U+2028 LINE SEPARATOR)"),
        ("alice", "is no address"),
        ("Alice Adler", "is no address"),
        ("alice@", "is no address"),
        ("@contoso.com", "is no address"),
        ("alice@contoso..com", "a domain with a . too many"),
        ("alice@.com", "a domain with a . too many"),
        ("alice@contoso.com;transport=tls", "contains ; in the domain"),
        ("alice@contoso.com:5061", "contains : in the domain"),
        ('="alice@contoso.com"', 'contains " in the domain'),
        ("alice@contoso\u3002com", "contains U+3002 IDEOGRAPHIC FULL STOP in the domain"),
        ("alice\uff20contoso.com", "contains U+FF20 FULLWIDTH COMMERCIAL AT. Type @ in its place"),
        ("\uff41lice@contoso.com", "contains U+FF41 FULLWIDTH LATIN SMALL LETTER A. Type a in its place"),
        ("alice@contoso\uff0ecom", "contains U+FF0E FULLWIDTH FULL STOP"),
        ("smtp:alice@contoso.com", "begins with smtp:"),
        ("im:alice@contoso.com", "begins with im:"),
        ("sip:sip:alice@contoso.com", "begins with sip:"),
        ("CONTOSO\\alice@contoso.com", "contains \\"),
        ("adler,alice@contoso.com", "contains ,"),
        ("m?ller@contoso.com", "Export again with -Encoding utf8"),
        ("*@contoso.com", "contains a wildcard, *"),
        ("[ab]lice@contoso.com", "contains a wildcard, ["),
        ("\u202emoc.osotnoc@ecila", "contains U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("al\ufffdce@contoso.com", "contains U+FFFD REPLACEMENT CHARACTER"),
        ("al\u2061ice@contoso.com", "contains U+2061 FUNCTION APPLICATION"),
        ("alice\ufe0f@contoso.com", "contains U+FE0F VARIATION SELECTOR-16"),
        ("al\u3164ice@contoso.com", "contains U+3164 HANGUL FILLER"),
        ("al\ue000ice@contoso.com", "contains U+E000,"),
        ("alice\x00@contoso.com", "control character or line break (U+0000)"),
    ],
)
def test_what_is_not_certain_is_refused_by_name(text: str, words: str) -> None:
    assert words in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "o'brien@contoso.com",
        "a+b@contoso.com",
        "a#b@contoso.com",
        "a&b@contoso.com",
        "m\u00fcller@contoso.com",
        "\u0438\u0432\u0430\u043d@\u043f\u0440\u0438\u043c\u0435\u0440.com",
        "\u0430lice@contoso.com",
        "alice_fabrikam.com#EXT#@contoso.onmicrosoft.com",
        "$(whoami);rm@contoso.com",
        "$env:USERNAME@contoso.com",
        "{alice}@contoso.com",
        "a_b-c.d~!%^=@sub-domain.contoso.co.uk",
    ],
)
def test_an_unusual_address_stays_what_it_is(text: str) -> None:
    assert entered(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("o\u2019brien@contoso.com", "U+2019 RIGHT SINGLE QUOTATION MARK is kept in"),
        ("jean\u2013luc@contoso.com", "U+2013 EN DASH is kept in"),
        ("mu\u0308ller@contoso.com", "U+0308 COMBINING DIAERESIS is kept in"),
        ("'alice@contoso.com", "' is kept in"),
        ("alice@contoso", "The domain of alice@contoso has no dot"),
    ],
)
def test_what_may_be_a_slip_stays_and_is_mentioned(text: str, note: str) -> None:
    address, said = entered(text)
    assert address == text
    assert said.startswith(note)


def test_users_of_a_list_are_cleaned_before_they_are_counted() -> None:
    notes: list[str] = []
    users = parse_users([ALICE, f"\u200b{ALICE}", f"<{ALICE}>", "bob@contoso.com"], notes)
    assert [user.text for user in users] == [ALICE, "bob@contoso.com"]
    assert len(notes) == 2


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \t\u200b\ufeff\u00a0", True), ("\u200bx", False)])
def test_a_text_is_blank_when_nothing_of_it_can_be_seen(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


PIECES = st.sampled_from([*"ab@.;, <>\"':\\?*\t\n\u200b\u00a0\u202e\u0308\u00fc\u2019", "sip:", "mailto:", ALICE])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
def test_whatever_is_pasted_is_one_address_or_refused(text: str) -> None:
    notes: list[str] = []
    try:
        user = UserId.entered(text, notes)
    except InvalidUser:
        return
    assert user.address.count("@") == 1
    assert not any(each.isspace() or each in INVISIBLE for each in user.address)
    # Nothing is put in, and what is left out is mentioned.
    assert user.address in "".join(each for each in text if each not in INVISIBLE)
    assert notes or user.text in text
    again: list[str] = []
    assert UserId.entered(user.text, again) == user
    assert not [note for note in again if "removed" in note]
