# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole decisions about instances, the tenant default and moves (M11, R9, R31, R34, R37, R57, R61, R63, R64)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import organisation_reasons, reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import (
    GrantTenantPolicy,
    MoveUser,
    SetInstance,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Reason,
    Refuse,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import InvalidOption
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import Target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.inheriting import Inheriting
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.instance import HoldInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.move import (
    Move,
    check_options,
    fault_with_report,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.tenant import DefaultMode, TenantFacts

from tests.unit.rules.builders import onprem, server_user
from tests.unit.sentences import sound

NAME = {"user": "alice@contoso.com"}
ISLANDS, SFB_ONLY, TEAMS_ONLY = Mode.ISLANDS, Mode.SFB_ONLY, Mode.TEAMS_ONLY
SIP = "sip:alice@contoso.com"


def test_m11_global_is_set_and_not_made() -> None:
    held_there = {"state": "present", "notify": True, "description": "Soon"}
    found = HoldInstance("Global", notify=True, description="Soon").decide([])
    assert found == Change({"state": "absent"}, held_there, SetInstance("Global", True, "Soon"))
    with pytest.raises(ValueError, match=r"^The instance Global cannot be removed, only set\.$"):
        HoldInstance("Global", present=False)
    # What does not differ is not sent.
    instance = PolicyInstance("Loud", None, notify=True, description="Soon")
    changed = HoldInstance("Loud", notify=False, description="Soon").decide([instance])
    assert isinstance(changed, Change)
    assert changed.action == SetInstance("Loud", False, None)


def tenant(onprem: int | Reason = 0, mode: Mode | None = ISLANDS, **facts: str) -> TenantFacts:
    return TenantFacts(PolicyInstance("Global", mode, notify=False), onprem, **facts)  # type: ignore[arg-type]


DEFAULT = {"mode": "Islands", "notify": False}


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        (tenant(), Change(DEFAULT, {"mode": "TeamsOnly", "notify": False}, GrantTenantPolicy("UpgradeToTeams"))),
        (tenant(7), Refuse(organisation_reasons.ONPREM_USERS_EXIST.format(count=7), DEFAULT)),
        (
            tenant(Reason("x", "It is busy.")),
            Refuse(organisation_reasons.ONPREM_USERS_UNKNOWN.format(fault="It is busy."), DEFAULT),
        ),
        (
            tenant(override_policy="UpgradeToTeams"),
            Refuse(reasons.MODE_OVERRIDDEN.format(user="the tenant", value="UpgradeToTeams"), DEFAULT),
        ),
        (
            tenant(policy_read_only="ModeAndNotifications"),
            Refuse(reasons.MODE_READ_ONLY.format(value="ModeAndNotifications"), DEFAULT),
        ),
        (
            tenant(mode=None),
            Unknown(
                organisation_reasons.INSTANCES_UNKNOWN.format(
                    host="the tenant", fault="the instance Global shows no mode"
                )
            ),
        ),
    ],
)
def test_r9_r57_a_tenant_is_made_teams_only(facts: TenantFacts, decision: Decision) -> None:
    assert DefaultMode(TEAMS_ONLY).decide(facts) == decision


@pytest.mark.parametrize(("count", "named"), [(0, 0), (1, 1), (5, 5), (6, 5), (9, 5)])
def test_r61_some_of_those_who_inherit_are_named(count: int, named: int) -> None:
    users = [f"user{number}@contoso.com" for number in range(count)]
    said = sound(Inheriting(users, ISLANDS, SFB_ONLY).said())
    shown = f": {', '.join(users[:5])}" + (f" and {count - 5} more" if count > 5 else "") if users else ""
    assert said.startswith(
        f"{count} users without an assignment of their own get SfBOnly by the tenant default{shown}."
    )
    assert ("teams_upgrade_policy with users and mode: Islands" in said) is bool(count)
    assert Inheriting.of([onprem()], ISLANDS, SFB_ONLY) == Inheriting(["alice@contoso.com"], ISLANDS, SFB_ONLY)


UNSYNCED = "HostedMigration fault: Error=(506), Description=(The user could move be moved.)"
CLASSED = Reason("not_synced", UNSYNCED)


