# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps an organisation from moving anybody (R9, R13 to R17, R19, R45, R48, R53)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.organisation import Deployment, Tenant
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.server import MovingServer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import HostingProvider
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.version import Version
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.checks import (
    ONLINE,
    ONPREM,
    Check,
    check_deployment,
    check_tenant,
    concern_of,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.server_versions import Bounds

from tests.unit.sentences import whole

CLOUD = HostingProvider("sipfed.online.lync.com", enabled=True, shared=True)
OPEN = {"AllowOutsideUsers": True, "AllowFederatedUsers": True, "EnablePartnerDiscovery": True}
UNREAD = Reason("target_unknown", "No answer.")


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
    return found.ok, whole(found.reason).code if found.reason else None


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
    assert Check("server_build", True).to_result() == {
        "check": "server_build",
        "ok": True,
        "code": None,
        "message": None,
        "remedy": None,
        "stops": None,
    }
    shown = Check("server_build", False, Reason("why", "Why.", "What to do.")).to_result()
    assert (shown["ok"], shown["code"], shown["message"], shown["remedy"]) == (False, "why", "Why.", "What to do.")


@pytest.mark.parametrize(
    ("checks", "stopped"),
    [
        (list(check_deployment(deployment(server=server("7.0.2046.0")), Bounds())), {"server_build": "move"}),
        (list(check_deployment(deployment(providers=()), Bounds())), {"hosting_provider": "move"}),
        (list(check_deployment(deployment(can_notify=False), Bounds())), {"notification": "notify"}),
        (list(check_deployment(deployment(download_teams=True), Bounds())), {"client_download": None}),
        (list(check_tenant(tenant(shared_sip_address_space=False))), {"shared_sip_address_space": "move"}),
        (list(check_tenant(tenant(override_policy="UpgradeToTeams"))), {"tenant_mode": "mode"}),
        (list(check_tenant(tenant(default=PolicyInstance("Global", Mode.ISLANDS, False)))), {"tenant_default": None}),
        (
            list(check_tenant(tenant(default=PolicyInstance("Global", Mode.TEAMS_ONLY, False)))),
            {"tenant_default": "move"},
        ),
        (list(check_tenant(tenant(meeting_migration_enabled=False))), {"meeting_migration": None}),
        (list(check_deployment(deployment(server=server(module="7.3.0")), Bounds())), {"teams_module": "move"}),
        (
            list(check_deployment(deployment(edge=OPEN | {"AllowOutsideUsers": False}), Bounds())),
            {"access_edge": "move"},
        ),
        # What could not be read stops nothing.
        (list(check_deployment(deployment(server=server(None)), Bounds())), {"server_build": None}),
    ],
)
def test_r9_r13_r16_r17_r19_r45_r48_r53_what_a_check_stops(checks: list[Check], stopped: dict[str, str | None]) -> None:
    shown = [check.to_result() for check in checks]
    assert {str(each["check"]): each["stops"] for each in shown if not each["ok"]} == stopped


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"edge": OPEN | {"AllowOutsideUsers": False, "EnablePartnerDiscovery": False}},
            "AllowOutsideUsers, EnablePartnerDiscovery",
        ),
        ({"can_notify": False}, "sfb01"),
        ({"providers": ()}, "sfb01"),
    ],
)
def test_what_is_wrong_with_a_deployment_is_named(facts: dict[str, Any], sentence: str) -> None:
    (reason,) = (each.reason for each in check_deployment(deployment(**facts), Bounds()) if each.reason)
    assert sentence in whole(reason).message


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({"override_policy": "UpgradeToTeams"}, ("TeamsUpgradeOverridePolicy", "UpgradeToTeams")),
        ({"policy_read_only": "ModeAndNotifications"}, ("TeamsUpgradePolicyIsReadOnly", "ModeAndNotifications")),
        ({"default": PolicyInstance("Global", Mode.ISLANDS, False)}, ("Islands",)),
        ({"policy_read_only": None}, ("tenant_mode",)),
    ],
)
def test_r9_r19_what_is_wrong_with_a_tenant_is_named(facts: dict[str, Any], names: tuple[str, ...]) -> None:
    (reason,) = (each.reason for each in check_tenant(tenant(**facts)) if each.reason)
    assert all(name in whole(reason).message for name in names)


@pytest.mark.parametrize(
    ("item", "concern"),
    [
        ({"ok": True, "code": "x"}, None),
        ({"ok": False, "code": None}, None),
        ({"ok": False, "code": ""}, None),
        ({"ok": False}, None),
        ({}, None),
        ({"ok": True}, None),
        ({"ok": False, "code": "x", "message": "X.", "remedy": "Y.", "stops": "move"}, ("x", "X.", "Y.", "move")),
        ({"ok": None, "code": "x", "message": "X.", "remedy": "Y.", "stops": None}, ("x", "X.", "Y.", "")),
    ],
)
def test_a_concern_is_read_from_a_result(item: dict[str, Any], concern: tuple[str, ...] | None) -> None:
    found = concern_of(item)
    if found is None or concern is None:
        assert (found, concern) == (None, None)
        return
    assert (found.reason.code, found.reason.message, found.reason.remedy, found.stops) == concern
    assert found.reason.scope is Scope.ORGANISATION


@pytest.mark.parametrize(
    ("ok", "stops", "shown"), [(False, "move", "move"), (False, "", None), (None, "move", None), (True, "move", None)]
)
def test_only_what_is_not_in_order_stops_something(ok: bool | None, stops: str, shown: str | None) -> None:
    assert Check("server_build", ok, UNREAD, stops).to_result()["stops"] == shown
