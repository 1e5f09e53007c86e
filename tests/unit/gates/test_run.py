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
# Methods of datetime and date that tell the time; modules and functions that do, or wait.
NOWS = {"now", "utcnow", "today"}
TIMES = {"time", "threading", "asyncio", "sched", "select", "signal", "monotonic", "perf_counter", "sleep"}


def used(tree: ast.AST) -> set[str]:
    """The names that a file uses, also as attributes, by import or as text."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return names | {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def imported(tree: ast.AST) -> set[str]:
    """The modules that a file imports or imports from, and what it imports from the collection's own."""
    whole = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    parts = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    whole |= {node.module or "" for node in parts if not node.level}
    return whole | {alias.name for node in parts if node.level for alias in node.names}


def times(tree: ast.AST) -> set[str]:
    """The ways to a time of its own that a file goes: a module or function of time, or a method of the system's clock."""
    called = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (
            (node.attr in NOWS and not ast.unparse(node.value).endswith(("clock", "_clock")))
            or ast.unparse(node.value).endswith("SYSTEM_CLOCK")
        )
    }
    dynamic = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
    }
    return called & (TIMES | NOWS) | {
        each for each in imported(tree) | dynamic if isinstance(each, str) and each in TIMES
    }


def problems(folder: Path) -> Iterator[str]:
    """What stands against the run's files, a sentence each."""
    kinds = {name: each for name, each in vars(actions).items() if isinstance(each, type) and hasattr(each, "cmdlet")}
    kinds[actions.SetConfiguration.__name__] = actions.SetConfiguration
    for path in sorted(folder.rglob("*.py")):
        name, tree = path.relative_to(folder).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        found = used(tree)
        for kind in sorted(kinds.keys() - OF_ONE_ACTION.get(name, set())):
            if found & {kind, getattr(kinds[kind], "cmdlet", kind)}:
                yield f"{name} names {kind}: say in _model/actions.py what is special about it."
        if name != CLOCK and times(tree):
            yield f"{name} takes a time of its own: take a Clock of {CLOCK}."


def test_the_run_names_no_single_action_and_no_time_of_its_own() -> None:
    assert list(problems(RUN)) == []


TIMED = "wait.py takes a time of its own"


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("apply.py", "from .._model.actions import MoveUser", "apply.py names MoveUser"),
        ("users.py", "from .._model import actions\nx = actions.GrantPolicy", "users.py names GrantPolicy"),
        ("apply.py", "from .._model.actions import SetConfiguration as S", "apply.py names SetConfiguration"),
        ("reports.py", "from .._model.actions import GrantPolicy", "reports.py names GrantPolicy"),
        ("reports.py", "from .._model.actions import Action, MoveUser", ""),
        ("apply.py", "from .._model.actions import MoveUser as M", "apply.py names MoveUser"),
        ("apply.py", "from .._model import actions as a\nx = isinstance(y, a.MoveUser)", "apply.py names MoveUser"),
        ("apply.py", "x = getattr(actions, 'MoveUser')", "apply.py names MoveUser"),
        ("apply.py", "x = type(action).__name__ == 'MoveUser'", "apply.py names MoveUser"),
        ("apply.py", "x = action.cmdlet == 'Move-CsUser'", "apply.py names MoveUser"),
        ("apply.py", "match action:\n    case MoveUser(): ...", "apply.py names MoveUser"),
        ("more/reports.py", "from ..._model.actions import MoveUser", "more/reports.py names MoveUser"),
        ("apply.py", '"Sends Move-CsUser."', ""),
        ("wait.py", "from time import sleep", TIMED),
        ("wait.py", "import time", TIMED),
        ("wait.py", "import time as t", TIMED),
        ("wait.py", "from datetime import datetime as d\nd.now()", TIMED),
        ("wait.py", "x = datetime.utcnow", TIMED),
        ("wait.py", "import datetime\ndatetime.date.today()", TIMED),
        ("wait.py", "from datetime import datetime\nx = datetime.fromisoformat('2026-12-07')", ""),
        ("wait.py", "from threading import Event", TIMED),
        ("wait.py", "import asyncio", TIMED),
        ("wait.py", "from .clock import time as t", TIMED),
        ("wait.py", "from .._connection.client import monotonic", TIMED),
        ("wait.py", "x = import_module('time')", TIMED),
        ("wait.py", "x = __import__('time')", TIMED),
        ("wait.py", "SYSTEM_CLOCK.sleep(1)", TIMED),
        ("wait.py", "from . import clock\nclock.SYSTEM_CLOCK.monotonic()", TIMED),
        ("wait.py", "from .clock import SYSTEM_CLOCK\ndef f(clock=SYSTEM_CLOCK): clock.sleep(1)", ""),
        ("clock.py", "import time", ""),
    ],
)
def test_what_is_planted_in_the_run_is_found(tmp_path: Path, file: str, text: str, found: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert [problem.partition(":")[0] for problem in problems(tmp_path)] == ([found] if found else [])
