# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where users can be moved, and what the server that moves them runs (R11, R13 to R16, R63, R65)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.deployment import (
    read_hosting_providers,
    read_target,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.server import read_moving_server
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import read_or_reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import HostingProvider, Target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.server_versions import Bounds, cannot_move

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import Reply, answering, failing
from tests.unit.sentences import whole

Row = dict[str, Any]
HOST = onprem(
    Get_CsHostingProvider="", Get_CsPool="Identity", Get_CsServerPatchVersion="", Get_Module="Name ListAvailable"
)
OFFICE = {
    "ProxyFqdn": "sipfed.online.lync.com",
    "Enabled": True,
    "EnabledSharedAddressSpace": True,
    "HostsOCSUsers": True,
    "IsLocal": False,
}
# As Exchange is set up for voice mail.
EXCHANGE = OFFICE | {"ProxyFqdn": "exap.um.outlook.com", "HostsOCSUsers": False}
POOL = {"Identity": "pool01.contoso.com", "Services": ["UserServer:pool01.contoso.com", "Registrar:pool01.contoso.com"]}


def target(fqdn: str | None, *providers: Row, pool: list[Row] | Reply | None = None) -> Target | Reason:
    host = answering(Get_CsHostingProvider=list(providers), Get_CsPool=pool or [])
    return read_or_reason(read_target, host.remote(), HOST, fqdn)


def target_and_code(found: Target | Reason) -> tuple[str, str]:
    """Where users go and why nobody can cross; or why nobody can be moved."""
    if isinstance(found, Reason):
        return "", found.code
    return found.fqdn, found.closed.code if found.closed else ""


@pytest.mark.parametrize(
    ("fqdn", "providers", "where"),
    [
        (None, [EXCHANGE, OFFICE], ("sipfed.online.lync.com", "")),
        (None, [OFFICE | {"IsLocal": True}], ("", "no_target")),
        (None, [EXCHANGE], ("", "no_target")),
        ("EXAP.um.outlook.com", [EXCHANGE, OFFICE], ("EXAP.um.outlook.com", "provider_closed")),
        ("sipfed.online.lync.com", [EXCHANGE, OFFICE], ("sipfed.online.lync.com", "")),
        # What a provider does not say of itself speaks neither for nor against it, but for what the move rests on.
        (None, [{"ProxyFqdn": "sip.example", "Enabled": True, "EnabledSharedAddressSpace": True}], ("sip.example", "")),
        (None, [{"ProxyFqdn": "sip.example", "Enabled": True}], ("", "no_target")),
    ],
)
def test_r16_users_go_where_users_are_homed(fqdn: str | None, providers: list[Row], where: tuple[str, str]) -> None:
    assert target_and_code(target(fqdn, *providers)) == where


@pytest.mark.parametrize(
    ("providers", "closed"), [([OFFICE], ""), ([EXCHANGE], "hybrid_closed"), ([], "hybrid_closed")]
)
def test_r65_nobody_comes_back_without_a_provider_that_homes_users(providers: list[Row], closed: str) -> None:
    assert target_and_code(target("pool01.contoso.com", *providers, pool=[POOL])) == ("pool01.contoso.com", closed)


@pytest.mark.parametrize(
    ("pool", "code"),
    [
        ([POOL], ""),
        ([{"Identity": "pool01.contoso.com"}], ""),
        ([POOL | {"Services": ["EdgeServer:pool01.contoso.com"]}], "pool_missing"),
        ([], "pool_missing"),
        (failing("Cannot find the cluster.", "ManagementObjectNotFound"), "pool_missing"),
        (failing("The central store does not answer."), "target_unknown"),
    ],
)
def test_r63_a_pool_is_one_that_registers_users(pool: list[Row] | Reply, code: str) -> None:
    assert target_and_code(target("pool01.contoso.com", OFFICE, pool=pool))[1] == code


