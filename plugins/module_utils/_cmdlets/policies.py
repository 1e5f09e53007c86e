# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsTeamsUpgradePolicy: the instances that a host has."""

from __future__ import annotations

from .._connection.client import Remote
from .._connection.messages import Answer, Command, Row
from .._model import organisation_reasons
from .._model.failure import Failure
from .._model.host import Host
from .._model.policy import GLOBAL, Mode, PolicyInstance, bare_name, built_in
from .command_builder import CommandBuilder, fault_text, stopping
from .properties import flag, text


def get_cs_teams_upgrade_policy(host: Host, identity: str | None = None) -> Command:
    """All instances, or one."""
    return CommandBuilder.of("Get-CsTeamsUpgradePolicy", host).with_(Identity=identity).command


def read_instances(remote: Remote, host: Host) -> list[PolicyInstance]:
    """Return the instances (Global first as the host lists it). Raises Failure where they could not be read."""
    return _instances(host, remote.one(get_cs_teams_upgrade_policy(host)))


def read_instance(remote: Remote, host: Host, name: str) -> PolicyInstance:
    """Return the instance of that name; a built-in one is known without being read. Raises Failure where there is none."""
    if known := built_in(name):
        return known
    for each in read_instances(remote, host):
        if each.is_named(name):
            return each
    raise Failure(organisation_reasons.INSTANCE_MISSING.format(policy=name, host=host.name))


def read_tenant_default(remote: Remote, host: Host) -> PolicyInstance:
    """Return the instance Global, which a tenant-wide grant changes. Raises Failure."""
    found = _instances(host, remote.one(get_cs_teams_upgrade_policy(host, GLOBAL)))
    default = next((instance for instance in found if instance.is_named(GLOBAL)), None)
    if default is None:
        missing = "there is no instance Global in the answer"
        raise Failure(organisation_reasons.INSTANCES_UNKNOWN.format(host=host.name, fault=missing))
    return default


def _instances(host: Host, answer: Answer) -> list[PolicyInstance]:
    if not answer.whole or not answer.rows:
        why = "the answer holds no instance" if answer.whole else fault_text(answer)
        raise Failure(stopping(answer) or organisation_reasons.INSTANCES_UNKNOWN.format(host=host.name, fault=why))
    return [_instance(row) for row in answer.rows]


def _instance(row: Row) -> PolicyInstance:
    return PolicyInstance(
        identity=bare_name(text(row, "Identity")) or GLOBAL,
        mode=Mode.read(row.get("Mode")),
        notify=bool(flag(row, "NotifySfbUsers")),
        description=text(row, "Description") or "",
    )
