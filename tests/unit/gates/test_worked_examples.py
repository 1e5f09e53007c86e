# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of docs/changes.md are made to a copy of the repository, and its tests hold there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from copy_collection import copy_collection
from tests.controller import ROOT

PAGE = ROOT / "docs" / "changes.md"
DEVELOPMENT = ROOT / "docs" / "development.md"
SECTION = re.compile(r"^## (?P<title>.+?)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
DIFF = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = re.compile(r"^pytest (.+)$", re.MULTILINE)
# The promise: what a change costs in files, those that make tables or make jea write not counted.
MOST_FILES = {"A reason code": 3, "A parameter of Move-CsUser": 5}
RENEW = (
    "The diff in docs/changes.md does not apply any more: make the change again, and put the output of git diff there."
)


@dataclass(frozen=True)
class Example:
    """A change: its diff, the files that it touches, and the arguments of the tests that prove it."""

    diff: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


def examples(page: str) -> Mapping[str, Example]:
    """The changes of the page, by title."""
    found = {}
    for section in SECTION.finditer(page):
        text = section["text"]
        diff = "".join(DIFF.findall(text))
        files = tuple(re.findall(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE))
        found[section["title"]] = Example(diff, files, tuple(" ".join(RUN.findall(text)).split()))
    return found


EXAMPLES = examples(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with all changes made."""
    collection = copy_collection(tmp_path_factory.mktemp("changes"))
    for title, example in EXAMPLES.items():
        applied = subprocess.run(
            ["git", "apply", "-C1", "-"],
            cwd=collection,
            input=example.diff,
            text=True,
            capture_output=True,
            check=False,
        )
        assert applied.returncode == 0, f"{title}: {applied.stderr}{RENEW}"
    subprocess.run([collection / "dev" / "farm"], check=True)
    return collection


def test_the_table_names_each_change_with_its_files() -> None:
    rows = re.findall(r"^\| \[(.+?)\]\(changes\.md#.+?\) \| (.+?) \| (\d+) \|$", DEVELOPMENT.read_text(), re.MULTILINE)
    assert [title for title, *_more in rows] == list(EXAMPLES)
    for title, opened, count in rows:
        assert int(count) == len(EXAMPLES[title].files), title
        assert set(re.findall(r"`(.+?)`", opened)) == set(EXAMPLES[title].files), title


def test_the_paths_that_the_guide_names_exist() -> None:
    """Paths are those of the repository, or begin below one of its packages; made ones begin with a dot."""
    text = DEVELOPMENT.read_text(encoding="utf-8")
    bases = (ROOT, ROOT / "plugins" / "module_utils", ROOT / "plugins" / "plugin_utils")
    named = set(re.findall(r"`(\w[\w./-]*/[\w./-]*)`", text)) - {
        file for one in EXAMPLES.values() for file in one.files
    }
    assert [path for path in sorted(named) if not any((base / path).exists() for base in bases)] == []


@pytest.mark.parametrize("title", MOST_FILES)
def test_a_change_stays_in_few_files(title: str) -> None:
    assert len(EXAMPLES[title].files) <= MOST_FILES[title]


def test_the_changes_work(copy: Path) -> None:
    tests = [argument for example in EXAMPLES.values() for argument in example.tests]
    assert all(example.tests for example in EXAMPLES.values())
    path = str(copy / ".build" / "collections")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *dict.fromkeys(tests)],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": path, "ANSIBLE_COLLECTIONS_PATH": path},
        text=True,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_without_the_changes_their_tests_fail(copy: Path) -> None:
    """The tests that the page names prove the change: they are its own, and not in the repository."""
    own = [argument for example in EXAMPLES.values() for argument in example.tests if "::" in argument]
    named = [argument.partition("::")[2] for argument in own]
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert own
    assert [name for name in named if f"def {name}(" in text] == []
