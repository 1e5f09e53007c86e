# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps users from being moved, and the organisation from moving anybody (R9, R16, R17, R19, R21, R24 to R28, R53)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.belongings import Belongings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.organisation import Deployment, Tenant
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.server import MovingServer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import HostingProvider
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.version import Version
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.checks import (
    ONLINE,
    ONPREM,
    Check,
    check_deployment,
    check_tenant,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.ready import CHECKS, hints, obstacles
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.window import Bounds

from tests.unit.rules.builders import cloud_user, online, onprem, server_user

ALL = frozenset(CHECKS)
BOTH_PLANS = frozenset(("Teams", "MCOProfessional"))


def codes(user: User, *, contacts_in_exchange: bool | None = None, checks: frozenset[str] = ALL) -> list[str]:
    return [reason.code for reason in obstacles(user, checks, Belongings(contacts_in_exchange))]


@pytest.mark.parametrize(
    ("user", "contacts", "found"),
    [
        (server_user(enabled=True), False, []),
        (server_user(enabled=None), None, []),
        (server_user(enabled=False), False, ["account_disabled"]),
        (server_user(enabled=True), True, ["unified_contact_store"]),
        (server_user(enabled=False), True, ["account_disabled", "unified_contact_store"]),
    ],
)
def test_r25_what_the_server_knows_against_a_move(user: User, contacts: bool | None, found: list[str]) -> None:
    assert codes(user, contacts_in_exchange=contacts) == found


@pytest.mark.parametrize(
    ("licences", "homing", "missing"),
    [
        (BOTH_PLANS, Homing.ONPREM, None),
        (frozenset(("Teams",)), Homing.ONPREM, "Skype for Business Online (Plan 2)."),
        (frozenset(("MCOProfessional",)), Homing.ONPREM, "Teams."),
        (frozenset(), Homing.ONPREM, "Teams and Skype for Business Online (Plan 2)."),
        # Plan 2 is needed for the move alone.
        (frozenset(("Teams",)), Homing.ONLINE, None),
        (frozenset(), Homing.ONLINE, "Teams."),
    ],
)
def test_r21_both_plans_are_needed_for_a_move(licences: frozenset[str], homing: Homing, missing: str | None) -> None:
    found = list(obstacles(cloud_user(homing, Mode.ISLANDS, licences=licences), ALL))
    assert [reason.code for reason in found] == ([] if missing is None else ["not_licensed"])
    if missing is not None:
        assert found[0].message.endswith(f"licence for {missing}")


def test_r21_licences_that_could_not_be_read_are_not_missing_ones() -> None:
    assert codes(onprem()) == ["licences_unknown"]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"on_prem_enterprise_voice": True}, ["phone_system_missing"]),
        ({"on_prem_line_uri": "tel:+1555"}, ["phone_system_missing"]),
        ({"on_prem_enterprise_voice": False, "on_prem_line_uri": ""}, []),
        ({}, []),
    ],
)
def test_r24_who_telephones_onprem_needs_a_phone_system(facts: dict[str, Any], found: list[str]) -> None:
    assert codes(onprem(licences=BOTH_PLANS, **facts)) == found
    assert codes(onprem(licences=BOTH_PLANS | {"MCOEV"}, **facts)) == []
    # Who is homed online has nothing left to lose.
    assert codes(online(licences=BOTH_PLANS, **facts)) == []


@pytest.mark.parametrize(
    ("user", "found"),
    [
        (onprem(licences=BOTH_PLANS, validation_errors=("E1", "E2")), ["validation_errors"]),
        (onprem(licences=BOTH_PLANS, validation_errors=()), []),
        # Moving is what mends it (R10).
        (onprem(Mode.TEAMS_ONLY, licences=BOTH_PLANS), []),
        (onprem(licences=BOTH_PLANS, account_type="ResourceAccount"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="Guest"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="IneligibleUser"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="Unknown"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="SfBOnPremUser"), []),
    ],
)
def test_r27_what_the_cloud_knows_against_a_move(user: User, found: list[str]) -> None:
    assert codes(user) == found


@pytest.mark.parametrize("check", CHECKS)
def test_only_what_is_asked_for_is_checked(check: str) -> None:
    bad = onprem(
        Mode.TEAMS_ONLY,
        licences=frozenset(),
        on_prem_enterprise_voice=True,
        account_type="Guest",
        validation_errors=("E1",),
    )
    server = server_user(enabled=False)
    expected = {
        "account": (["not_a_user"], ["account_disabled"]),
        "contacts": ([], ["unified_contact_store"]),
        "licences": (["not_licensed"], []),
        "telephony": (["phone_system_missing"], []),
        "sync": (["validation_errors"], []),
        "mailbox": ([], []),
        "conferencing": ([], []),
    }
    only = frozenset((check,))
    assert (codes(bad, checks=only), codes(server, contacts_in_exchange=True, checks=only)) == expected[check]
    assert codes(bad, checks=frozenset()) == []


