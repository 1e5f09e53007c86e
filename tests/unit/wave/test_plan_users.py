# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users files of many kinds, and those that cannot be used."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_users import listed_users, users_from_file
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.users_file import USER_COLUMNS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import UnsoundPlan, read_plan
from hypothesis import given
from hypothesis import strategies as st

from tests.controller import ROOT
from tests.unit.wave.plans import plan, problem, read, wave, without

CSV = {
    "user": "user\nalice@contoso.com\nbob@contoso.com\n",
    "quoted": '"DisplayName","SipAddress"\r\n"O\'Brien, A","sip:alice@contoso.com"\r\n"B","sip:bob@contoso.com"\r\n',
    "semicolons": "Name;User Principal Name\nAnn;alice@contoso.com\nBob;bob@contoso.com\n",
    "tabs": "UserPrincipalName\tName\nalice@contoso.com\tAnn\nbob@contoso.com\tBob\n",
    "the user column first": "UserPrincipalName,user\na@x.com,alice@contoso.com\nb@x.com,bob@contoso.com\n",
    "sip_address before upn": "UserPrincipalName,sip_address\na@x.com,alice@contoso.com\nb@x.com,bob@contoso.com\n",
    "type line": '#TYPE Selected.Microsoft.Rtc\n"user"\n"alice@contoso.com"\n"bob@contoso.com"\n',
    "list": "alice@contoso.com\n\n# the boss\nsip:bob@contoso.com",
    "blank rows": "user,note\nalice@contoso.com,\n,\nbob@contoso.com,new\n",
    "trailing semicolons": "Name;SIP Address;;;\r\nAnn;alice@contoso.com;;;\r\nBob;bob@contoso.com;;;\r\n;;;;\r\n",
    "trailing commas in a list": "alice@contoso.com,,\nbob@contoso.com,,\n",
    "old Mac line ends": "user\ralice@contoso.com\r\rbob@contoso.com\r",
    "declared": "sep=;\r\nName, first;user\r\nAnn;alice@contoso.com\r\nBob;bob@contoso.com\r\n",
    "declared in quotes": '"sep=|"\nName|user\nAnn|alice@contoso.com\nBob|bob@contoso.com\n',
    "declared tab": "sep=\t\nName\tuser\nAnn\talice@contoso.com\nBob\tbob@contoso.com\n",
    "quoted header of a joined file": '\ufeff"SipAddress";"Name"\n"alice@contoso.com";"A"\n\ufeff"bob@contoso.com";"B"\n',
    "a delimiter within quotes": '"Name, first, last";"user"\n"Adler, A, B";"alice@contoso.com"\n"C, D";"bob@contoso.com"\n',
    "as many of both delimiters": "Name, first;user\nAdler, A;alice@contoso.com\nBaker, B;bob@contoso.com\n",
    "a line end within quotes": 'Name,user\n"Ann\n# first\n\nAdler",alice@contoso.com\nBob,bob@contoso.com\n',
    "directory export": '"msRTCSIP-PrimaryUserAddress"\n"sip:alice@contoso.com"\n"sip:bob@contoso.com"\n',
    "blank lines of any kind": "user\n\u00a0\n\u200b\n\t\nalice@contoso.com\nbob@contoso.com\n\n",
    "type line and delimiters": "#TYPE Deserialized.User;;\r\nuser;;\r\nalice@contoso.com;;\r\nbob@contoso.com;;\r\n",
    "twice": "alice@contoso.com\nALICE@contoso.com\nbob@contoso.com\n",
}


