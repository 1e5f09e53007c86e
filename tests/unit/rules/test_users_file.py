# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users files, row by row, and what is wrong with those that cannot be read. tests/unit/wave/test_plan_users.py has them in plans."""

from __future__ import annotations

import codecs

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.users_file import Entry, entries
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._text_table import FileProblem

from tests.unit.sentences import sound


def read(data: bytes | str) -> list[tuple[int, str]]:
    """Each user with the line."""
    return [(each.line, each.text) for each in entries(data.encode() if isinstance(data, str) else data)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.com", [(1, "a@x.com")]),
        ("user\na@x.com\n\n\nb@x.com\n", [(2, "a@x.com"), (5, "b@x.com")]),
        # A byte order mark at the start of a line, as in files that were joined; other letters are left alone.
        (
            "\ufeffX@x.com\n\ufeffb@x.com\n\ufeff# none\nc@x.com\ufeff\n",
            [(1, "X@x.com"), (2, "b@x.com"), (4, "c@x.com\ufeff")],
        ),
        (" a@x.com\n", [(1, "a@x.com")]),
        # Blanks after a delimiter belong to no field, nor to its quotation marks.
        ('Name, user\nA, "a@x.com"\n"B", b@x.com\n', [(2, "a@x.com"), (3, "b@x.com")]),
        # A row that goes over several lines has the number of its first, and comments are comments between rows only.
        ('user,note\na@x.com,"one\n\n# two\nthree"\n# four\nb@x.com,\n', [(2, "a@x.com"), (7, "b@x.com")]),
        ("sep=;\nuser;note\na@x.com;x\n", [(3, "a@x.com")]),
        ('"sep=;"\nuser;note\na@x.com;x\n', [(3, "a@x.com")]),
        ("SEP=|   \nuser|note\na@x.com|x,y;z\n", [(3, "a@x.com")]),
        ("sep=;;;\nuser;note\na@x.com;x\n", [(3, "a@x.com")]),
        # The delimiter that gives a column of users counts, whatever is more frequent; what is quoted does not.
        ("Name, a, b;user\nA, 1, 2;a@x.com\n", [(2, "a@x.com")]),
        ('"a;b;c;d",user\nA,a@x.com\n', [(2, "a@x.com")]),
        ("user\tname, first\na@x.com\tA, B\n", [(2, "a@x.com")]),
        ("", []),
        ("\n# none\n \n", []),
        ("user\n", []),
    ],
)
def test_each_row_is_a_user_with_its_line(text: str, found: list[tuple[int, str]]) -> None:
    assert read(text) == found


def test_a_row_is_an_entry() -> None:
    assert list(entries(b"a@x.com")) == [Entry(1, "a@x.com")]


def problem(data: bytes | str) -> FileProblem:
    with pytest.raises(FileProblem) as refused:
        read(data)
    found = refused.value
    assert sound(f"It {found.message}").endswith(".")
    assert sound(found.remedy).endswith(".")
    assert str(found) == f"{found.message} {found.remedy}"
    return found


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a\x00b\x00", None, "is UTF-16 without a byte order mark."),
        (b"\x00a\x00b", None, "is UTF-16 without a byte order mark."),
        (b"a\x00\x00b", None, "is not a text file."),
        (b"\x00\x00\x00\x00", None, "is not a text file."),
        # Zeros are no letters: of a file with a mark, the line is known.
        (codecs.BOM_UTF16_LE + "user\r\na@x.com\r\nb\0@x.com\0".encode("utf-16-le"), 3, "is not a text file."),
        (codecs.BOM_UTF16_BE + "\0".encode("utf-16-be"), 1, "is not a text file."),
        (codecs.BOM_UTF32_LE + "a@x.com".encode("utf-32-le"), None, "is UTF-32."),
        (codecs.BOM_UTF8 + b"user\n\xff@x.com", None, "is not UTF-8: line 2 holds the byte 0xFF."),
        (b"user\r\xc3\xa9@x.com\r\n\xe9", None, "is not UTF-8: line 3 holds the byte 0xE9."),
        # What is broken before does not keep the line from being found.
        (
            codecs.BOM_UTF16_LE + "user\n\ud800".encode("utf-16-le", "surrogatepass"),
            None,
            "is UTF-16, and broken in line 2.",
        ),
        ("sep=a\nuser\n", 1, "declares no delimiter: sep=a."),
        ("sep=\nuser\n", 1, "declares no delimiter: sep=."),
        ('sep="\nuser\n', 1, 'declares no delimiter: sep=".'),
        ("\n\nsep=1\nuser\n", 3, "declares no delimiter: sep=1."),
        ('user\na@x.com\n"b@x.com\n', 3, "is not sound CSV (unexpected end of data)."),
        ("user,upn,user\n1,2,3\n", 1, "has two columns of users: user | upn | user."),
        ("mail,name\na,b\n", 1, "has no column of users: mail | name."),
        ("user\na@x.com,b\n", 2, "has more fields than the header (a@x.com | b)."),
        ("user,note\n,new\n", 2, "has no user (new)."),
        ("a@x.com,b\n", 1, "has columns but no header (a@x.com | b)."),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(data: bytes | str, line: int | None, words: str) -> None:
    found = problem(data)
    assert (found.line, found.message) == (line, words)
