# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No modules of `plugins/` import each other in a circle, wherever in a file they are imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.controller import ROOT
from tests.unit.gates.test_arrows import PREFIX, imported


def imports(plugins: Path) -> dict[str, set[str]]:
    """The modules below `plugins` by dotted name, each with those that it imports."""
    files = {".".join(path.relative_to(plugins).with_suffix("").parts): path for path in plugins.rglob("*.py")}
    return {name: set(_imported(path, name, files)) for name, path in sorted(files.items())}


def _imported(path: Path, name: str, files: Mapping[str, Path]) -> Iterator[str]:
    for _line, full in imported(ast.parse(path.read_text(encoding="utf-8")), tuple(name.split("."))):
        target = full.removeprefix(f"{PREFIX}.")
        # `from .pool import Pool` names a module and what is in it, `from . import pool` a module.
        yield from (each for each in (target, target.rpartition(".")[0]) if each in files)


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """The names in one circle of imports, empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = imports(ROOT / "plugins")
    assert sum(map(len, graph.values())) > len(graph)
    assert cycle(graph) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_planted_circle_is_found(tmp_path: Path, late: bool) -> None:
    folder = tmp_path / "plugin_utils" / "_lab"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text("from .two import x\n", encoding="utf-8")
    (folder / "two.py").write_text("from . import three\n", encoding="utf-8")
    back = f"from {PREFIX}.plugin_utils._lab.one import y\n"
    (folder / "three.py").write_text(f"def f():\n    {back}" if late else back, encoding="utf-8")
    names = {f"plugin_utils._lab.{name}" for name in ("one", "two", "three")}
    assert set(cycle(imports(tmp_path))) == names
