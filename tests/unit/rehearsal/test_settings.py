# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of an organisation besides its exports, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.from_yaml import from_mapping
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.organisation import RehearsalFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.rehearsing import synchronised

from tests.unit.lab.seed.dialects import online, onprem
from tests.unit.rehearsal.reading import organisation, users

SETTINGS = {
    "skype_version": "2015 CU12",
    "teams_version": "7.0.0",
    "profile": "today",
    "default_policy": "islands",
    "online_is_complete": True,
    "meetings_per_user": 3,
    "onprem_policies": {"Notify": True, "Later": False},
    "mailboxes_onprem": ["sip:AL@fab.com"],
    "contacts_in_exchange": ["al@fab.com"],
    "dial_in": ["al@fab.com"],
    "lab": {
        "users": [{"sip": "room@fab.com", "kind": "meeting_room"}],
        "timing": {"sync": "5m"},
        "topology": {
            "edge": {"federating_pools": ["e1", "e2"]},
            "pools": [{"fqdn": "P1.fab.com", "site": "Rome"}, {"fqdn": "p2.fab.com"}],
        },
        "latency": "realistic",
    },
}


def test_everything_that_can_be_set_is_no_assumption_any_more(tmp_path: Path) -> None:
    found = organisation(tmp_path, [onprem("al", TeamsUpgradePolicy="Notify")], [online("al")], SETTINGS)
    al = users(found)["al"]
    assert (al["mailbox"], al["contacts_in"], al["dial_in"], al["meetings"]) == (
        "onprem",
        "exchange",
        True,
        {"skype": 3},
    )
    seed = from_mapping(found.seed, Path())
    assert [one.kind for one in seed.users] == ["user", "meeting_room"]
    assert next(dict(host.modules) for host in seed.hosts) == {
        "SkypeForBusiness": "6.0.9319.619",
        "MicrosoftTeams": "7.0.0",
    }
    assert (seed.timing.sync.total_seconds(), seed.latency, len(seed.topology.edge.federating_pools)) == (
        300,
        "realistic",
        2,
    )
    assert {one.name: one.notify for one in seed.topology.policies.values()} == {
        "Global": False,
        "Notify": True,
        "Later": False,
    }
    assert [(pool.fqdn, pool.site) for pool in seed.topology.pools] == [("P1.fab.com", "Rome"), ("p2.fab.com", "Site1")]
    (only,) = found.assumptions
    assert only.endswith("given it as policies of groups are: 1 user (al@fab.com).")
    assert len(organisation(tmp_path, [onprem("al", TeamsUpgradePolicy="Notify")], [online("al")]).assumptions) == 11


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"colour": "blue"},
            "has 'colour', which is not known; known are contacts_in_exchange, default_policy, dial_in,",
        ),
        ({"skype_version": "2010"}, "skype_version cannot be used: '2010' is not a build"),
        ({"teams_version": "new"}, "teams_version cannot be used: 'new' is not a version"),
        ({"profile": "1999"}, "profile must be one of today, 2020, not '1999'"),
        ({"default_policy": "Legacy"}, "default_policy must be the name of an instance"),
        ({"online_is_complete": "maybe"}, "online_is_complete must be true or false"),
        ({"meetings_per_user": -1}, "meetings_per_user must be a whole number from 0"),
        ({"onprem_policies": {"Notify": "often"}}, "onprem_policies, Notify must be true or false"),
        ({"onprem_policies": ["Notify"]}, "onprem_policies must be a mapping"),
        ({"dial_in": "al@fab.com"}, "dial_in must be a list of texts"),
        ({"dial_in": ["zo@fab.com"]}, "dial_in lists zo@fab.com, who is in no export: correct the address."),
        (
            {"lab": {"users": [{"sip": "room@fab.com", "kind": "meeting_room"}], "timing": {"sync": "soon"}}},
            "sync must be a time span such as 30m",
        ),
        ({"lab": {"colours": 1}}, "has 'colours', which is not known"),
        (
            {"lab": {"users": [{"sip": "AL@fab.com"}]}},
            "users has AL@fab.com, who is in the exports: change the export instead.",
        ),
    ],
)
def test_a_setting_that_is_wrong_is_named(tmp_path: Path, settings: Mapping[str, Any], words: str) -> None:
    with pytest.raises(RehearsalFault) as caught:
        organisation(tmp_path, [onprem("al")], None, settings)
    assert words in str(caught.value)
    place = "lab of " if "lab" in settings else ""
    assert str(caught.value).startswith(f"In {place}teams_upgrade_rehearsal_settings, ")


@pytest.mark.parametrize(
    ("said", "sync"), [({}, "20s"), ({"timing": {"sync": "4h"}}, "4h"), ({"timing": {"policy": "1h"}}, "20s")]
)
def test_the_directory_is_synchronised_at_once_unless_a_time_is_set(
    tmp_path: Path, said: Mapping[str, Any], sync: str
) -> None:
    found = organisation(tmp_path, [onprem("al")], None, {"lab": said})
    assert synchronised(found.seed)["timing"] == {**said.get("timing", {}), "sync": sync}
