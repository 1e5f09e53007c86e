# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's variables: what its specs describe is what its tasks use, and each default stands in defaults/main.yml alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLE = Path(__file__).parents[3] / "roles" / "teams_upgrade"
USED = re.compile(r"(?<![\w_.])(teams_upgrade_[a-z_]+)")
SPECS: dict[str, Any] = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
ENTRIES: dict[str, dict[str, Any]] = {name: entry["options"] for name, entry in SPECS["argument_specs"].items()}
DEFAULTS: dict[str, Any] = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
PLAYBOOKS = ROLE.parents[1] / "playbooks"


def tasks_of(path: Path) -> str:
    """The text of a file of tasks and of those that it brings in, less comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    found = re.findall(r"(?:import|include)_tasks: \"?([\w/{}. ]+\.yml)", "\n".join(lines))
    names = [name for each in found for name in (["wave_notify.yml", "wave_upgrade.yml"] if "{" in each else [each])]
    return "\n".join([*lines, *(tasks_of(ROLE / "tasks" / name) for name in names)])


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_an_entry_point_describes_the_variables_that_it_uses_and_no_others(entry: str) -> None:
    assert set(USED.findall(tasks_of(ROLE / "tasks" / f"{entry}.yml"))) == set(ENTRIES[entry])


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_documented_defaults_are_those_of_the_role(entry: str) -> None:
    documented = {name: option["default"] for name, option in ENTRIES[entry].items() if "default" in option}
    assert documented == {name: DEFAULTS[name] for name in documented}
    required = {name for name, option in ENTRIES[entry].items() if option.get("required")}
    assert set(ENTRIES[entry]) - required <= set(DEFAULTS)
    assert required.isdisjoint(DEFAULTS)


def test_every_default_is_of_a_variable_that_is_described() -> None:
    assert set(DEFAULTS) <= {name for options in ENTRIES.values() for name in options}


def test_tasks_hold_no_filters_but_those_that_name_a_value() -> None:
    """What is computed is computed in Python, where it is tested."""
    files = [*(ROLE / "tasks").rglob("*.yml"), *PLAYBOOKS.glob("*.yml")]
    filters = {name for path in files for name in re.findall(r"\| *(\w+)", path.read_text(encoding="utf-8"))}
    assert filters <= {"bool"}