@pytest.mark.parametrize(
    ("fault", "report", "code", "message", "id"),
    [
        (None, None, None, "", ""),
        (None, "Something odd.", "fault", "Something odd.", ""),
        (None, UNSYNCED, "not_synced", UNSYNCED, ""),
        (Reason("fault", "Odd.", fault="MoveError"), UNSYNCED, "not_synced", UNSYNCED, "MoveError"),
        (Reason("fault", "Odd.", fault="MoveError"), "Odder.", "fault", "Odder.", "MoveError"),
        # The cmdlet's own words count where only they mean something.
        (CLASSED, "Something odd.", "not_synced", UNSYNCED, ""),
        (CLASSED, None, "not_synced", UNSYNCED, ""),
    ],
)
def test_r37_a_report_and_a_cmdlet_tell_one_reason(
    fault: Reason | None, report: str | None, code: str | None, message: str, id: str
) -> None:
    found = fault_with_report(fault, report)
    assert (found.code if found else None) == code
    if found is not None:
        assert (found.message, found.fault) == (message, id)


@pytest.mark.parametrize(
    ("target", "folder", "about"), [("pool*", None, "target"), ("", None, "target"), (None, "Reports", "report_dir")]
)
def test_an_option_of_a_move_that_means_nothing_is_refused(target: str | None, folder: str | None, about: str) -> None:
    with pytest.raises(InvalidOption) as found:
        check_options(target, folder)
    assert sound(found.value.problem).startswith(about)
    assert found.value.remedy.endswith(" Nothing was sent.")


POOL, CLOUD = Target("pool01", Homing.ONPREM), Target("sipfed.online.lync.com", Homing.ONLINE)
HOW = MoveUser("", "", credential_user="admin", credential_password="secret", domain_controller="dc1")


@pytest.mark.parametrize(
    ("target", "user", "decision"),
    [
        (
            POOL,
            server_user(Homing.ONLINE),
            Change(
                {"homing": "online"},
                {"homing": "onprem", "registrar_pool": "pool01"},
                replace(HOW, identity=SIP, target="pool01"),
            ),
        ),
        # From pool to pool, the tenant has no part in it.
        (
            POOL,
            server_user(registrar_pool="pool02"),
            Change(
                {"homing": "onprem", "registrar_pool": "pool02"},
                {"homing": "onprem", "registrar_pool": "pool01"},
                MoveUser(SIP, "pool01", domain_controller="dc1"),
            ),
        ),
        (
            CLOUD,
            server_user(registrar_pool="pool02"),
            Change(
                {"homing": "onprem", "registrar_pool": "pool02"},
                {"homing": "online"},
                replace(HOW, identity=SIP, target="sipfed.online.lync.com"),
            ),
        ),
        (POOL, server_user(registrar_pool="pool01"), Keep({"homing": "onprem", "registrar_pool": "pool01"})),
        (
            POOL,
            server_user(Homing.ONLINE, enabled=False),
            Refuse(reasons.ACCOUNT_DISABLED.format(**NAME), {"homing": "online"}),
        ),
        (
            POOL,
            server_user(Homing.UNKNOWN, hosting_provider=""),
            Refuse(reasons.NOT_ENABLED_ONPREM.format(**NAME), {"homing": "unknown"}),
        ),
        (
            CLOUD,
            server_user(Homing.ONLINE, hosting_provider="elsewhere"),
            Refuse(
                reasons.HOMED_ELSEWHERE.format(**NAME, provider="elsewhere", target="sipfed.online.lync.com"),
                {"homing": "online"},
            ),
        ),
        (
            replace(CLOUD, closed=CLASSED),
            server_user(registrar_pool="pool02"),
            Refuse(CLASSED, {"homing": "onprem", "registrar_pool": "pool02"}),
        ),
    ],
)
def test_r31_r34_r63_a_move(target: Target, user: User, decision: Decision) -> None:
    assert Move(target, HOW).decide(user) == decision


@pytest.mark.parametrize(
    ("target", "before", "back"),
    [
        (POOL, {"homing": "online"}, True),
        (POOL, {"homing": "onprem"}, False),
        (POOL, {}, False),
        (POOL, None, False),
        (CLOUD, {"homing": "online"}, False),
        (CLOUD, {"homing": "onprem"}, False),
    ],
)
def test_r64_a_move_back_is_one_from_the_cloud(target: Target, before: dict[str, object] | None, back: bool) -> None:
    assert Move(target, HOW).brings_back(before) is back