@pytest.mark.parametrize(
    ("sip", "name", "found"),
    [
        ("sip:alice@contoso.com", "Alice@contoso.com", []),
        ("sip:alice@contoso.com", "alice@fabrikam.com", ["sip_is_not_upn"]),
        ("", "alice@fabrikam.com", []),
        ("sip:alice@contoso.com", "", []),
    ],
)
def test_an_address_that_differs_from_the_name_is_worth_knowing(sip: str, name: str, found: list[str]) -> None:
    assert [hint.code for hint in hints(online(sip_address=sip, user_principal_name=name), ALL)] == found


CLOUD = HostingProvider("sipfed.online.lync.com", enabled=True, shared=True)
OPEN = {"AllowOutsideUsers": True, "AllowFederatedUsers": True, "EnablePartnerDiscovery": True}
UNREAD = Reason("target_unknown", "no answer")


def server(
    build: str | None = "7.0.2046.385", module: str | None = "6.2.1", listed: bool | None = True
) -> MovingServer:
    return MovingServer("sfb01", Version.find(build), Version.find(module), listed)


def deployment(**facts: Any) -> Deployment:
    """A deployment that can move and notify users, but for `facts`."""
    return Deployment(
        **{
            "server": server(),
            "providers": (CLOUD,),
            "edge": OPEN,
            "can_notify": True,
            "download_teams": False,
            **facts,
        }
    )


def tenant(**facts: Any) -> Tenant:
    """A tenant in which users can be upgraded, but for `facts`."""
    well = {
        "default": PolicyInstance("Global", Mode.SFB_WITH_TEAMS_COLLAB, notify=False),
        "shared_sip_address_space": True,
        "meeting_migration_enabled": True,
        "override_policy": None,
        "policy_read_only": "None",
    }
    return Tenant(**{**well, **facts})


def test_an_organisation_in_order_passes_every_check() -> None:
    assert [(each.name, each.ok) for each in check_deployment(deployment(), Bounds())] == [
        (name, True) for name in ONPREM
    ]
    assert [(each.name, each.ok) for each in check_tenant(tenant())] == [(name, True) for name in ONLINE]


def judged(checks: list[Check], name: str) -> tuple[bool | None, str | None]:
    """One check's verdict and code; all others must be in order."""
    assert all(each.ok for each in checks if each.name != name)
    found = next(each for each in checks if each.name == name)
    return found.ok, found.reason.code if found.reason else None


@pytest.mark.parametrize(
    ("facts", "name", "verdict"),
    [
        ({"server": server("7.0.2046.0")}, "server_build", (False, "server_too_old")),
        ({"server": server(None)}, "server_build", (None, "check_unread")),
        ({"server": server(module="7.3.0")}, "teams_module", (False, "teams_module_too_new")),
        ({"server": server(module=None, listed=False)}, "teams_module", (False, "teams_module_missing")),
        ({"server": server(module=None, listed=None)}, "teams_module", (None, "check_unread")),
        ({"providers": ()}, "hosting_provider", (False, "no_target")),
        ({"providers": UNREAD}, "hosting_provider", (None, "target_unknown")),
        ({"edge": OPEN | {"AllowFederatedUsers": False}}, "access_edge", (False, "edge_closed")),
        ({"edge": OPEN | {"AllowFederatedUsers": None}}, "access_edge", (None, "check_unread")),
        ({"edge": {}}, "access_edge", (None, "check_unread")),
        ({"can_notify": False}, "notification", (False, "cannot_notify")),
    ],
)
def test_r16_what_is_wrong_with_a_deployment(
    facts: dict[str, Any], name: str, verdict: tuple[bool | None, str]
) -> None:
    assert judged(list(check_deployment(deployment(**facts), Bounds())), name) == verdict


