# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host the options of the connection mean, and what its sessions differ by from others. Without pypsrp: every worker asks this."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .host_name import HostName

# Options that say which endpoint, by which account, and for what.
_IDENTITY = (
    "inventory_name more_hosts registrar_pool path configuration_name remote_user auth side "
    "teams_tenant_id teams_application_id teams_certificate_thumbprint "
    "teams_user teams_managed_identity teams_environment"
).split()


@dataclass(frozen=True, slots=True)
class Place:
    """Where sessions are: the address of a host, and the registrar pool whose users it is for, where one is named."""

    host: str
    port: int
    registrar_pool: str = ""


def places_of(option: Callable[[str], Any]) -> list[Place]:
    """Return the host of the connection and those that share its work. Raises ValueError for an entry that names no host."""
    host, port, _protocol = address_of(option)
    first = Place(host, port, str(option("registrar_pool") or ""))
    return [first, *(_place(entry, port) for entry in option("more_hosts") or ())]


def _place(entry: object, port: int) -> Place:
    entry = entry if isinstance(entry, Mapping) else {"address": entry}
    unknown = sorted(str(name) for name in entry.keys() - {"address", "port", "registrar_pool"})
    written = str(entry.get("address") or "").strip()
    # An address with several colons is one of IPv6.
    address, _colon, its_port = written.partition(":") if written.count(":") == 1 else (written, "", "")
    its_port = str(entry.get("port") or its_port or port)
    if unknown or not address or not its_port.isdigit():
        raise ValueError(
            f"ansible_runspace_more_hosts has an entry that names no host: {dict(entry)}. Write an address, address:port, or a mapping "
            "with address, and with port and registrar_pool where they are needed."
        )
    return Place(address, int(its_port), str(entry.get("registrar_pool") or ""))


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
