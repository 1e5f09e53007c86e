# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of a running lab: what Ansible needs to reach its hosts with the connection of this collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..contract.loader import SKYPE, TEAMS
from ..contract.versions import parse
from ..seed.model import HostSeed, Seed

_CERTIFICATES_SINCE = (4, 7, 1)
_CONNECTION = {
    "ansible_connection": "sfb.teams_upgrade.runspace",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
}


def inventory(
    seed: Seed,
    addresses: Mapping[str, tuple[str, int]],
    signing_in: Mapping[str, object],
    control: str | None = None,
) -> dict[str, Any]:
    """Return the inventory as Ansible reads it, for hosts by name at an address and port each, and variables to sign in with."""
    groups: dict[str, dict[str, Any]] = {"skype_servers": {"hosts": {}}, "teams_hosts": {"hosts": {}}}
    for host in seed.hosts:
        group = groups["skype_servers" if host.on_premises else "teams_hosts"]
        group["hosts"][host.name] = _host(seed, host, *addresses[host.name])
    user, password = next(iter(seed.accounts.items()))
    variables = {
        **_CONNECTION,
        **signing_in,
        "ansible_user": user,
        "ansible_password": password,
        **_move_credential(seed),
    }
    if control is not None:
        variables["teams_upgrade_lab_control"] = control
    return {"all": {"vars": variables, "children": groups}}


def _host(seed: Seed, host: HostSeed, address: str, port: int) -> dict[str, Any]:
    found: dict[str, Any] = {"ansible_host": address, "ansible_port": port}
    if SKYPE in host.modules and TEAMS in host.modules:
        # A server that moves users needs both modules, so that only this says which side it is for.
        found["ansible_runspace_side"] = "onprem"
    if TEAMS in host.modules and not host.on_premises:
        found.update(_sign_in(seed, host))
    return found


def _sign_in(seed: Seed, host: HostSeed) -> dict[str, Any]:
    tenant = seed.tenant
    application = next((one for one in tenant.applications if one.thumbprints), None)
    if application is not None and parse(host.modules[TEAMS]) >= _CERTIFICATES_SINCE:
        return {
            "ansible_runspace_teams_tenant_id": tenant.tenant_id,
            "ansible_runspace_teams_application_id": application.application_id,
            "ansible_runspace_teams_certificate_thumbprint": application.thumbprints[0],
        }
    account = next((one for one in tenant.accounts if not one.mfa), None)
    if account is None:
        return {}
    return {"ansible_runspace_teams_user": account.user, "ansible_runspace_teams_password": account.password}


def _move_credential(seed: Seed) -> dict[str, str]:
    account = next((one for one in seed.tenant.accounts if not one.mfa), None)
    if account is None:
        return {}
    return {
        "teams_upgrade_move_credential_user": account.user,
        "teams_upgrade_move_credential_password": account.password,
    }