@pytest.mark.parametrize(
    ("facts", "name", "verdict"),
    [
        ({"override_policy": "UpgradeToTeams"}, "tenant_mode", (False, "tenant_mode_fixed")),
        ({"policy_read_only": "ModeAndNotifications"}, "tenant_mode", (False, "tenant_mode_fixed")),
        ({"policy_read_only": None}, "tenant_mode", (None, "check_unread")),
        ({"default": PolicyInstance("Global", Mode.ISLANDS, False)}, "tenant_default", (False, "tenant_default")),
        ({"default": PolicyInstance("Global", Mode.TEAMS_ONLY, False)}, "tenant_default", (False, "tenant_teams_only")),
        ({"default": PolicyInstance("Global", None, False)}, "tenant_default", (None, "check_unread")),
        ({"default": UNREAD}, "tenant_default", (None, "target_unknown")),
        ({"shared_sip_address_space": None}, "shared_sip_address_space", (None, "check_unread")),
        ({"meeting_migration_enabled": False}, "meeting_migration", (False, "migration_disabled")),
        ({"meeting_migration_enabled": None}, "meeting_migration", (None, "check_unread")),
    ],
)
def test_r19_what_is_wrong_with_a_tenant(facts: dict[str, Any], name: str, verdict: tuple[bool | None, str]) -> None:
    assert judged(list(check_tenant(tenant(**facts))), name) == verdict


def test_r17_a_tenant_that_does_not_share_its_address_space_is_not_in_order() -> None:
    ok, code = judged(list(check_tenant(tenant(shared_sip_address_space=False))), "shared_sip_address_space")
    assert ok is False
    assert code is not None


def test_a_check_is_shown_with_what_to_do() -> None:
    assert Check("server_build", True).shown() == {
        "check": "server_build",
        "ok": True,
        "code": None,
        "message": None,
        "remedy": None,
        "stops": None,
    }
    shown = Check("server_build", False, Reason("why", "Why.", "What to do.")).shown()
    assert (shown["ok"], shown["code"], shown["message"], shown["remedy"]) == (False, "why", "Why.", "What to do.")


@pytest.mark.parametrize(
    ("user", "belongings", "found"),
    [
        (server_user(), Belongings(mailbox_onprem=True), ["mailbox_onprem"]),
        (server_user(), Belongings(mailbox_onprem=False, asked=frozenset(("mailbox_onprem",))), []),
        (server_user(), Belongings(asked=frozenset(("mailbox_onprem",))), ["mailbox_unknown"]),
        (server_user(), Belongings(asked=frozenset(("contacts_in_exchange",))), ["contacts_unknown"]),
        (server_user(), Belongings(contacts_in_exchange=True), []),
        (onprem(Mode.TEAMS_ONLY, licences=BOTH_PLANS), Belongings(), ["inconsistent"]),
        (online(licences=frozenset(), dir_synced=True), Belongings(), ["license_after_enabling"]),
        (online(licences=frozenset(), dir_synced=False), Belongings(), []),
        (online(licences=None, dir_synced=True), Belongings(), []),
        (online(licences=frozenset(), dir_synced=True, on_prem_hosting_provider="sipfed.x"), Belongings(), []),
        (onprem(licences=frozenset(), dir_synced=True), Belongings(), []),
    ],
)
def test_r26_r30_what_is_worth_knowing_keeps_nobody_back(user: User, belongings: Belongings, found: list[str]) -> None:
    assert [hint.code for hint in hints(user, ALL, belongings)] == found
    assert list(hints(user, frozenset(), belongings)) == []


@pytest.mark.parametrize(
    ("checks", "stopped"),
    [
        (check_deployment(deployment(server=server("7.0.2046.0")), Bounds()), {"server_build": "move"}),
        (check_deployment(deployment(providers=()), Bounds()), {"hosting_provider": "move"}),
        (check_deployment(deployment(can_notify=False), Bounds()), {"notification": "notify"}),
        (check_deployment(deployment(download_teams=True), Bounds()), {"client_download": None}),
        (check_tenant(tenant(shared_sip_address_space=False)), {"shared_sip_address_space": "move"}),
        (check_tenant(tenant(override_policy="UpgradeToTeams")), {"tenant_mode": "mode"}),
        (check_tenant(tenant(default=PolicyInstance("Global", Mode.ISLANDS, False))), {"tenant_default": None}),
        (check_tenant(tenant(default=PolicyInstance("Global", Mode.TEAMS_ONLY, False))), {"tenant_default": "move"}),
        (check_tenant(tenant(meeting_migration_enabled=False)), {"meeting_migration": None}),
        # What could not be read stops nothing.
        (check_deployment(deployment(server=server(None)), Bounds()), {"server_build": None}),
    ],
)
def test_r9_r13_r16_r17_r19_r45_r48_r53_what_a_check_stops(
    checks: Iterator[Check], stopped: dict[str, str | None]
) -> None:
    shown = [check.shown() for check in checks]
    assert {str(each["check"]): each["stops"] for each in shown if not each["ok"]} == stopped
