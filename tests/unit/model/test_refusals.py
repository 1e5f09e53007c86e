# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole sentences about what is no address, with what was written in them as it was written."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.casing import fold
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import InvalidUser, UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.pasted import (
    clean,
    is_blank,
    named,
    refuse_what_no_host_takes,
)

JOINED = "if that user is not found, type the letter with its mark as one character."
EXAMPLE = "Write a SIP address or user principal name such as alice@contoso.com."
ONE_EACH = "Write one address per entry."


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("", "An empty user was given.", "Name each user by SIP address or user principal name."),
        ("alice", "The user 'alice' is no address.", EXAMPLE),
        (" alice ", "The user ' alice ' is no address.", EXAMPLE),
        ("@contoso.com", "The user '@contoso.com' is no address.", EXAMPLE),
        ("alice@", "The user 'alice@' is no address.", EXAMPLE),
        ("a*@x.com", "The user 'a*@x.com' contains a wildcard, *.", "Name each user in full."),
        (" [a]@x.com", "The user ' [a]@x.com' contains a wildcard, [.", "Name each user in full."),
        (
            "a?@x.com",
            "The user 'a?@x.com' contains a wildcard, ?, which an export as ASCII writes for letters such as \u00fc.",
            "Export again with -Encoding utf8, and name each user in full.",
        ),
        (
            "a@x.com\nb@x.com",
            "The user 'a@x.com\\nb@x.com' contains a control character or line break (U+000A LINE FEED).",
            ONE_EACH,
        ),
        ("a\tb@x.com", "The user 'a\\tb@x.com' contains a control character or line break (U+0009 TAB).", ONE_EACH),
        (
            "a\rb@x.com",
            "The user 'a\\rb@x.com' contains a control character or line break (U+000D CARRIAGE RETURN).",
            ONE_EACH,
        ),
        (
            "a\u202eb@x.com",
            "The user 'a\\u202eb@x.com' contains U+202E RIGHT-TO-LEFT OVERRIDE, which does not belong to an address.",
            "Type it anew.",
        ),
        ("a@x.com@y.com", "The user 'a@x.com@y.com' contains two @.", EXAMPLE),
        ("a@x.com;b@y.com", "The user 'a@x.com;b@y.com' holds several addresses, with ; between.", ONE_EACH),
        (
            "http:a@x.com",
            "The user 'http:a@x.com' begins with http:, which may be another address than the one for signing in.",
            "Write the SIP address, with or without sip:, or the user principal name.",
        ),
        ("a,b@x.com", "The user 'a,b@x.com' contains ,.", EXAMPLE),
        ("a b@x.com", "The user 'a b@x.com' contains a blank (U+0020 SPACE).", EXAMPLE),
        ("a@x y.com", "The user 'a@x y.com' contains a blank (U+0020 SPACE) in the domain.", EXAMPLE),
        ("a@x~.com", "The user 'a@x~.com' contains ~ in the domain.", EXAMPLE),
        ("a@XX.X~", "The user 'a@XX.X~' contains ~ in the domain.", EXAMPLE),
        ("a@x..com", "The user 'a@x..com' has a domain with a . too many.", EXAMPLE),
        (
            "Alice <a@x.com>",
            "The user 'Alice <a@x.com>' contains <, as addresses with a display name do.",
            "Write a@x.com alone, if that is meant.",
        ),
    ],
)
def test_what_is_no_address_is_refused_in_whole_sentences(text: str, problem: str, remedy: str) -> None:
    with pytest.raises(InvalidUser) as refused:
        UserId.entered(text)
    assert (refused.value.problem, refused.value.remedy) == (problem, remedy)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "An empty user was given."),
        (" ", "An empty user was given."),
        ("alice", "The user 'alice' is no address."),
        ("alice@", "The user 'alice@' is no address."),
        ("a*@x.com", "The user 'a*@x.com' contains a wildcard, *."),
        ("a\nb@x.com", "The user 'a\\nb@x.com' contains a control character or line break (U+000A LINE FEED)."),
    ],
)
def test_what_a_host_cannot_mean_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidUser) as refused:
        UserId.parse(text)
    assert refused.value.problem == problem


