# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where users can be moved, and what the server that moves them runs (R11, R13 to R16, R63, R65)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.deployment import read_target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.server import read_moving_server
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import read_or_reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import Target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.server_versions import Bounds, cannot_move

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import Reply, answering, failing

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
