# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each program in dev/ says which target of the Makefile runs it, and that target does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.controller import ROOT

NAMED = re.compile(r"`?make ([a-z][a-z-]*)")


def programs(root: Path) -> list[Path]:
    """The Python files and the scripts in dev/."""
    files = [path for path in sorted((root / "dev").iterdir()) if path.is_file()]
    return [path for path in files if path.suffix == ".py" or path.read_bytes().startswith(b"#!")]


def introduction(path: Path) -> str:
    """The docstring of a Python file, or the comment at the beginning of a script."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return ast.get_docstring(ast.parse(text)) or ""
    return "\n".join(line for line in text.split("\nset ")[0].splitlines() if line.startswith("#"))


def recipes(root: Path) -> Mapping[str, str]:
    """The commands of each target of the Makefile."""
    found: dict[str, str] = {}
    target = ""
    for line in (root / "Makefile").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([a-z][a-z -]*):(?!=)", line):
            target = match[1]
            found.update(dict.fromkeys(target.split(), ""))
        elif line.startswith("\t"):
            found.update({name: f"{found[name]}{line}\n" for name in target.split()})
    return found


def run_by(recipe: str, root: Path) -> set[str]:
    """The programs of dev/ that a recipe names, and those that these name."""
    known = {path.name: path for path in programs(root)}
    found: set[str] = set()
    texts = [recipe]
    while texts:
        text = texts.pop()
        named = {name for name, path in known.items() if re.search(rf"(?<![\w-]){path.stem}(?![\w-])", text)} - found
        found |= named
        texts += [known[name].read_text(encoding="utf-8") for name in named]
    return found


def problems(root: Path) -> Iterator[str]:
    """`program: what is wrong` for each program that names no target, or one that does not run it."""
    targets = recipes(root)
    for path in programs(root):
        named = NAMED.findall(introduction(path))
        if not named:
            yield f"{path.name}: names no target of the Makefile"
        for target in named:
            if target not in targets:
                yield f"{path.name}: the Makefile has no target {target}"
            elif path.name not in run_by(targets[target], root):
                yield f"{path.name}: make {target} does not run it"


def test_every_program_says_which_target_runs_it() -> None:
    assert len(programs(ROOT)) > 8
    assert list(problems(ROOT)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('"""Writes a page."""', "names no target of the Makefile"),
        ('"""Writes a page, by `make pages`."""', "the Makefile has no target pages"),
        ('"""Writes a page, by `make other`."""', "make other does not run it"),
        ('"""Writes a page, by `make page`."""', None),
        ('"""Writes a page, by `make whole`."""', None),
    ],
)
def test_a_program_that_does_not_say_so_is_found(tmp_path: Path, text: str, wrong: str | None) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "page.py").write_text(text, encoding="utf-8")
    (tmp_path / "dev" / "all.py").write_text('"""All, by `make whole`."""\nimport page\n', encoding="utf-8")
    (tmp_path / "Makefile").write_text(
        "page: ## the page\n\tpython dev/page.py\n\nother:\n\ttrue\n\nwhole:\n\tpython dev/all.py\n", encoding="utf-8"
    )
    assert list(problems(tmp_path)) == ([f"page.py: {wrong}"] if wrong else [])
