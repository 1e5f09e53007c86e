# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules describe the return values that they share in the same words, since fragments cannot (docs/decisions.md)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.controller import ROOT

MODULES = ROOT / "plugins" / "modules"
Document = Mapping[str, Any]


def document(path: Path, name: str) -> Document:
    """One of the YAML texts of a module, DOCUMENTATION or RETURN."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=known)], value=ast.Constant(value=str() as text)) if known == name:
                found: Document = yaml.safe_load(text)
                return found
    raise AssertionError(f"{path.name} has no {name}")


def fragments(path: Path) -> list[str]:
    found: list[str] = document(path, "DOCUMENTATION").get("extends_documentation_fragment", [])
    return found


def on_hosts(path: Path) -> bool:
    """Whether a module works on a host, and is no step of a wave."""
    return not any(name.startswith("sfb.teams_upgrade.wave") for name in fragments(path))


def on_users(path: Path) -> bool:
    """Whether a module takes the options of a list of users and changes them."""
    return "sfb.teams_upgrade.users" in fragments(path)


# Which modules describe a value in the same words, where they return it. Samples are a module's own.
SHARED: Mapping[str, Callable[[Path], bool]] = {
    "summary": on_hosts,
    "users": on_users,
    "failure_count": on_users,
    "failures": on_users,
    "configuration": on_hosts,
}
# What every module that changes users returns.
OF_USERS = ("summary", "users", "failure_count", "failures")


def differing(modules: Path) -> Iterator[str]:
    """`key: what is wrong` for each shared return value that two modules describe differently, or that one lacks."""
    returned = {path: document(path, "RETURN") for path in sorted(modules.glob("*.py"))}
    for key, fits in SHARED.items():
        described = {
            path.stem: {part: value for part, value in values[key].items() if part != "sample"}
            for path, values in returned.items()
            if fits(path) and key in values
        }
        first = next(iter(described), "")
        yield from (f"{key}: {name} differs from {first}" for name in described if described[name] != described[first])
    for path, values in returned.items():
        yield from (
            f"{key}: {path.stem} does not return it" for key in OF_USERS if on_users(path) and key not in values
        )


def test_shared_return_values_are_described_alike() -> None:
    assert sum(on_users(path) for path in MODULES.glob("*.py")) >= 3
    assert list(differing(MODULES)) == []


TEXT = '''DOCUMENTATION = r"""
extends_documentation_fragment: [sfb.teams_upgrade.users]
"""
RETURN = r"""
users: {description: One entry per user., returned: always, type: list, sample: []}
summary: {description: Counts., returned: always, type: dict, sample: {}}
failure_count: {description: How many., returned: always, type: int, sample: 0}
failures: {description: By cause., returned: always, type: list, sample: []}
"""
'''


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("By cause.", "Grouped by cause.", "failures: two differs from one"),
        ("returned: always, type: int", "returned: success, type: int", "failure_count: two differs from one"),
        ("failures: {", "failed: {", "failures: two does not return it"),
    ],
)
def test_a_planted_difference_is_found(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    (tmp_path / "one.py").write_text(TEXT.replace("sample: 0", "sample: 1"), encoding="utf-8")
    (tmp_path / "two.py").write_text(TEXT, encoding="utf-8")
    assert list(differing(tmp_path)) == []
    assert old in TEXT
    (tmp_path / "two.py").write_text(TEXT.replace(old, new), encoding="utf-8")
    assert list(differing(tmp_path)) == [wrong]
