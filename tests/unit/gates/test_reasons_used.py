# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No reason is listed that nothing gives: users would look for what brings it about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from dev.reasons import ELSEWHERE
from tests.controller import ROOT

PLUGINS = ROOT / "plugins"
LISTS = tuple(PLUGINS / "module_utils" / "_model" / name for name in ("reasons.py", "organisation_reasons.py"))
MAKERS = {"reason", "_stop"}


def listed(path: Path) -> Iterator[str]:
    """The names of the reasons that a list defines."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=maker))) if maker in MAKERS:
                yield name


def given(path: Path) -> Iterator[str]:
    """The names that a file uses in any way but to import them or to compare a code with theirs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    compared = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "code"}
    for node in ast.walk(tree):
        if id(node) in compared:
            continue
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def unused(lists: tuple[Path, ...], plugins: Path) -> list[str]:
    """The names of listed reasons that nothing below `plugins` gives."""
    used = {name for path in plugins.rglob("*.py") for name in given(path)}
    return [name for path in lists for name in listed(path) if name not in used]


def test_every_listed_reason_is_given_somewhere() -> None:
    assert len([name for path in LISTS for name in listed(path)]) > 50
    assert unused(LISTS, PLUGINS) == []


def test_a_planted_reason_that_nothing_gives_is_found(tmp_path: Path) -> None:
    reasons, rules = tmp_path / "reasons.py", tmp_path / "rules.py"
    names = ("GIVEN", "HELD", "IMPORTED", "COMPARED", "FORGOTTEN")
    reasons.write_text("\n".join(f'{name} = reason("{name.lower()}", "A.", "B.")' for name in names), encoding="utf-8")
    rules.write_text(
        "from reasons import GIVEN, IMPORTED\nHOLDS = (reasons.HELD,)\n"
        "def rule(code):\n    return GIVEN.format() if code == reasons.COMPARED.code else None\n",
        encoding="utf-8",
    )
    assert unused((reasons,), tmp_path) == ["IMPORTED", "COMPARED", "FORGOTTEN"]


def test_every_reason_of_sessions_and_options_on_the_page_is_given_somewhere() -> None:
    texts = {
        node.value
        for path in PLUGINS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert [code for code in ELSEWHERE if code not in texts] == []