def test_the_target_is_named_as_it_was_asked_for_with_what_it_is() -> None:
    closed = EXCHANGE | {"ProxyFqdn": "Old.example"}
    assert target(None, EXCHANGE, OFFICE) == Target("sipfed.online.lync.com", Homing.ONLINE)
    assert target("SIPFED.online.lync.com", OFFICE) == Target("SIPFED.online.lync.com", Homing.ONLINE)
    assert target("pool01.contoso.com", OFFICE, pool=[POOL]) == Target("pool01.contoso.com", Homing.ONPREM)
    found = target("old.example", closed, OFFICE)
    assert isinstance(found, Target)
    assert (found.homing, found.fqdn) == (Homing.ONLINE, "old.example")


BUSY, DENIED = failing("It does not answer."), failing("Access is denied.")
UNREAD = "Where users can be moved could not be read on sfb01: It does not answer."


@pytest.mark.parametrize(
    ("fqdn", "providers", "pool", "code", "message"),
    [
        (None, [], [], "no_target", "No enabled hosting provider with a shared address space was found on sfb01, so there is no "
         "target to move to."),
        ("pool09", [OFFICE], [], "pool_missing", "pool09 is neither a hosting provider's ProxyFqdn nor a registrar pool of this "
         "deployment."),
        (None, BUSY, [], "target_unknown", UNREAD),
        ("pool01.contoso.com", [OFFICE], BUSY, "target_unknown", UNREAD),
        ("pool01.contoso.com", [OFFICE], {"state": "timeout"}, "target_unknown",
         "Where users can be moved could not be read on sfb01: the host did not answer in time"),
        # What would meet everybody alike is named as such (R39).
        (None, DENIED, [], "access_denied", "Access is denied."),
        ("pool01.contoso.com", [OFFICE], DENIED, "access_denied", "Access is denied."),
        # Half a list may lack the provider that counts.
        (None, {"state": "completed", "output": [OFFICE], "errors": [{"message": "It does not answer."}]}, [], "target_unknown",
         UNREAD),
        ("pool01.contoso.com", [OFFICE], {"state": "completed", "output": [POOL], "errors": [{"message": "It does not answer."}]},
         "target_unknown", UNREAD),
    ],
)  # fmt: skip
def test_r11_why_there_is_no_target_is_said_with_the_host(
    fqdn: str | None, providers: list[Row] | Reply, pool: list[Row] | Reply, code: str, message: str
) -> None:
    host = answering(Get_CsHostingProvider=providers, Get_CsPool=pool)
    found = read_or_reason(read_target, host.remote(), HOST, fqdn)
    assert isinstance(found, Reason)
    assert whole(found).code == code
    assert message in found.message
    assert code == "access_denied" or message == found.message


@pytest.mark.parametrize(
    ("fqdn", "providers", "code", "message"),
    [
        ("exap.um.outlook.com", [EXCHANGE, OFFICE], "provider_closed", "The hosting provider exap.um.outlook.com is not enabled or "
         "does not share the address space, so nobody can be moved there."),
        ("pool01.contoso.com", [EXCHANGE], "hybrid_closed", "sfb01 has no enabled hosting provider with a shared address space, so "
         "nobody can be moved back from the cloud."),
    ],
)  # fmt: skip
def test_r65_why_a_target_is_closed_is_said_with_its_name(
    fqdn: str, providers: list[Row], code: str, message: str
) -> None:
    found = target(fqdn, *providers, pool=[POOL])
    assert isinstance(found, Target)
    assert found.closed is not None
    assert (whole(found.closed).code, found.closed.message) == (code, message)


