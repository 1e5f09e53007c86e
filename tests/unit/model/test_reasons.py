# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of reasons is closed and documented: no code is given that the page does not explain."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller import ROOT

SCRIPT = runpy.run_path(str(ROOT / "dev" / "reasons.py"))
MAKERS = {"Reason", "SessionFault", "reason", "_stop", "_entry"}
FILES = sorted((ROOT / "plugins").rglob("*.py"))


def codes(path: Path) -> Iterator[str]:
    """The codes that a file makes reasons with, where they are written out. (The simulated hosts have faults of their own.)"""
    if "_lab" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in MAKERS and isinstance(node.args[0].value, str) and len(node.args) > 1:
                yield node.args[0].value


def test_the_page_is_what_the_catalogues_say() -> None:
    assert SCRIPT["PAGE"].read_text(encoding="utf-8") == SCRIPT["page"](), "run make tables"


def test_every_code_that_is_given_is_on_the_page() -> None:
    page = SCRIPT["page"]()
    given = {code for path in FILES for code in codes(path)}
    assert {"not_licensed", "shared_sip_address_space", "unreachable", "invalid_user"} <= given
    hidden = {"check_mode_refused"}
    assert {code for code in given - hidden if f"`{code}`" not in page} == set()


@pytest.mark.parametrize("row", [line for line in SCRIPT["page"]().splitlines() if line.startswith("| `")])
def test_every_reason_has_a_remedy(row: str) -> None:
    assert row.rsplit("|", 2)[1].strip().endswith((".", "!"))