@pytest.mark.parametrize("text", CSV.values(), ids=CSV.keys())
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
    ids=["plain", "utf-8", "utf-16-le", "utf-16-be"],
)
def test_users_files_of_many_kinds(text: str, mark: bytes, encoding: str) -> None:
    found = read(plan(without(wave(users_file="pilot.csv"), "users")), data=mark + text.encode(encoding))
    assert found["problems"] == []
    assert [user.lower() for user in found["waves"][0]["users"]] == ["alice@contoso.com", "bob@contoso.com"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "pilot.csv names no user"),
        (b"user\n", "pilot.csv names no user"),
        (b"\xef\xbb\xbf\n\n", "pilot.csv names no user"),
        ("user\nalice@contoso.com\nren\xe9e@contoso.com\n".encode("latin-1"), "not UTF-8: line 3 holds the byte 0xE9"),
        (b"PK\x03\x04\x00\x00", "is an Excel workbook or another archive, not a text file. In Excel, save it as"),
        (b"name,mail\nAnn,alice@contoso.com\n", "pilot.csv, line 1 has no column of users: name | mail"),
        (b"Ann,alice@contoso.com\nBob,bob@contoso.com\n", "line 1 has columns but no header (Ann | alice@contoso.com)"),
        (b"user,note\n,new\n", "pilot.csv, line 2 has no user (new)"),
        (b"note,user\n\nnew\n", "pilot.csv, line 3 has no user (new)"),
        (b"user\n\n*@contoso.com\n", "pilot.csv, line 3: The user '*@contoso.com' contains a wildcard"),
        (
            b"user\rbob@x.com\ral?ce@contoso.com\r",
            "line 3: The user 'al?ce@contoso.com' contains a wildcard, ?, which an export as ASCII",
        ),
        (b"user\rbob@x.com\r\xe9@contoso.com\r", "line 3 holds the byte 0xE9"),
        (b"user\nm\xfcller@contoso.com\n", "'CSV UTF-8 (durch Trennzeichen getrennt)'"),
        (b'"quoted"@contoso.com\n', "line 1 is not sound CSV"),
        (b'user\nbob@x.com\n\n"alice@contoso.com\n', "line 4 is not sound CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an Excel workbook, not a text file"),
        (b"\x00\x01\x00\x00", "pilot.csv is not a text file"),
        ("user\n\nalice@contoso.com".encode("utf-16-le"), "pilot.csv is UTF-16 without a byte order mark"),
        ("user\nalice@contoso.com".encode("utf-16-be"), "is UTF-16 without a byte order mark"),
        ("user\nalice@contoso.com".encode("utf-16")[:-1], "is UTF-16, and broken in line 2"),
        ("user\nalice@contoso.com".encode("utf-32"), "is UTF-32"),
        (b"sep=\nuser\n", "line 1 declares no delimiter: sep=."),
        (b"user,user\na@x.com,b@x.com\n", "line 1 has two columns of users: user | user"),
        (b"Mail\nalice@contoso.com\n", "An address for mail may be another one"),
        (
            b"DisplayName,Mail,SipAddress\nAdler, Alice,a.adler@contoso.com,alice@contoso.com\n",
            "line 2 has more fields than the header (Adler | Alice | a.adler@contoso.com | alice@contoso.com)",
        ),
        (b"a@x.com, b@x.com\n", "line 1 has columns but no header (a@x.com | b@x.com)"),
        (b'user\n"a@x.com; b@x.com"\n', "line 2: The user 'a@x.com; b@x.com' holds several addresses"),
        (
            b'user\n"a@x.com\nb@x.com"\n',
            "line 2: The user 'a@x.com\\nb@x.com' contains a control character or line break",
        ),
        (b"user\nAlice Adler <alice@contoso.com>\n", "line 2: The user 'Alice Adler <alice@contoso.com>' contains <"),
        (b"user\nn/a\n", "line 2: The user 'n/a' is no address"),
        (b"user\nalice@contoso.com\nuser\nbob@contoso.com\n", "line 3: The user 'user' is no address"),
        (b"user\n" + b"a" * 200_000 + b"@contoso.com\n", "is not sound CSV"),
        (b"SipAddress\nx30@contoso.com\n#N/A\n", "line 3: The user '#N/A' is no address"),
        (b"Name;SipAddress\nA;#REF!\n", "line 2: The user '#REF!' is no address"),
        ("user\na@x.com\nr\u00fc@x.com\n".encode("utf-16-le"), "is UTF-16 without a byte order mark"),
    ],
)
def test_users_files_that_cannot_be_used(data: bytes, words: str) -> None:
    assert words in problem(plan(without(wave(users_file="pilot.csv"), "users")), data=data)


def test_notes_about_a_users_file_name_its_line() -> None:
    notes: list[str] = []
    text = "user\n\n# the boss\nalice@contoso.com\nbob\u200b@contoso.com\n<carol@contoso.com>,\ndan@contoso.com \n"
    users = users_from_file("waves/pilot.csv", "Wave 'pilot'", lambda _path: text.encode(), notes)
    assert [user.address for user in users] == [f"{name}@contoso.com" for name in ("alice", "bob", "carol", "dan")]
    assert notes == [
        "Wave 'pilot': waves/pilot.csv, line 5: U+200B ZERO WIDTH SPACE was removed from bob@contoso.com.",
        "Wave 'pilot': waves/pilot.csv, line 6: < and > were removed from carol@contoso.com.",
    ]


def test_notes_about_a_list_name_its_place() -> None:
    notes: list[str] = []
    users = listed_users(["alice@contoso.com", "\u200ebob@contoso.com"], "Wave 'pilot', users", notes)
    assert [user.address for user in users] == ["alice@contoso.com", "bob@contoso.com"]
    assert notes == ["Wave 'pilot', users: U+200E LEFT-TO-RIGHT MARK was removed from bob@contoso.com."]


def test_the_page_about_users_files_names_every_column() -> None:
    page = (ROOT / "docs" / "users-files.md").read_text(encoding="utf-8")
    names = {"".join(filter(str.isalnum, name.lower())) for name in re.findall(r"`([A-Za-z-]+)`", page)}
    assert set(USER_COLUMNS) <= names


@given(st.binary(max_size=200))
def test_no_users_file_breaks_the_reading_of_a_plan(data: bytes) -> None:
    found = read(plan(without(wave(users_file="pilot.csv"), "users")), data=data)
    assert bool(found["problems"]) != bool(found["waves"])


def test_a_folder_as_users_file_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    entry = without(wave(users_file=str(tmp_path)), "users")
    with pytest.raises(UnsoundPlan, match=r"cannot be read \(Is a directory\)"):
        read_plan(plan(entry), lambda path: Path(path).read_bytes())


def test_users_files_are_read_from_where_the_caller_looks(tmp_path: Path) -> None:
    (tmp_path / "waves").mkdir()
    (tmp_path / "waves" / "pilot.csv").write_text("user\nalice@contoso.com\n", encoding="utf-8")
    entry = without(wave(users_file="waves/pilot.csv"), "users")
    found = read_plan(plan(entry), lambda path: (tmp_path / path).read_bytes())
    assert [user.address for user in found.waves[0].members] == ["alice@contoso.com"]
