# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's guide says what is so: its seed is complete and can be used, its tables name all there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.readings import CHOICES, Readings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.versions import SERVER_BUILDS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.clock import Clock
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.profile import Timing
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.building import build_world
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.from_yaml import from_mapping
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import UserSeed

from tests.controller import ROOT

GUIDE = (ROOT / "docs" / "lab.md").read_text(encoding="utf-8")
(SEED,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def test_the_seed_of_the_guide_can_be_used() -> None:
    world = build_world(from_mapping(yaml.safe_load(SEED), Path()), Clock())
    # The deleted account is the tenant's alone.
    assert len(world.directory) == 1001
    assert len(world.tenant) == 1002


def test_the_seed_of_the_guide_names_everything() -> None:
    shown = yaml.safe_load(SEED)
    assert set(shown["timing"]) == {one.name for one in fields(Timing)}
    assert {name for one in shown["users"] for name in one} == {one.name for one in fields(UserSeed)}
    assert set(re.findall(r"2013|2015 CU\d+|2019 CU\d+|SE CU1", SEED)) <= set(SERVER_BUILDS)


@pytest.mark.parametrize("name", CHOICES)
def test_each_reading_is_named_with_its_default_first(name: str) -> None:
    (row,) = (line for line in GUIDE.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1])
    named = [choice for choice in re.findall(r"`([^`]+)`", row.split("|", 2)[2]) if choice in CHOICES[name]]
    assert named[0] == Readings().choice(name)
    assert set(named) == set(CHOICES[name])


@pytest.mark.parametrize("name", [one.name for one in fields(OrderedFault)])
def test_each_part_of_a_fault_is_named(name: str) -> None:
    assert f'"{name}"' in GUIDE or f"`{name}`" in GUIDE
