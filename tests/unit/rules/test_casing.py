# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Case is compared as the hosts do: by .NET's ordinal comparison without case, which a real PowerShell is asked for."""

from __future__ import annotations

import subprocess
from unicodedata import name

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.casing import fold
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab._engine_pwsh_processes import find_pwsh
from hypothesis import given
from hypothesis import strategies as st

from tests.engines import PWSH


@pytest.mark.parametrize(
    ("one", "other"), [("A", "a"), ("Ü", "ü"), ("É", "é"), ("Ł", "ł"), ("Σ", "ς"), ("Д", "д"), ("ÿ", "Ÿ"), ("ǆ", "Ǆ")]
)
def test_letters_are_the_same_in_both_cases(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ß", "ss"),
        ("\u0131", "i"),  # dotless i
        ("İ", "i"),
        ("\u212a", "k"),  # Kelvin sign
        ("\u017f", "s"),  # long s
        ("\ufb01", "fi"),  # the ligature
        ("\u0430", "a"),  # the Cyrillic letter
        ("ü", "u"),
    ],
)
def test_what_the_hosts_tell_apart_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


# Every letter below U+FFFF with another case, and what the engine compares with it: all code points at once, by their capitals.
ASK = """
$o = [System.Text.StringBuilder]::new()
for ($c = 0x80; $c -lt 0xD800; $c++) {
    $u = [int][char]::ToUpperInvariant([char]$c)
    if ($u -ne $c) { [void]$o.Append("$c $u`n") }
}
$o.ToString()
"""


@pytest.mark.parametrize("engine", [PWSH])
def test_a_real_powershell_joins_the_same_letters(engine: str) -> None:
    assert engine == "pwsh"
    done = subprocess.run([find_pwsh(), "-Command", ASK], capture_output=True, text=True, check=True, timeout=60)
    capitals = {
        int(small): int(large) for small, large in (line.split() for line in done.stdout.split("\n") if " " in line)
    }
    assert len(capitals) > 600
    # The engine may know a newer Unicode than this Python.
    letters = [code for code in range(0x80, 0xD800) if name(chr(code), "")]
    known = {code: capitals.get(code, code) for code in letters if name(chr(capitals.get(code, code)), "")}
    joined: dict[int, set[str]] = {}
    for code, capital in known.items():
        joined.setdefault(capital, set()).add(fold(chr(code)))
    assert {chr(capital): folded for capital, folded in joined.items() if len(folded) > 1} == {}
    apart = len({fold(chr(code)) for code in known})
    assert apart == len(joined)
