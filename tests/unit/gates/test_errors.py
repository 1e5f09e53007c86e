# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fails as a whole raises Failure: no function returns a value or a reason, which callers would have to tell apart (R11).

In mappings by user, and in facts, a reason is a value. `read_or_reason` makes it one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller import ROOT

PARTS = ("module_utils/_cmdlets", "module_utils/_run", "modules")
# What is known of one user of many: the fact, or why there is none.
OF_ONE_USER = frozenset({"Facts"})


def members(annotation: ast.expr) -> set[str]:
    """The types of a union, as they are written; the annotation itself where it is none."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return members(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return members(annotation.left) | members(annotation.right)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith(("Union", "Optional")):
        inner = annotation.slice
        return set[str]().union(*map(members, inner.elts if isinstance(inner, ast.Tuple) else [inner]))
    return {ast.unparse(annotation)}


def is_value_or_reason(types: set[str]) -> bool:
    return "Reason" in types and bool(types - {"Reason", "None"})


def aliases(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The names that a file gives to types, with the members of each."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is not None and ast.unparse(node.annotation) == "TypeAlias":
            yield ast.unparse(node.target), members(node.value)


def found_in(plugins: Path) -> Iterator[str]:
    """`file:line: function` for each that returns a value or a reason."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(plugins.rglob("*.py"))}
    named = {name for tree in trees.values() for name, types in aliases(tree) if is_value_or_reason(types)}
    for path, tree in trees.items():
        if not path.relative_to(plugins).as_posix().startswith(PARTS):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.returns is None:
                continue
            types = members(node.returns)
            if is_value_or_reason(types) or types & (named - OF_ONE_USER):
                yield f"{path.relative_to(plugins)}:{node.lineno}: {node.name}"


def test_nothing_returns_a_value_or_a_reason() -> None:
    found = list(found_in(ROOT / "plugins"))
    assert not found, "Raise Failure(reason) instead of returning the reason:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("returns", "is_found"),
    [
        ("list[User] | Reason", True),
        ("Reason | list[User]", True),
        ("bool | Reason | None", True),
        ("'int | Reason'", True),
        ("Union[int, Reason]", True),
        ("Found", True),
        ("Reason | None", False),
        ("Reason", False),
        ("dict[str, User | Reason]", False),
        ("Facts", False),
        ("int", False),
    ],
)
@pytest.mark.parametrize("part", PARTS)
def test_a_planted_function_is_found(tmp_path: Path, part: str, returns: str, is_found: bool) -> None:
    planted = tmp_path / part / "planted.py"
    planted.parent.mkdir(parents=True)
    alias = "Found: TypeAlias = int | Reason\nFacts: TypeAlias = User | Reason\n"
    planted.write_text(f"{alias}class C:\n    def read(self) -> {returns}: ...\n", encoding="utf-8")
    assert list(found_in(tmp_path)) == ([f"{part}/planted.py:4: read"] if is_found else [])
