# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of rules: no rule without a test or a reason, no test of a rule that is none, and never out of date."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dev.rule_table import BEHAVIOURS, RULES, TABLE, behaviours, problems, proofs, table
from tests.controller import ROOT


def test_the_table_of_rules_is_whole_and_up_to_date() -> None:
    assert not problems(ROOT)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder in which every rule is described and proven by one test, but for the first, which says why it is not."""
    for folder in ("dev", "docs", "tests"):
        (tmp_path / folder).mkdir()
    known = "\n".join(f"{rule}: {{does: Something is done about 7.0.2046.385.}}" for rule in RULES[1:])
    (tmp_path / BEHAVIOURS).write_text(f"R1: {{part: All, does: It is done., gap: It cannot be seen.}}\n{known}\n")
    (tmp_path / "tests" / "test_all.py").write_text(
        "\n".join(f"def test_{rule.lower()}_it(): ..." for rule in RULES[1:])
    )
    (tmp_path / TABLE).write_text(table(behaviours(tmp_path), proofs(tmp_path)))
    return tmp_path


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_table_that_is_in_order_has_no_problem(clone: Path) -> None:
    assert problems(clone) == []
    assert "| R1 | It is done. | none: It cannot be seen. |" in (clone / TABLE).read_text()
    assert (
        "| R78 | Something is done about 7.0.2046.385. | [test_all.py](../tests/test_all.py): it |"
        in (clone / TABLE).read_text()
    )


@pytest.mark.parametrize(
    ("plant", "wrong"),
    [
        (
            lambda root: replaced(root / "tests" / "test_all.py", "test_r13_", "test_thirteen_"),
            "R13 has no test named after it",
        ),
        (
            lambda root: replaced(root / "tests" / "test_all.py", "test_r13_", "test_r13_r70_"),
            "names R70, which is no rule",
        ),
        (
            lambda root: replaced(root / "tests" / "test_all.py", "test_r13_", "test_r13_r1_"),
            "R1 has a gap, and a test",
        ),
        (
            lambda root: replaced(root / "tests" / "test_all.py", "test_r13_it", "test_r13_that"),
            "rules.md is out of date",
        ),
        (lambda root: replaced(root / BEHAVIOURS, "R13:", "R70:"), "R70 is no rule of the table"),
        (lambda root: replaced(root / BEHAVIOURS, "R13:", "R70:"), "R13 has no behaviour"),
        (
            lambda root: replaced(root / BEHAVIOURS, ", gap: It cannot be seen.", ""),
            "R1 has no test named after it, and no gap",
        ),
        (
            lambda root: replaced(root / BEHAVIOURS, "gap: It cannot be seen.", "gap: later"),
            "'later' is not a sentence",
        ),
        (lambda root: replaced(root / BEHAVIOURS, "It is done.", "Once. And again."), "is not a sentence"),
        (lambda root: replaced(root / TABLE, "It is done.", "It is edited."), "rules.md is out of date"),
        (lambda root: (root / TABLE).unlink(), "rules.md is out of date"),
        (
            lambda root: replaced(root / TABLE, "../tests/test_all.py", "../tests/test_gone.py"),
            "tests/test_gone.py, which is not there",
        ),
    ],
)
def test_what_is_wrong_with_the_table_is_found(clone: Path, plant: Callable[[Path], None], wrong: str) -> None:
    plant(clone)
    assert any(wrong in problem for problem in problems(clone)), problems(clone)
