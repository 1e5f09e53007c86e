# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's variables: what its specs describe is what its tasks use, and each default stands in defaults/main.yml alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules import plan_window
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave import plan as plans

from tests.unit.wave.plans import plan, problem, wave, without

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
    # Without a default, playbooks that need users and do not name them fail. A look at readiness needs a plan or users.
    assert set(ENTRIES[entry]) - required - {"teams_upgrade_users"} <= set(DEFAULTS)
    # An empty one is there so that the role refuses it, in a sentence of its own.
    assert [name for name in required & set(DEFAULTS) if DEFAULTS[name]] == []


def test_every_default_is_of_a_variable_that_is_described() -> None:
    assert set(DEFAULTS) <= {name for options in ENTRIES.values() for name in options}


PLAN: dict[str, Any] = ENTRIES["wave"]["teams_upgrade_plan"]["options"]
WAVE: dict[str, Any] = PLAN["waves"]["options"]
SETTINGS: dict[str, Any] = PLAN["defaults"]["options"]


@pytest.mark.parametrize(
    ("documented", "accepted"),
    [
        (PLAN, plans.PLAN_KEYS),
        (SETTINGS, plans.SETTINGS),
        (WAVE, plans.WAVE_KEYS),
        (WAVE["filter"]["options"], plans.FILTERS),
        (SETTINGS["window"]["options"], plan_window.KEYS),
        (WAVE["window"]["options"], plan_window.KEYS),
    ],
    ids=["plan", "defaults", "wave", "filter", "window", "window of a wave"],
)
def test_every_key_of_the_plan_is_documented_and_no_other(
    documented: dict[str, Any], accepted: tuple[str, ...]
) -> None:
    assert set(documented) == set(accepted)
    assert all(option["description"] and option["type"] for option in documented.values())


def test_documented_defaults_and_choices_are_those_of_the_plan() -> None:
    of_wave = {**plans.DEFAULTS, "notice": plans.NOTICES[0], "again": False}
    for options, defaults in ((SETTINGS, plans.DEFAULTS), (WAVE, of_wave)):
        assert {name: option["default"] for name, option in options.items() if "default" in option} == defaults
        assert options["mode"]["choices"] == list(Mode)
        assert options["window"]["options"]["days"]["choices"] == list(plan_window.DAYS)
    assert PLAN["failure_budget_percentage"]["default"] == plans.BUDGET


def test_keys_that_are_documented_as_required_are_refused_when_missing() -> None:
    window = {"from": "19:00", "to": "23:00"}
    for name in (name for name, option in WAVE.items() if option.get("required")):
        assert "is missing" in problem(plan(without(wave(), name))) or "has no name" in problem(
            plan(without(wave(), name))
        )
    for name in (name for name, option in WAVE["window"]["options"].items() if option.get("required")):
        assert "is missing" in problem(plan(wave(window=without(window, name))))
    assert "The plan has no waves." in problem({})


@pytest.mark.parametrize("value", ["text", ["list"], {"waves": "pilot", "none": 1}, {"waves": [{"mode": "Teams"}]}])
def test_ansible_leaves_faults_of_a_plan_to_the_sentences_of_the_role(value: object) -> None:
    found = ArgumentSpecValidator(ENTRIES["wave"]).validate({"teams_upgrade_plan": value})
    assert found.error_messages == []


def test_tasks_hold_no_filters_but_those_that_name_a_value() -> None:
    """What is computed is computed in Python, where it is tested."""
    files = [*(ROLE / "tasks").rglob("*.yml"), *PLAYBOOKS.glob("*.yml")]
    filters = {name for path in files for name in re.findall(r"\| *(\w+)", path.read_text(encoding="utf-8"))}
    assert filters <= {"bool"}
