# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the lab that speak PowerShell and WinRM name no product: neither in code nor in comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller import ROOT

LAB = ROOT / "plugins" / "plugin_utils" / "_lab"
PACKAGES = ("engine", "wsman", "restricted")

LICENCE = re.compile(r"^# (?:Copyright|GNU General Public License|SPDX-License-Identifier)\b.*$", re.MULTILINE)
# What PowerShell itself calls so.
POWERSHELL = re.compile(r"runspace[ _]?pools?|import-csv", re.IGNORECASE)
# Words as they stand in prose, and as parts of names: `csuser`, `SkypeServer`, `teams_module`.
NAMES = re.compile(
    r"skype|teams|lync|sfb|csuser|csonline|microsoft\.rtc|rtcsip|office ?365|homing|homed|tenant|meeting|registrar|upgrade"
    r"|-cs[a-z]|(?<![a-z])pools?(?![a-z])|(?-i:Pools?(?![a-z]))",
    re.IGNORECASE,
)


def named(folder: Path) -> Iterator[str]:
    """`file:line: word` for each name of a product in the text files below a folder."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        text = POWERSHELL.sub("", LICENCE.sub("", path.read_text(encoding="utf-8")))
        for number, line in enumerate(text.splitlines(), 1):
            for match in NAMES.finditer(line):
                yield f"{path.relative_to(folder)}:{number}: {match[0]}"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_engine_and_the_protocol_name_no_product(package: str) -> None:
    assert list(LAB.joinpath(package).rglob("*.py"))
    assert list(named(LAB / package)) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("# As on a server of Skype for Business.", "Skype"),
        ("class SkypeHost:", "Skype"),
        ('"""A host with the module MicrosoftTeams."""', "Teams"),
        ("teams_module = 1", "teams"),
        ('NAME = "Get-CsUser"', "-CsU"),
        ("def csuser() -> None: ...", "csuser"),
        ("proxy = 'sipfed.online.lync.com'", "lync"),
        ("homing = user.homing", "homing"),
        ("registrar_pool = 1", "registrar"),
        ("pool = 1", "pool"),
        ("user_pool = 1", "pool"),
        ("class UserPool: ...", "Pool"),
    ],
)
def test_a_planted_name_is_found(tmp_path: Path, text: str, word: str) -> None:
    header = "# Copyright (c) 2026 sfb.teams_upgrade contributors\n"
    (tmp_path / "planted.py").write_text(header + text + "\n", encoding="utf-8")
    assert f"planted.py:2: {word}" in [*named(tmp_path)]


@pytest.mark.parametrize("text", ['"Import-Csv"', "# One runspace pool of a shell.", "class RunspacePool:", "spool()"])
def test_names_of_powershell_are_allowed(tmp_path: Path, text: str) -> None:
    (tmp_path / "planted.py").write_text(text, encoding="utf-8")
    assert list(named(tmp_path)) == []