@pytest.mark.parametrize(
    ("row", "provider"),
    [
        (OFFICE, HostingProvider("sipfed.online.lync.com", enabled=True, shared=True, homes_users=True)),
        (EXCHANGE, HostingProvider("exap.um.outlook.com", enabled=True, shared=True, homes_users=False)),
        (OFFICE | {"Enabled": False}, HostingProvider("sipfed.online.lync.com", enabled=False, shared=True, homes_users=True)),
        (OFFICE | {"EnabledSharedAddressSpace": "False"},
         HostingProvider("sipfed.online.lync.com", enabled=True, shared=False, homes_users=True)),
        (OFFICE | {"IsLocal": True}, HostingProvider("sipfed.online.lync.com", enabled=True, shared=True, homes_users=False)),
        ({}, HostingProvider("", enabled=False, shared=False, homes_users=True)),
        ({"ProxyFqdn": None, "HostsOCSUsers": None}, HostingProvider("", enabled=False, shared=False, homes_users=True)),
    ],
)  # fmt: skip
def test_r16_a_hosting_provider_is_what_its_object_shows(row: Row, provider: HostingProvider) -> None:
    host = answering(Get_CsHostingProvider=[row])
    assert read_hosting_providers(host.remote(), HOST) == [provider]
    (command,) = host.started
    assert (command["name"], command["module"], command["parameters"]) == (
        "Get-CsHostingProvider",
        "SkypeForBusiness",
        {},
    )


@pytest.mark.parametrize(
    ("services", "code"),
    [
        (["Registrar:pool01.contoso.com"], ""),
        ([" registrar:pool01.contoso.com"], ""),
        ("Registrar:pool01.contoso.com", ""),
        (["EdgeServer:pool01.contoso.com", "REGISTRAR:pool01.contoso.com"], ""),
        (["MediationServer:pool01.contoso.com", "EdgeServer:pool01.contoso.com"], "pool_missing"),
        (["BackupRegistrar:pool01.contoso.com"], "pool_missing"),
        # Services of which only the names of their types have arrived say nothing.
        (["Microsoft.Rtc.Management.Xds.DisplayService"], ""),
        (["Microsoft.Rtc.Management.Xds.DisplayService", "EdgeServer:pool01.contoso.com"], "pool_missing"),
        ([], ""),
        (None, ""),
    ],
)
def test_r63_a_pool_registers_users_unless_its_services_say_otherwise(services: object, code: str) -> None:
    assert target_and_code(target("pool01.contoso.com", OFFICE, pool=[POOL | {"Services": services}]))[1] == code


def test_r63_a_pool_is_asked_for_by_name_and_only_where_no_provider_has_it() -> None:
    host = answering(Get_CsHostingProvider=[OFFICE], Get_CsPool=[{"Services": ["EdgeServer:a"]}, POOL])
    assert read_target(host.remote(), HOST, "pool01.contoso.com").homing is Homing.ONPREM
    assert [(each["name"], each["parameters"]) for each in host.started] == [
        ("Get-CsHostingProvider", {}),
        ("Get-CsPool", {"Identity": "pool01.contoso.com"}),
    ]
    read_target(host.remote(), HOST, "sipfed.online.lync.com")
    assert [each["name"] for each in host.started[2:]] == ["Get-CsHostingProvider"]


CORE = [{"ComponentName": "Skype for Business Server 2019, Core Components", "Version": "7.0.2046.385"}]


@pytest.mark.parametrize(
    ("modules", "restricted", "code"),
    [
        ([{"Version": "6.6.0"}], False, None),
        ([{"Version": "5.9.0"}, {"Version": "6.6.0"}], False, None),
        ([{"Version": "0.0"}], False, None),
        ([], False, "teams_module_missing"),
        (failing("Access to the path is refused."), False, "server_unknown"),
        ({"state": "timeout"}, False, "server_unknown"),
        # A restricted endpoint shows no file system to look into.
        (failing("Cannot find drive."), True, None),
    ],
)
def test_r11_r14_nobody_is_moved_while_the_modules_of_the_server_cannot_be_read(
    modules: list[Row] | Reply, restricted: bool, code: str | None
) -> None:
    host = replace(HOST, projection=not restricted)
    connection = answering(Get_CsServerPatchVersion=CORE, Get_Module=modules)
    found = cannot_move(read_moving_server(connection.remote(), host), Bounds())
    assert (found.code if found else None) == code
