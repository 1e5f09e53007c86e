# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsHostingProvider and Get-CsPool: where users can be moved to."""

from __future__ import annotations

from collections.abc import Sequence

from .._connection.client import Remote
from .._connection.messages import Answer, Row
from .._model import faults, organisation_reasons
from .._model.failure import Failure
from .._model.host import Host
from .._model.identity import fold
from .._model.policy import is_object_text
from .._model.target import HostingProvider, Target, default_target
from .._model.user import Homing
from .command_builder import CommandBuilder, fault_text, faults_of, stopping
from .properties import flag, text, texts


def read_hosting_providers(remote: Remote, host: Host) -> list[HostingProvider]:
    """Return the deployment's hosting providers. EnabledSharedAddressSpace is on the object though not in its default view.

    Raises Failure where they could not be read, NotOffered without Get-CsHostingProvider.
    """
    answer = remote.one(CommandBuilder.of("Get-CsHostingProvider", host).command)
    return [_provider(row) for row in _whole_rows(answer, host)]


def _whole_rows(answer: Answer, host: Host) -> Sequence[Row]:
    """Return the rows of an answer. Raises Failure where it does not tell where users can be moved."""
    if answer.whole:
        return answer.rows
    unknown = organisation_reasons.TARGET_UNKNOWN.format(host=host.name, fault=fault_text(answer))
    raise Failure(stopping(answer) or unknown)


def _provider(row: Row) -> HostingProvider:
    return HostingProvider(
        proxy_fqdn=text(row, "ProxyFqdn") or "",
        enabled=flag(row, "Enabled") is True,
        shared=flag(row, "EnabledSharedAddressSpace") is True,
        homes_users=flag(row, "HostsOCSUsers") is not False and flag(row, "IsLocal") is not True,
    )


def read_target(remote: Remote, host: Host, fqdn: str | None) -> Target:
    """Return where users are to be moved: the provider or pool named `fqdn`, or the default (R16, R63).

    Raises Failure where there is no such target or none could be read, NotOffered without Get-CsHostingProvider.
    """
    providers = read_hosting_providers(remote, host)
    if fqdn is None:
        if found := default_target(providers):
            return Target(found, Homing.ONLINE)
        raise Failure(organisation_reasons.NO_TARGET.format(host=host.name))
    named = [each for each in providers if fold(each.proxy_fqdn) == fold(fqdn)]
    if named:
        closed = None if default_target(named) else organisation_reasons.PROVIDER_CLOSED.format(target=fqdn)
        return Target(fqdn, Homing.ONLINE, closed)
    answer = remote.one(CommandBuilder.of("Get-CsPool", host).with_(Identity=fqdn).command)
    if faults.is_pool_not_found(faults_of(answer)) or not any(map(_may_register, _whole_rows(answer, host))):
        raise Failure(organisation_reasons.POOL_MISSING.format(target=fqdn))
    closed = None if default_target(providers) else organisation_reasons.HYBRID_CLOSED.format(host=host.name)
    return Target(fqdn, Homing.ONPREM, closed)


def _may_register(pool: Row) -> bool:
    """Return whether users can be homed in a pool, or it does not say what services it has (R63)."""
    services = [service for service in texts(pool, "Services") or () if not is_object_text(service)]
    return not services or any(service.strip().lower().startswith("registrar") for service in services)