@pytest.mark.parametrize(
    ("text", "user"),
    [
        (" a@x.com ", UserId("a@x.com", "a@x.com", "a@x.com", False)),
        (" SIP:A@x.com", UserId("SIP:A@x.com", "A@x.com", "a@x.com", True)),
        # Blanks that are no spaces are the host's own, and so are several @.
        ("a@x.com\u00a0", UserId("a@x.com\u00a0", "a@x.com\u00a0", "a@x.com\u00a0", False)),
        ("Xa@x.comX", UserId("Xa@x.comX", "Xa@x.comX", "xa@x.comx", False)),
        ("a@b@x.com", UserId("a@b@x.com", "a@b@x.com", "a@b@x.com", False)),
        ("@a@x.com", UserId("@a@x.com", "@a@x.com", "@a@x.com", False)),
    ],
)
def test_what_a_host_writes_is_taken_as_it_is(text: str, user: UserId) -> None:
    assert UserId.parse(text) == user


@pytest.mark.parametrize(
    ("text", "address", "notes"),
    [
        ("a@x.com", "a@x.com", ()),
        ("(a@x.com)", "a@x.com", ("( and ) were removed from a@x.com.",)),
        ("mailto:a@x.com", "a@x.com", ("mailto: was removed from a@x.com.",)),
        ("MAILTO:a@x.com;", "a@x.com", ("; and MAILTO: were removed from a@x.com.",)),
        ("X a@x.comX"[2:], "a@x.comX", ()),
        ("a@x.com,;.", "a@x.com", (". and ; and , were removed from a@x.com.",)),
        ("\ta@x.com\t", "a@x.com", ("U+0009 TAB was removed from a@x.com.",)),
        (" a@x.com  ", "a@x.com", ()),
        # A letter and its mark, as two characters, where there is one for both; and where there is none.
        (
            "e\u0301@x.com",
            "e\u0301@x.com",
            ("U+0301 COMBINING ACUTE ACCENT is kept in e\u0301@x.com: " + JOINED,),
        ),
        ("x\u0301@x.com", "x\u0301@x.com", ()),
        ("\u00e9@x.com", "\u00e9@x.com", ()),
        (
            "a@e\u0301.com",
            "a@e\u0301.com",
            ("U+0301 COMBINING ACUTE ACCENT is kept in a@e\u0301.com: " + JOINED,),
        ),
        (
            "a@local",
            "a@local",
            ("The domain of a@local has no dot: if that user is not found, write the domain in full.",),
        ),
        (
            "a.b@local",
            "a.b@local",
            ("The domain of a.b@local has no dot: if that user is not found, write the domain in full.",),
        ),
        ("a@x-y_z.com", "a@x-y_z.com", ()),
    ],
)
def test_what_is_certain_is_cleaned_and_what_may_be_a_slip_is_mentioned(
    text: str, address: str, notes: tuple[str, ...]
) -> None:
    found = clean(text)
    assert (found.text, found.notes) == (address, notes)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("!", "!"),
        ("~", "~"),
        (" ", "U+0020 SPACE"),
        ("\t", "U+0009 TAB"),
        ("\n", "U+000A LINE FEED"),
        ("\r", "U+000D CARRIAGE RETURN"),
        ("\x07", "U+0007"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
    ],
)
def test_a_character_has_a_name_that_can_be_read(character: str, name: str) -> None:
    assert named(character) == name


def test_what_no_host_takes_is_named_as_it_was_written() -> None:
    with pytest.raises(InvalidUser) as refused:
        refuse_what_no_host_takes("a*", "sip:a*")
    assert refused.value.problem == "The user 'sip:a*' contains a wildcard, *."


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \u200b\t", True), ("X", False), (" x", False)])
def test_what_cannot_be_seen_is_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ABC", "abc"),
        ("\u00c4BC", "\u00e4bc"),
        ("\uff21", "\uff41"),
        ("\uffff", "\uffff"),
        ("\U00010400", "\U00010400"),
    ],
)
def test_case_is_left_where_the_hosts_leave_it(text: str, folded: str) -> None:
    assert fold(text) == folded
