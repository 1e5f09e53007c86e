# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports by every program that writes them: the same rows are the same organisation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.organisation import (
    Organisation,
    organisation_of,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.lab.seed.dialects import DIALECTS, Row, in_cloud, moved, online, onprem

ONPREM = [
    onprem("al", DisplayName='Älice "Al" Adler, Dr.; x', EnterpriseVoiceEnabled="True", LineURI="tel:+3906123;ext=4"),
    onprem("bo", DisplayName="Бо\nTwo lines", TeamsUpgradePolicy="Notify", Enabled="False"),
    moved("cy", DisplayName="山田 花子"),
]
ONLINE = [
    online("al", AssignedPlan="Teams=Enabled MCOProfessional=Enabled MCOEV=Enabled"),
    online("bo", TeamsUpgradePolicy="SfBOnly", TeamsUpgradeEffectiveMode="SfBOnly", UserValidationErrors="a; b"),
    in_cloud("cy"),
]


def read(folder: Path, dialect: str, directory: Sequence[Row], tenant: Sequence[Row]) -> Organisation:
    """The organisation of exports in a dialect."""
    files = folder / "onprem.csv", folder / "online.csv"
    for path, rows in zip(files, (directory, tenant), strict=True):
        path.write_bytes(DIALECTS[dialect](rows))
    return organisation_of(*files, {})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_program_writes_the_same_organisation(tmp_path: Path, dialect: str) -> None:
    found = read(tmp_path, dialect, ONPREM, ONLINE)
    al, bo, cy = users = found.seed["users"]
    assert [each["sip"] for each in users] == ["al@fab.com", "bo@fab.com", "cy@fab.com"]
    assert al == {
        "sip": "al@fab.com",
        "upn": "al@fab.com",
        "name": 'Älice "Al" Adler, Dr.; x',
        "pool": "p1.fab.com",
        "ou": "OU=Sales,OU=Rome",
        "domain": "emea.fab.com",
        "voice": True,
        "line": "tel:+3906123;ext=4",
        "licences": ["Teams", "MCOEV", "MCOProfessional"],
        "meetings": {"skype": 1},
    }
    assert (bo["name"], bo["enabled"], bo["notify_policy"], bo["policy"]) == (
        "Бо\nTwo lines",
        False,
        "Notify",
        "SfBOnly",
    )
    assert bo["validation_errors"] == ["a", "b"]
    assert (cy["name"], cy["homing"], cy["policy"], "pool" in cy) == ("山田 花子", "online", "UpgradeToTeams", False)
    assert found.seed["tenant"]["default_policy"] == "SfBWithTeamsCollab"
    # It is JSON, as whoever starts the hosts may want to pass it on.
    assert json.loads(json.dumps(found.seed)) == found.seed


NAMES = st.text(st.sampled_from("abzäßøñЖ鷹'\"-. ,;\t|\n"), min_size=1, max_size=8).map(lambda text: f"x{text}x")
FACTS: st.SearchStrategy[Mapping[str, Any]] = st.fixed_dictionaries(
    {
        "DisplayName": NAMES,
        "Enabled": st.sampled_from(["True", "False"]),
        "EnterpriseVoiceEnabled": st.sampled_from(["True", "False"]),
        "LineURI": st.sampled_from(["", "tel:+33155550100", "tel:+33155550100;ext=7", "3,31556E+10"]),
        "TeamsUpgradePolicy": st.sampled_from(["", "Notify", "Tag:Notify"]),
    }
)
SEEN: st.SearchStrategy[Mapping[str, Any]] = st.fixed_dictionaries(
    {
        "TeamsUpgradePolicy": st.sampled_from(["", "SfBOnly", "Tag:Islands", "System.Object"]),
        "TeamsUpgradeEffectiveMode": st.sampled_from(["SfBOnly", "Islands", "sfbonly", ""]),
        "AssignedPlan": st.sampled_from(["", "Teams=Enabled", "System.Object[]", '[{"Capability":"Teams"}]']),
        "UserValidationErrors": st.sampled_from(["", "one; two", "System.Collections.ArrayList"]),
    }
)


@given(rows=st.lists(st.tuples(FACTS, SEEN), min_size=1, max_size=4), dialect=st.sampled_from(sorted(DIALECTS)))
def test_rows_mean_the_same_in_every_dialect(
    rows: list[tuple[Mapping[str, str], Mapping[str, str]]], dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("exports")
    directory = [onprem(f"user{number}", **facts) for number, (facts, _seen) in enumerate(rows)]
    tenant = [online(f"user{number}", **seen) for number, (_facts, seen) in enumerate(rows)]
    assert read(folder, dialect, directory, tenant) == read(folder, "5.1 utf8", directory, tenant)
