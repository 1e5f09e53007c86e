# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random organisations: up to eight users of every kind, in tenants and deployments of every kind, on hosts of every version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.readings import CHOICES
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.modes import BUILT_IN
from hypothesis import strategies as st

SERVERS = ("2019 CU8", "2019 CU6", "SE", "SE CU1", "2015 CU12", "2015 CU13", "2015 CU8", "2013")
# Policies as text; as objects; null where there is none; with a parameter more; that break moves from older servers; without windows.
MODULES = ("6.6.0", "6.2.1", "7.1.0", "7.2.0", "7.8.1", "5.0.0", "4.4.1", "3.0.0", "2.3.1")
POOLS = ("pool01.contoso.com", "pool02.contoso.com")
INSTANCES = ("Tell", "Hush")
CLOUD_INSTANCES = tuple(instance.name for instance in BUILT_IN)
PLANS = ("Teams", "MCOProfessional", "MCOMEETADD", "MCOEV")
SYNC_ERRORS = "MCOValidationError"
NAMES = tuple(f"user{number}" for number in range(1, 9))
Seed = dict[str, Any]


def address(name: str) -> str:
    return f"{name}@contoso.com"


def seldom(strategy: st.SearchStrategy[Any], usual: Any) -> st.SearchStrategy[Any]:
    """Mostly what is usual."""
    return st.one_of(st.just(usual), st.just(usual), st.just(usual), strategy)


REQUESTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["SfbToTeams", "TeamsToTeams", "AllToTeams", "ToSameType"]),
        "state": st.sampled_from(["Pending", "InProgress", "Succeeded", "Failed"]),
        "age": st.sampled_from(["0s", "1h", "1d"]),
    }
)


def users(interpreted: Sequence[str]) -> st.SearchStrategy[Seed]:
    """A user who has no name yet, as the cloud may interpret them."""
    return st.fixed_dictionaries(
        {},
        optional={
            "homing": st.sampled_from(["onprem", "online", "cloud", "none"]),
            "policy": st.sampled_from(CLOUD_INSTANCES),
            "notify_policy": st.sampled_from(INSTANCES),
            "pool": st.sampled_from(POOLS),
            "upn": st.sampled_from(["{}@corp.contoso.com", "{}@CONTOSO.COM"]),
            "licences": seldom(st.lists(st.sampled_from(PLANS), unique=True), ["Teams", "MCOProfessional"]),
            "meetings": st.fixed_dictionaries(
                {"skype": st.integers(0, 2)},
                optional={
                    "failing": st.just(1),
                    "teams": st.integers(0, 2),
                    "requests": st.lists(REQUESTS, max_size=3),
                },
            ),
            "synced": seldom(st.just(False), True),
            "enabled": seldom(st.just(False), True),
            "cloud_sip": seldom(st.just("{}@old.contoso.com"), "{}@contoso.com"),
            "account_type": seldom(st.sampled_from(["ResourceAccount", "Guest", "IneligibleUser"]), "User"),
            "kind": seldom(st.sampled_from(["meeting_room", "common_area_phone"]), "user"),
            "contacts_in": seldom(st.just("exchange"), "server"),
            "mailbox": st.sampled_from(["online", "onprem", "none"]),
            "voice": st.booleans(),
            "dial_in": seldom(st.just(True), False),
            "domain": seldom(st.just("sub.contoso.com"), "contoso.com"),
            "protected": seldom(st.just(True), False),
            "deleted": st.just("2026-01-01T00:00:00Z"),
            "validation_errors": seldom(st.just([SYNC_ERRORS]), []),
            "interpreted_user_type": st.sampled_from(interpreted),
        },
    )


def named(facts: Sequence[Seed]) -> list[Seed]:
    """Users with their names, which stand in their addresses."""
    return [
        {"sip": address(name)}
        | {key: value.format(name) if isinstance(value, str) else value for key, value in user.items()}
        for name, user in zip(NAMES, facts, strict=False)
    ]


TENANTS = st.fixed_dictionaries(
    {},
    optional={
        "default_policy": st.sampled_from(CLOUD_INSTANCES),
        "override": seldom(st.just(True), False),
        "read_only": seldom(st.just(True), False),
        "shared_sip_address_space": seldom(st.just(False), True),
        "meeting_migration": st.booleans(),
        "domains": st.sampled_from(
            [[{"name": "contoso.com", "lyncdiscover": where}] for where in ("onprem", "cloud", "none")]
        ),
    },
)
READINGS = st.fixed_dictionaries({}, optional={name: st.sampled_from(choices) for name, choices in CHOICES.items()})


def organisations(*, honest: bool = True) -> st.SearchStrategy[Seed]:
    """Seeds of labs whose clock stands still. Unless `honest`, the cloud may say the opposite of how users are homed."""
    interpreted = (
        ("SomethingNewer",) if honest else ("HybridOnpremTeamsOnlyUser", "HybridOnlineTeamsUser", "SomethingNewer")
    )
    return st.fixed_dictionaries(
        {
            "users": st.lists(users(interpreted), min_size=1, max_size=len(NAMES)).map(named),
            "clock_rate": st.just(0),
            "tenant": TENANTS,
            "topology": st.just(
                {
                    "pools": [{"fqdn": fqdn, "site": "Paris"} for fqdn in POOLS],
                    "policies": [{"identity": "Tell", "notify": True}, {"identity": "Hush"}],
                }
            ),
            "hosts": st.fixed_dictionaries(
                {
                    "sfb01": st.fixed_dictionaries(
                        {
                            "skype": seldom(st.sampled_from(SERVERS), "2019 CU8"),
                            "teams": seldom(st.sampled_from(MODULES), "6.6.0"),
                        }
                    ),
                    "teams01": st.fixed_dictionaries({"teams": st.sampled_from(MODULES)}),
                }
            ),
        },
        optional={
            "profile": st.sampled_from(["today", "2020"]),
            "readings": READINGS,
            "timing": st.sampled_from([{}, {"policy": "24h"}, {"sync": "0s"}]),
        },
    )
