# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/rules.md: each rule of the domain, what the collection does about it, and the tests that prove it.

`make tables` runs this. What the collection does comes from dev/rules.yml, the tests from their names: `test_r13_r14_...` proves R13
and R14. With --check nothing is written, and what is wrong is named.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TABLE = Path("docs") / "rules.md"
BEHAVIOURS = Path("dev") / "rules.yml"
RULES = tuple(f"R{number}" for number in (*range(1, 67), *range(72, 79)))
HEAD = """\
<!--
Copyright (c) 2026 sfb.teams_upgrade contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Rules of the upgrade

What the collection does about each rule of the domain, and the tests that prove it: `pytest tests -k r13` runs those of R13. R67 to R71 are
about taking Skype for Business down afterwards, which this collection does not do.

This file is made by `python dev/rule_table.py` from `dev/rules.yml` and the names of the tests; the tests fail while it is out of date.
"""
_NAME = re.compile(r"test((?:_r\d+)+)_\w+")
_SENTENCE = re.compile(r"[A-Z`][^.\n]*(?:\.\d[^.\n]*)*\.")


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """A test: its file below the root, and its name. `rules` are those that it is named after."""

    path: str
    name: str
    rules: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the name says besides the rules."""
        return re.sub(r"^test(_r\d+)+_", "", self.name).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What is done about a rule, in a sentence; `gap` is why no test is named after it, `part` begins a part of the table."""

    does: str
    part: str = ""
    gap: str = ""


def proofs(root: Path) -> list[Proof]:
    """Return the tests below a folder that are named after rules, by file and place."""
    found = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ""
            if match := _NAME.fullmatch(name):
                rules = tuple(match[1].removeprefix("_").upper().split("_"))
                found.append(Proof(path.relative_to(root).as_posix(), name, rules))
    return found


def behaviours(root: Path) -> dict[str, Behaviour]:
    """Return what is done, by rule. Raises TypeError for what is no behaviour."""
    facts = yaml.safe_load((root / BEHAVIOURS).read_text(encoding="utf-8"))
    return {rule: Behaviour(**fact) for rule, fact in facts.items()}


def table(known: Mapping[str, Behaviour], tests: Sequence[Proof]) -> str:
    """Return the text of docs/rules.md."""
    lines = [HEAD.rstrip()]
    for rule, behaviour in known.items():
        if behaviour.part:
            lines += ["", f"## {behaviour.part}", "", "| rule | behaviour | tests |", "|---|---|---|"]
        cells = "<br>".join(_files([test for test in tests if rule in test.rules])) or f"none: {behaviour.gap}"
        lines.append(f"| {rule} | {behaviour.does} | {cells} |")
    return "\n".join(lines) + "\n"


def _files(tests: Sequence[Proof]) -> Iterator[str]:
    by_path: dict[str, list[str]] = {}
    for test in tests:
        by_path.setdefault(test.path, []).append(test.title)
    for path, titles in by_path.items():
        yield f"[{path.removeprefix('tests/')}](../{path}): {'; '.join(titles)}"


def problems(root: Path) -> list[str]:
    """Return what is wrong with the behaviours, the tests' names and the table below a folder, a sentence each."""
    known, tests = behaviours(root), proofs(root)
    proven = {rule for test in tests for rule in test.rules}
    wrong = [f"{rule} is no rule of the table." for rule in known if rule not in RULES]
    wrong += [f"{rule} has no behaviour." for rule in RULES if rule not in known]
    wrong += [f"{rule}: {text!r} is not a sentence." for rule, text in _texts(known) if not _SENTENCE.fullmatch(text)]
    wrong += [
        f"{rule} has no test named after it, and no gap." for rule in known if not (rule in proven or known[rule].gap)
    ]
    wrong += [f"{rule} has a gap, and a test named after it." for rule in known if rule in proven and known[rule].gap]
    wrong += [
        f"{test.path}: {test.name} names {rule}, which is no rule."
        for test in tests
        for rule in test.rules
        if rule not in RULES
    ]
    return wrong + _outdated(root, known, tests)


def _texts(known: Mapping[str, Behaviour]) -> list[tuple[str, str]]:
    return [(rule, text) for rule, each in known.items() for text in (each.does, each.gap) if text or text is each.does]


def _outdated(root: Path, known: Mapping[str, Behaviour], tests: Sequence[Proof]) -> list[str]:
    path = root / TABLE
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    wrong = [
        f"{TABLE} names {name}, which is not there."
        for name in sorted(set(re.findall(r"\]\(\.\./([^)]*)\)", written)))
        if not (root / name).is_file()
    ]
    return wrong if written == table(known, tests) else [*wrong, f"{TABLE} is out of date: run make tables."]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table, or with --check look for what is wrong; return the exit code."""
    parser = argparse.ArgumentParser(description="Writes docs/rules.md from dev/rules.yml and the names of the tests.")
    parser.add_argument("--check", action="store_true", help="write nothing, and name what is wrong")
    if not parser.parse_args(arguments).check:
        (ROOT / TABLE).write_text(table(behaviours(ROOT), proofs(ROOT)), encoding="utf-8")
    wrong = problems(ROOT)
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
