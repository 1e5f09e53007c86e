# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users files of many kinds, and those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import UnsoundPlan, read_plan
from hypothesis import given
from hypothesis import strategies as st

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
    "carriage returns": "user\ralice@contoso.com\rbob@contoso.com\r",
    "excel's separator": "sep=;\nName;user\nAdler, A;alice@contoso.com\nB;bob@contoso.com\n",
    "trailing commas": "user,note,,\nalice@contoso.com,,,\nbob@contoso.com,x,,\n",
    "pasted": "user\n\u200balice@contoso.com\u00a0\n<bob@contoso.com>;\n",
    "a cell of two lines": 'note,user\n"first\nsecond",alice@contoso.com\nx,bob@contoso.com\n',
    "twice": "alice@contoso.com\nALICE@contoso.com\nbob@contoso.com\n",
}


@pytest.mark.parametrize("text", CSV.values(), ids=CSV.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_users_files_of_many_kinds(text: str, encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
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
        (
            "user\rren\xe9e@contoso.com\r".encode("cp1252"),
            'line 2 holds the byte 0xE9. In Excel, save it as "CSV UTF-8',
        ),
        ("user\nalice@contoso.com\n".encode("utf-16")[:-1], "begins as UTF-16 and is cut short"),
        ("user\nalice@contoso.com\n".encode("utf-16-le"), "is not a text file, or UTF-16 without its mark"),
        (
            b"user\nalice@contoso.com\n\nal ice@contoso.com\n",
            "pilot.csv, line 4: The user 'al ice@contoso.com' contains a blank",
        ),
        (b"user\nAlice <a@x.com>\n", "line 2: The user 'Alice <a@x.com>' contains <"),
        (b"user\na@x.com;b@x.com\n", "line 2: The user 'a@x.com;b@x.com' holds several addresses"),
        (b"user\nm?ller@x.com\n", "line 2: The user 'm?ller@x.com' contains a ?"),
        ("user\nali\u200ece\u202e@x.com\n".encode(), "line 2"),
        (b"PK\x03\x04\x00\x00", "is not a text file"),
        (b"name,mail\nAnn,alice@contoso.com\n", "has no column of users: its first line is name | mail"),
        (b"Ann,alice@contoso.com\nBob,bob@contoso.com\n", "has columns but no header (Ann | alice@contoso.com)"),
        (b"user,note\n,new\n", "pilot.csv, line 2 has no user (new)"),
        (b"note,user\nnew\n", "pilot.csv, line 2 has no user (new)"),
        (b"user\n*@contoso.com\n", "contains a wildcard"),
        (b'"quoted"@contoso.com\n', "is not sound CSV"),
        (b'user\n"alice@contoso.com\n', "is not sound CSV"),
        (b"user\n" + b"a" * 200_000 + b"@contoso.com\n", "is not sound CSV"),
    ],
)
def test_users_files_that_cannot_be_used(data: bytes, words: str) -> None:
    assert words in problem(plan(without(wave(users_file="pilot.csv"), "users")), data=data)


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
