# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random desired_states: any writing module with any of its options, for any users, well or badly named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from tests.lab.modules.people import CLOUD, MOVER
from tests.unit.properties.organisations import CLOUD_INSTANCES, INSTANCES, NAMES, POOLS, address, seldom

MODES = ("Islands", "SfBOnly", "SfBWithTeamsCollab", "SfBWithTeamsCollabAndMeetings", "TeamsOnly")
SFB, TEAMS = "sfb01", "teams01"
Options = Mapping[str, st.SearchStrategy[Any]]


@dataclass(frozen=True)
class DesiredState:
    """A module on a host, with its arguments."""

    host: str
    module: str
    args: Mapping[str, Any]


def named() -> st.SearchStrategy[str]:
    """A user as somebody may write it: one who exists or not, by address or principal name, more than once in the end."""
    forms = [f"{{}}{end}" for end in ("@contoso.com", "@corp.contoso.com", "@CONTOSO.com")]
    return st.builds(
        lambda name, form: form.format(name),
        st.sampled_from((*NAMES[:4], *NAMES, "nobody")),
        st.sampled_from([*forms, "sip:{}@contoso.com"]),
    )


ASKED = st.one_of(
    st.lists(named(), min_size=1, max_size=8),
    st.integers(1, len(NAMES)).map(lambda n: [address(name) for name in NAMES[:n]]),
)


def on_users(
    module: str, host: str, options: Options, needed: Options = MappingProxyType({}), /, **given: Any
) -> st.SearchStrategy[DesiredState]:
    """A desired state for users, with the `needed` options and maybe others. Users who fail are tried again at once, and all are listed."""
    fixed = {"retry_delay": 0, "retries": 1, "return_users": "all", **given}
    drawn = st.fixed_dictionaries(
        {"users": ASKED, **needed},
        optional={
            "max_fail_percentage": st.sampled_from([0, 20, 100]),
            "max_failures": seldom(st.sampled_from([0, 1, 3]), None),
            **options,
        },
    )
    return drawn.map(lambda args: DesiredState(host, module, {**fixed, **args}))


def moves(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[DesiredState]:
    options = {
        "target": st.sampled_from([*POOLS, CLOUD, "nowhere.contoso.com"]),
        "move_to_teams": st.booleans(),
        "without_telephony": st.booleans(),
        "domain_controller": st.just("dc1.sub.contoso.com"),
        "proxy_pool": st.just(POOLS[0]),
    }
    return on_users("csuser_move", SFB, {**options, **more}, **MOVER)


def grants_online() -> st.SearchStrategy[DesiredState]:
    how = {"method": st.sampled_from(["grant", "batch"]), "notify": seldom(st.booleans(), None)}
    modes, names = {"mode": st.sampled_from(MODES)}, {"policy": st.sampled_from(CLOUD_INSTANCES)}
    with_meetings = {"mode": st.sampled_from(MODES[-2:]), "migrate_meetings": st.booleans()}
    given = {"batch_interval": 5, "batch_timeout": 60}
    return st.one_of(
        on_users("teams_upgrade_policy", TEAMS, how, modes, **given),
        on_users("teams_upgrade_policy", TEAMS, how, names, **given),
        on_users("teams_upgrade_policy", TEAMS, how, with_meetings, **given),
        on_users("teams_upgrade_policy", TEAMS, {}, {"notify": st.booleans()}, **given),
        on_users("teams_upgrade_policy", TEAMS, {"method": how["method"]}, state="absent", **given),
    )


def grants_onprem() -> st.SearchStrategy[DesiredState]:
    """Wishes for notification. An instance that is missing is only named where nothing is said of what it would be like: check
    mode takes one of which that is said for made."""
    return st.one_of(
        on_users("teams_upgrade_policy", SFB, {}, {"policy": st.sampled_from((*INSTANCES, "Missing"))}),
        on_users("teams_upgrade_policy", SFB, {"policy": st.sampled_from(INSTANCES)}, {"notify": st.booleans()}),
        on_users("teams_upgrade_policy", SFB, {}, state="absent"),
    )


def meetings() -> st.SearchStrategy[DesiredState]:
    options = {
        "source": st.sampled_from(["SfB", "Teams", "All"]),
        "target": st.sampled_from(["Teams", "Current"]),
        "retry_failed": st.booleans(),
    }
    return on_users("meeting_migration", TEAMS, options)


def singles() -> st.SearchStrategy[DesiredState]:
    """Wishes that are about nobody in particular."""
    instance = st.fixed_dictionaries(
        {"identity": st.sampled_from([*INSTANCES, "Made", "site:Paris", "Global"])},
        optional={"notify": st.booleans(), "description": st.sampled_from(["", "Tells"]), "state": st.just("absent")},
    )
    configuration = st.fixed_dictionaries(
        {"download_teams": st.booleans()},
        optional={"sfb_meeting_join_ux": st.sampled_from(["NativeLimitedClient", "SkypeMeetingsApp"])},
    )
    tenant = st.fixed_dictionaries(
        {"scope": st.just("tenant"), "mode": st.sampled_from(MODES), "confirm_tenant_change": st.just(True)},
        optional={"notify": st.booleans()},
    )
    return st.one_of(
        instance.map(lambda args: DesiredState(SFB, "teams_upgrade_policy_instance", args)),
        *(configuration.map(partial(DesiredState, host, "teams_upgrade_configuration")) for host in (SFB, TEAMS)),
        st.booleans().map(
            lambda on: DesiredState(TEAMS, "tenant_migration_configuration", {"meeting_migration_enabled": on})
        ),
        tenant.map(lambda args: DesiredState(TEAMS, "teams_upgrade_policy", args)),
    )


# By what they are about.
KINDS = {
    "moves": moves(),
    "grants online": grants_online(),
    "grants on-prem": grants_onprem(),
    "meetings": meetings(),
    "settings": singles(),
}


def desired_states() -> st.SearchStrategy[DesiredState]:
    """Any of them, each kind as often as the others, however many ways there are to ask for it."""
    return st.one_of(*(kind.map(lambda desired: desired) for kind in KINDS.values()))
