# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host the options of the connection mean, and what its sessions differ by from others. Without pypsrp: every worker asks this."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from .host_name import HostName

# Options that say which endpoint, by which account, and for what.
_IDENTITY = (
    "inventory_name path configuration_name remote_user auth side teams_tenant_id teams_application_id teams_certificate_thumbprint "
    "teams_user teams_managed_identity teams_environment"
).split()


def address_of(option: Callable[[str], Any]) -> tuple[str, int, str]:
    """Return host, port and protocol. Each of port and protocol is derived from the other where only one is given."""
    port, protocol = option("port"), option("protocol")
    if protocol is None:
        protocol = "http" if port is not None and int(port) == 5985 else "https"
    if port is None:
        port = 5986 if protocol == "https" else 5985
    return str(option("remote_addr")), int(port), str(protocol)


def host_name_of(option: Callable[[str], Any]) -> HostName:
    """Return what messages call the host."""
    host, port, _protocol = address_of(option)
    return HostName(option("inventory_name") or f"{host}:{port}", f"{host}:{port}")


def identity_of(option: Callable[[str], Any]) -> tuple[str, int]:
    """Return what one set of sessions differs by from another: a text (address and digest) and the port. It holds no secret."""
    host, port, protocol = address_of(option)
    rest = json.dumps([protocol, *(option(name) for name in _IDENTITY)], default=str)
    return f"{host}#{hashlib.sha256(rest.encode()).hexdigest()[:8]}", port
