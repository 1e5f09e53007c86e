# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What readiness finds on both sides, how many calls it takes, and what the organisation's state means for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import NOT_USERS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Task
from tests.lab.modules.people import addresses, lines, seeded, statuses
from tests.lab.wire import OverTheWire

MANY = [f"user{number:03}" for number in range(60)]
PEOPLE = ["ready", "contacts", "mailbox", "dials", "(odd)", "renamed", "fresh"]


@pytest.fixture
def seed() -> Mapping[str, Any]:
    """One user for each thing that can be wrong; many in another pool, who lack nothing."""
    return {
        "tenant": {"shared_sip_address_space": False},
        "hosts": {"sfb01": {"skype": "2019 CU1", "teams": "7.3.0"}, "teams01": {"teams": "6.6.0"}},
        "users": [
            seeded("ready"),
            seeded("contacts", contacts_in="exchange"),
            seeded("mailbox", mailbox="onprem"),
            seeded("dials", dial_in=True),
            seeded("(odd)", mailbox="onprem"),
            seeded("renamed", upn="other@contoso.com"),
            seeded("fresh", homing="none", licences=[]),
            *(seeded(name, pool="pool02.contoso.com") for name in MANY),
        ],
    }


def codes_of(line: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    return [each["code"] for each in line.get("reasons", [])], [each["code"] for each in line.get("warnings", [])]


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_r13_r15_r23_r25_r26_r48_readiness_is_read_on_both_sides_in_few_calls(lab: Lab, play: OverTheWire) -> None:
    (skype,) = play.tasks("sfb01", [Task("upgrade_readiness_info", {"users": addresses(*PEOPLE, *MANY)})])
    onprem_calls = Counter(entry.cmdlet for entry in lab.journal.entries())
    found = {name: codes_of(line) for name, line in lines(skype).items()}
    assert {name: found[name] for name in PEOPLE} == {
        "ready": ([], []),
        "contacts": (["unified_contact_store"], []),
        "mailbox": ([], ["mailbox_onprem"]),
        "dials": ([], []),
        "(odd)": ([], ["mailbox_onprem"]),
        "renamed": ([], ["sip_is_not_upn"]),
        "fresh": (["user_not_found"], []),
    }
    assert statuses(skype)["fresh"] == "failed"
    assert {name for name, line in lines(skype).items() if line.get("dial_in")} == {"dials"}
    checks = {each["check"]: (each["ok"], each["code"], each["stops"]) for each in skype["organisation"]}
    assert checks == {
        "server_build": (False, "server_too_old", "move"),
        "teams_module": (False, "teams_module_too_new", "move"),
        "hosting_provider": (True, None, None),
        "access_edge": (True, None, None),
        "notification": (True, None, None),
        "client_download": (False, "client_download", None),
    }
    # Users of pools where nobody's contacts are in Exchange are not asked for one by one.
    assert onprem_calls["Debug-CsUnifiedContactStore"] == 2
    assert onprem_calls["Test-CsUnifiedContactStore"] == len(PEOPLE) - 1
    assert onprem_calls["Get-CsConferencingPolicy"] == 1
    # The one user who is not known could be a room, a phone, a device or an endpoint.
    assert sum(onprem_calls[cmdlet] for cmdlet in NOT_USERS) == len(NOT_USERS)
    assert sum(onprem_calls.values()) - onprem_calls["Get-CsUser"] < 20 + len(NOT_USERS)
    assert lab.journal.entries(writes=True) == []


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_r15_r17_r19_r30_what_the_tenant_tells_and_which_versions_are_accepted(lab: Lab, play: OverTheWire) -> None:
    (online,) = play.tasks("teams01", [Task("upgrade_readiness_info", {"users": addresses("ready", "fresh", *MANY)})])
    bounds = {"server_build_min": "7.0.2046.123", "teams_module_max": "7.3"}
    (bounded,) = play.tasks("sfb01", [Task("upgrade_readiness_info", {"bounds": bounds})])
    assert codes_of(lines(online)["ready"]) == ([], [])
    assert codes_of(lines(online)["fresh"]) == (["not_a_user", "not_licensed"], ["license_after_enabling"])
    tenant = {each["check"]: (each["ok"], each["code"], each["stops"]) for each in online["organisation"]}
    assert tenant == {
        "tenant_mode": (True, None, None),
        "tenant_default": (False, "tenant_default", None),
        "shared_sip_address_space": (False, "shared_sip_address_space", "move"),
        "meeting_migration": (True, None, None),
    }
    assert sum(entry.cmdlet == "Get-CsOnlineUser" for entry in lab.journal.entries()) < 20
    assert {each["check"]: each["ok"] for each in bounded["organisation"]}.items() >= {
        "server_build": True,
        "teams_module": True,
    }.items()
