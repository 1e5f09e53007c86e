# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole decisions: what was, what is to be, and the sentence with everything that it names (R1 to R12, R43)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import organisation_reasons, reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantPolicy
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Pending,
    Refuse,
    Status,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.assign import (
    AssignOnline,
    AssignOnprem,
    InheritOnline,
    fixed_mode,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.effective import Source, source

from tests.unit.rules.builders import online, onprem, server_user

NAME = {"user": "alice@contoso.com"}
ISLANDS, SFB_ONLY, TEAMS_ONLY = Mode.ISLANDS, Mode.SFB_ONLY, Mode.TEAMS_ONLY
QUIET, LOUD = PolicyInstance("Quiet", None, notify=False), PolicyInstance("Loud", None, notify=True)
GLOBAL, PARIS = PolicyInstance("Global", None, notify=False), PolicyInstance("site:Paris", None, notify=True)
SIP = "sip:alice@contoso.com"


def state(mode: str | None, policy: str | None = None, notify: bool | None = None) -> dict[str, object]:
    """What is shown of a user homed on-prem."""
    found: dict[str, object] = {"homing": "onprem", "mode": mode, "policy": policy}
    return found if notify is None else found | {"notify": notify}


@pytest.mark.parametrize(
    ("desired", "user", "decision"),
    [
        (
            AssignOnline(SFB_ONLY, migrate_meetings=True),
            onprem(notify=False),
            Change(
                state("Islands", None, False), state("SfBOnly", "SfBOnly", False), GrantPolicy(SIP, "SfBOnly", True)
            ),
        ),
        # What is not shown before is not shown afterwards.
        (
            AssignOnline(SFB_ONLY),
            onprem(),
            Change(state("Islands"), state("SfBOnly", "SfBOnly"), GrantPolicy(SIP, "SfBOnly", None)),
        ),
        (
            AssignOnline(instance=PolicyInstance("IslandsWithNotify", ISLANDS, notify=True)),
            onprem(SFB_ONLY, notify=False),
            Change(
                state("SfBOnly", None, False),
                state("Islands", "IslandsWithNotify", True),
                GrantPolicy(SIP, "IslandsWithNotify"),
            ),
        ),
        (AssignOnline(SFB_ONLY), onprem(SFB_ONLY, "SfBOnly"), Keep(state("SfBOnly", "SfBOnly"))),
        (
            AssignOnline(SFB_ONLY),
            onprem(assigned="SfBOnly"),
            Pending(state("Islands", "SfBOnly"), reasons.SETTLING.format(**NAME, policy="SfBOnly", mode="Islands")),
        ),
        (AssignOnline(SFB_ONLY), onprem(assigned=None), Unknown(reasons.ASSIGNMENT_UNKNOWN.format(**NAME))),
        (AssignOnline(TEAMS_ONLY), onprem(), Refuse(reasons.HOMED_ONPREM.format(**NAME), state("Islands"))),
        (AssignOnline(TEAMS_ONLY), onprem(TEAMS_ONLY), Refuse(reasons.INCONSISTENT.format(**NAME), state("TeamsOnly"))),
        (AssignOnline(TEAMS_ONLY), online(), Keep(state("TeamsOnly") | {"homing": "online"})),
        (
            AssignOnline(SFB_ONLY),
            online(),
            Refuse(reasons.CLOUD_HOMED.format(**NAME), state("TeamsOnly") | {"homing": "online"}),
        ),
        (
            AssignOnline(SFB_ONLY, notify=True),
            onprem(),
            Refuse(reasons.NOTIFY_NEEDS_ONPREM.format(**NAME), state("Islands")),
        ),
        (AssignOnline(notify=True), onprem(), Refuse(reasons.NOTIFY_NEEDS_ONPREM.format(**NAME), state("Islands"))),
        (
            AssignOnline(notify=True),
            online(),
            Refuse(
                reasons.NOTIFY_NOT_APPLICABLE.format(**NAME), state("TeamsOnly") | {"homing": "online"}, Status.SKIPPED
            ),
        ),
        (
            AssignOnline(notify=True),
            online(ISLANDS, notify=True),
            Keep(state("Islands", None, True) | {"homing": "online"}),
        ),
        (
            AssignOnline(SFB_ONLY),
            onprem(None),
            Unknown(reasons.HOMING_UNKNOWN.format(**NAME, why="TeamsUpgradeEffectiveMode is missing")),
        ),
        (
            AssignOnline(SFB_ONLY),
            onprem(account_type="Guest"),
            Refuse(reasons.NOT_A_USER.format(**NAME, what="the account type is Guest")),
        ),
        (
            AssignOnline(SFB_ONLY),
            replace(onprem(), homing=Homing.UNKNOWN, why_unknown=""),
            Unknown(reasons.HOMING_UNKNOWN.format(**NAME, why="the host does not say")),
        ),
        (
            AssignOnline(SFB_ONLY),
            onprem(override_policy="UpgradeToTeams"),
            Refuse(reasons.MODE_OVERRIDDEN.format(**NAME, value="UpgradeToTeams"), state("Islands")),
        ),
        (
            AssignOnline(SFB_ONLY),
            onprem(policy_read_only="ModeAndNotifications"),
            Refuse(reasons.MODE_READ_ONLY.format(value="ModeAndNotifications"), state("Islands")),
        ),
    ],
)
def test_r1_r12_an_assignment_in_the_cloud(desired: AssignOnline, user: User, decision: Decision) -> None:
    assert desired.decide(user) == decision
    assert fixed_mode(onprem(policy_read_only="Notifications")) is None


SFB = PolicyInstance("Global", SFB_ONLY, notify=True)


@pytest.mark.parametrize(
    ("default", "user", "after"),
    [
        (SFB, onprem(assigned="Islands", notify=False), state("SfBOnly", None, True)),
        (SFB, onprem(assigned="Islands"), state("SfBOnly")),
        # Without the default it is not known which mode applies.
        (None, onprem(assigned="Islands", notify=False), {"homing": "onprem", "policy": None}),
        (None, onprem(TEAMS_ONLY, "UpgradeToTeams"), {"homing": "onprem", "policy": None}),
        (SFB, onprem(TEAMS_ONLY, "UpgradeToTeams"), state("SfBOnly")),
        (SFB, online(ISLANDS, "Islands"), state("SfBOnly") | {"homing": "online"}),
        (SFB, online(assigned="UpgradeToTeams", notify=True), state("TeamsOnly", None, False) | {"homing": "online"}),
        (None, online(assigned="UpgradeToTeams"), state("TeamsOnly") | {"homing": "online"}),
    ],
)
def test_r7_r8_what_applies_without_an_assignment(
    default: PolicyInstance | None, user: User, after: dict[str, object]
) -> None:
    assert InheritOnline(default).decide(user) == Change(user.state(), after, GrantPolicy(SIP, None))
    assert InheritOnline(default).decide(replace(user, assigned="")) == Keep(replace(user, assigned="").state())
    unknown = InheritOnline(default).decide(replace(user, assigned=None))
    assert unknown == Unknown(reasons.ASSIGNMENT_UNKNOWN.format(**NAME))


def held(policy: str | None, notify: bool | None, homing: str = "onprem") -> dict[str, object]:
    found: dict[str, object] = {"homing": homing, "policy": policy}
    return found if notify is None else found | {"notify": notify}


@pytest.mark.parametrize(
    ("policy", "notify", "user", "decision"),
    [
        ("Loud", None, server_user(), Change(held(None, False), held("Loud", True), GrantPolicy(SIP, "Loud"))),
        (None, True, server_user(), Change(held(None, False), held("Loud", True), GrantPolicy(SIP, "Loud"))),
        (None, False, server_user(), Keep(held(None, False))),
        (
            None,
            None,
            server_user(assigned="Loud"),
            Change(held("Loud", True), held(None, False), GrantPolicy(SIP, None)),
        ),
        (None, None, server_user(), Keep(held(None, False))),
        ("Loud", None, server_user(assigned="Tag:loud"), Keep(held("Tag:loud", True))),
        (
            "Gone",
            None,
            server_user(),
            Refuse(organisation_reasons.INSTANCE_MISSING.format(policy="Gone", host="sfb01"), held(None, False)),
        ),
        (
            "Loud",
            False,
            server_user(),
            Refuse(
                organisation_reasons.INSTANCE_NOTIFIES_OTHERWISE.format(policy="Loud", notify="true"), held(None, False)
            ),
        ),
        (
            "Quiet",
            True,
            server_user(),
            Refuse(
                organisation_reasons.INSTANCE_NOTIFIES_OTHERWISE.format(policy="Quiet", notify="false"),
                held(None, False),
            ),
        ),
        (
            "Loud",
            None,
            server_user(Homing.ONLINE),
            Refuse(reasons.ONPREM_POLICY_NOT_APPLICABLE.format(**NAME), held(None, None, "online"), Status.SKIPPED),
        ),
        ("Loud", None, server_user(assigned=None), Unknown(reasons.ASSIGNMENT_UNKNOWN.format(**NAME))),
    ],
)
def test_r43_an_assignment_on_the_server(
    policy: str | None, notify: bool | None, user: User, decision: Decision
) -> None:
    assert AssignOnprem("sfb01", (GLOBAL, QUIET, LOUD), policy, notify).decide(user) == decision


def test_r43_no_instance_that_notifies_says_which_is_missing() -> None:
    found = AssignOnprem("sfb01", (GLOBAL,), None, True).decide(server_user())
    assert found == Refuse(organisation_reasons.NO_NOTIFYING_INSTANCE.format(notify="true"), held(None, False))
    quiet = AssignOnprem("sfb01", (replace(GLOBAL, notify=True),), None, False).decide(server_user())
    assert quiet == Refuse(organisation_reasons.NO_NOTIFYING_INSTANCE.format(notify="false"), held(None, True))


@pytest.mark.parametrize(
    ("instances", "found"),
    [
        ((), Source.TENANT),
        ((GLOBAL, QUIET, LOUD), Source.TENANT),
        # Whether a site's or pool's instance applies is not known.
        ((GLOBAL, PARIS), Source.UNKNOWN),
        ((PARIS,), Source.UNKNOWN),
    ],
)
def test_r8_an_instance_of_a_site_leaves_open_what_applies(
    instances: tuple[PolicyInstance, ...], found: Source
) -> None:
    assert source(server_user(), instances=instances) is found
    assert source(server_user(Homing.ONLINE), instances=instances) is Source.HOMING
    assert source(online(SFB_ONLY), instances=instances) is found
