# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of modules names no single action, and takes its time from a clock that is handed in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import actions

from tests.controller import ROOT

RUN = ROOT / "plugins" / "module_utils" / "_run"
# What is about one kind of action by its name: the reports of moves, and grants in batches.
OF_ONE_ACTION = {"reports.py": {"MoveUser"}, "batches.py": {"GrantInBatch"}}
CLOCK = "clock.py"


def named(tree: ast.AST) -> set[str]:
    """The names that a file uses, also as attributes or by import."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return used | {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def imported(tree: ast.AST) -> set[str]:
    """The modules that a file imports or imports from."""
    whole = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return whole | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}


def problems(folder: Path) -> Iterator[str]:
    """What stands against the run's files, a sentence each."""
    kinds = {name for name, each in vars(actions).items() if isinstance(each, type) and hasattr(each, "cmdlet")}
    kinds |= {actions.SetConfiguration.__name__}
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for kind in sorted((named(tree) & kinds) - OF_ONE_ACTION.get(path.name, set())):
            yield f"{path.name} names {kind}: say in _model/actions.py what is special about it."
        if path.name != CLOCK and "time" in imported(tree):
            yield f"{path.name} imports time: take a Clock of {CLOCK}."


def test_the_run_names_no_single_action_and_no_time_of_its_own() -> None:
    assert list(problems(RUN)) == []


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("apply.py", "from .._model.actions import MoveUser", "apply.py names MoveUser"),
        ("users.py", "from .._model import actions\nx = actions.GrantPolicy", "users.py names GrantPolicy"),
        ("apply.py", "from .._model.actions import SetConfiguration as S", "apply.py names SetConfiguration"),
        ("reports.py", "from .._model.actions import GrantPolicy", "reports.py names GrantPolicy"),
        ("reports.py", "from .._model.actions import Action, MoveUser", ""),
        ("wait.py", "from time import sleep", "wait.py imports time"),
        ("wait.py", "import time", "wait.py imports time"),
        ("clock.py", "import time", ""),
    ],
)
def test_what_is_planted_in_the_run_is_found(tmp_path: Path, file: str, text: str, found: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert [problem.partition(":")[0] for problem in problems(tmp_path)] == ([found] if found else [])
