# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The budgets of the code: short files, short functions, modules that are almost only a table. (Complexity: ruff.)"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest

from tests.controller import ROOT

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
LINES_OF_A_MODULE = 60  # documentation apart
LETTERS_OF_A_TEST = 79  # the name of a function, which says what is tested
BUDGETS = (
    f"A file has at most {LINES_OF_A_FILE} lines, a function {LINES_OF_A_FUNCTION}, a module {LINES_OF_A_MODULE} lines of code: "
    "move a part to a file or a function of its own."
)
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def lines_of(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def lines_of_documentation(tree: ast.Module) -> int:
    """Lines of the texts from which Ansible makes a plugin's documentation."""
    return sum(
        lines_of(node)
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in DOCUMENTATION for t in node.targets)
    )


def lines_of_code(tree: ast.Module) -> int:
    """Lines of the statements, without documentation, imports, comments and blank lines between them."""
    imports = sum(lines_of(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    return sum(map(lines_of, tree.body)) - imports - lines_of_documentation(tree)


def over_budget(path: Path, *, is_module: bool) -> Iterator[str]:
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    length = len(text.splitlines()) - lines_of_documentation(tree)
    if length > LINES_OF_A_FILE:
        yield f"{name}: {length} lines"
    if is_module and (code := lines_of_code(tree)) > LINES_OF_A_MODULE:
        yield f"{name}: {code} lines of code in a module"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > LINES_OF_A_FUNCTION:
            yield f"{name}:{node.lineno}: {lines_of(node)} lines in {node.name}"


def long_names(path: Path) -> Iterator[str]:
    tests = (
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    )
    for node in tests:
        if node.name.startswith("test_") and len(node.name) > LETTERS_OF_A_TEST:
            yield f"{path.name}:{node.lineno}: {len(node.name)} letters in {node.name}"


def test_names_of_tests_are_short() -> None:
    found = [problem for path in sorted((ROOT / "tests").rglob("test_*.py")) for problem in long_names(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("letters", "wrong"), [(79, 0), (80, 1)])
def test_a_long_name_of_a_test_is_found(tmp_path: Path, letters: int, wrong: int) -> None:
    path = tmp_path / "test_planted.py"
    path.write_text(f"class Tests:\n    def {'test_':x<{letters}}(self):\n        pass\n", encoding="utf-8")
    assert len(list(long_names(path))) == wrong


def test_everything_is_within_its_budget() -> None:
    found = [
        problem
        for part in ("plugins", "demo", "dev", "tests")
        for path in sorted((ROOT / part).rglob("*.py"))
        for problem in over_budget(path, is_module=path.parent == ROOT / "plugins" / "modules")
    ]
    assert not found, "\n".join([*found, BUDGETS])


FUNCTION = "def f():\n" + "    pass\n" * LINES_OF_A_FUNCTION


@pytest.mark.parametrize(
    ("text", "is_module", "wrong"),
    [
        ("\n" * 301, False, "301 lines"),
        (FUNCTION, False, "41 lines in f"),
        ("class C:\n" + indent(FUNCTION.replace("def", "async def"), "    "), False, "41 lines in f"),
        ("x = 1\n" * 61, True, "61 lines of code in a module"),
    ],
)
def test_what_is_over_budget_is_found(tmp_path: Path, text: str, is_module: bool, wrong: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(text, encoding="utf-8")
    (found,) = over_budget(path, is_module=is_module)
    assert found.endswith(wrong)


def test_documentation_and_imports_are_no_code(tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    documentation = 'DOCUMENTATION = r"""\n' + "text\n" * 400 + '"""\n'
    path.write_text(f"import os\n\n{documentation}\n" + "x = 1\n" * 60, encoding="utf-8")
    assert list(over_budget(path, is_module=True)) == []
