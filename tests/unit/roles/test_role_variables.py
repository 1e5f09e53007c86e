# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What roles document of their variables is what they do with them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).parents[3] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir())
USED = re.compile(r"(?<![\w_])(teams_upgrade_[a-z_]+)")
DEFAULTED = re.compile(r"(?<![\w_])(teams_upgrade_[a-z_]+) \| default\(('[^']*'|\w+|\[\])\)")
# Modules and roles, not variables.
OTHER = ("teams_upgrade_policy", "teams_upgrade_policy_instance")
# What the wave's roles take from each other while it runs them, and nobody sets for the wave as a whole.
HANDED_ON = {"users", "mode", "migrate_meetings", "wave", "failure_budget_percentage", "judge", "phase"}


def options(role: str) -> dict[str, Any]:
    specs = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = specs["argument_specs"]["main"]["options"]
    return found


def text_of(role: str) -> str:
    """What a role does, less comments and the names of modules."""
    files = [path for part in ("tasks", "vars") for path in sorted((ROLES / role).glob(f"{part}/*.yml"))]
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return "\n".join(line for line in lines if not line.lstrip().startswith(("#", "sfb.", "name: sfb.")))


@pytest.mark.parametrize("role", NAMES)
def test_every_variable_that_a_role_uses_is_documented_and_checked(role: str) -> None:
    used = set(USED.findall(text_of(role))) - set(OTHER)
    handed_on = {f"teams_upgrade_{name}" for name in HANDED_ON} if role == "wave" else set()
    assert used - handed_on <= set(options(role))


@pytest.mark.parametrize("role", [name for name in NAMES if name != "wave"])
def test_every_variable_that_a_role_documents_is_used(role: str) -> None:
    judging = {"teams_upgrade_failure_budget_percentage"}  # the report judges for all of them
    assert set(options(role)) - judging <= set(USED.findall(text_of(role)))


def test_the_wave_documents_what_its_roles_take_and_as_they_do() -> None:
    parts = {name: option for role in NAMES if role != "wave" for name, option in options(role).items()}
    whole = options("wave")
    assert set(parts) - {f"teams_upgrade_{name}" for name in HANDED_ON} <= set(whole)
    for name in set(parts) & set(whole) - {"teams_upgrade_skype_host"}:
        assert parts[name] == whole[name], name


@pytest.mark.parametrize("role", NAMES)
def test_documented_defaults_are_the_ones_that_apply(role: str) -> None:
    applied = {name: yaml.safe_load(value) for name, value in DEFAULTED.findall(text_of(role)) if value != "omit"}
    documented = {name: option["default"] for name, option in options(role).items() if "default" in option}
    for name in set(applied) & set(documented):
        assert applied[name] == documented[name], name
    assert {name for name in documented if name in text_of(role)} - set(applied) <= OMITTED


# Left to the module's own default, which is the documented one.
OMITTED = {
    "teams_upgrade_meetings_wait",
    "teams_upgrade_meetings_wait_timeout",
    "teams_upgrade_meetings_wait_interval",
    "teams_upgrade_without_telephony",
}
