# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Upper and lower case are one where the hosts take them for one, and nowhere else."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.casing import fold
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import PwshMissing, find_pwsh
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation import identities
from hypothesis import given
from hypothesis import strategies as st

FOLDS = pytest.mark.parametrize("folding", [fold, identities.fold], ids=["collection", "simulated hosts"])
BMP = [code for code in range(0x21, 0x10000) if not 0xD800 <= code < 0xE000]
# Letters whose other case came with Unicode 16, which Python has from 3.14 on: newer hosts join them, older ones do not.
UNICODE_16 = {0x19B, 0xA7DC, 0x264, 0xA7CB, 0x1C89, 0x1C8A, 0xA7CC, 0xA7CD, 0xA7DA, 0xA7DB}
# The capital that .NET has for each character which has one, as hexadecimal numbers.
CAPITALS = """
$found = foreach ($code in 0x21..0xFFFF) {
    if ($code -ge 0xD800 -and $code -lt 0xE000) { continue }
    $capital = [int][char]::ToUpperInvariant([char]$code)
    if ($capital -ne $code) {
        $same = [StringComparer]::OrdinalIgnoreCase.Equals([string][char]$code, [string][char]$capital)
        "$code $capital $same $([string][char]$code -eq [string][char]$capital)"
    }
}
$found -join "`n"
"""


@FOLDS
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M\u00dcLLER@contoso.com", "m\u00fcller@Contoso.com"),
        ("\u00c5\u00c4\u00d6", "\u00e5\u00e4\u00f6"),
        ("\u0141\u00d3D\u0179", "\u0142\u00f3d\u017a"),
        ("\u0418\u0432\u0430\u043d", "\u0438\u0412\u0410\u041d"),
        ("\u03c3", "\u03a3"),
        ("\u03c2", "\u03a3"),
        ("\u01c4", "\u01c6"),
        ("\u01c4", "\u01c5"),
        ("\u1f80", "\u1f88"),
        ("\u00b5", "\u03bc"),
        ("\u0178", "\u00ff"),
    ],
)
def test_case_does_not_matter_beyond_ascii_either(folding: Callable[[str], str], one: str, other: str) -> None:
    assert folding(one) == folding(other)


@FOLDS
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stra\u00dfe", "strasse"),
        ("\u1e9e", "\u00df"),
        ("\u0130", "i"),
        ("\u0131", "i"),
        ("\u0131", "I"),
        ("\u017f", "s"),
        ("\u212a", "k"),
        ("\u212b", "\u00e5"),
        ("\u2126", "\u03c9"),
        ("\u03f4", "\u03b8"),
        ("\ufb01", "fi"),
        ("m\u00fcller", "muller"),
        ("m\u00fcller", "mu\u0308ller"),
        ("\uff41", "a"),
        ("\u0430", "a"),
    ],
)
def test_what_hosts_tell_apart_stays_apart(folding: Callable[[str], str], one: str, other: str) -> None:
    assert folding(one) != folding(other)


def test_an_umlaut_in_either_case_is_one_user() -> None:
    users = parse_users(["M\u00dcLLER@contoso.com", "sip:m\u00fcller@contoso.com", "MULLER@contoso.com"])
    assert [user.address for user in users] == ["M\u00dcLLER@contoso.com", "MULLER@contoso.com"]


@FOLDS
@given(text=st.text())
def test_folding_keeps_the_length_and_is_done_once(folding: Callable[[str], str], text: str) -> None:
    stripped = text.strip()
    folded = folding(stripped)
    assert len(folded) == len(stripped)
    assert folding(folded) == folded


@given(st.text(), st.text())
def test_folding_goes_character_by_character(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


def classes(pairs: Iterable[tuple[int, object]]) -> set[frozenset[int]]:
    found: defaultdict[object, set[int]] = defaultdict(set)
    for code, key in pairs:
        found[key].add(code)
    return {frozenset(each - UNICODE_16) for each in found.values()}


@pytest.mark.pwsh
@FOLDS
def test_a_real_powershell_takes_the_same_characters_for_one(folding: Callable[[str], str]) -> None:
    try:
        program = find_pwsh()
    except PwshMissing as missing:
        pytest.skip(str(missing))
    answer = subprocess.run([program, "-Command", CAPITALS], capture_output=True, text=True, check=True, timeout=300)
    lines = [line.split() for line in answer.stdout.splitlines() if line.strip()]
    assert {tuple(line[2:]) for line in lines} == {("True", "True")}
    capitals = {int(line[0]): int(line[1]) for line in lines}
    assert len(capitals) > 1000
    of_hosts = classes((code, capitals.get(code, code)) for code in BMP)
    assert classes((code, folding(f"x{chr(code)}x")) for code in BMP) == of_hosts
