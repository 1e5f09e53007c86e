# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsTeamsUpgradePolicy: the instances that a host has."""

from __future__ import annotations

from .._connection.client import Remote
from .._connection.messages import Answer, Command, Row
from .._model import organisation_reasons
from .._model.decision import Reason
from .._model.host import Host
from .._model.policy import GLOBAL, Mode, PolicyInstance, bare_name
from .command_builder import CommandBuilder, fault_text, stopping
from .properties import flag, text


def get_cs_teams_upgrade_policy(host: Host, identity: str | None = None) -> Command:
    """All instances, or one."""
    return CommandBuilder.of("Get-CsTeamsUpgradePolicy", host).with_(Identity=identity).command


def read_instances(remote: Remote, host: Host) -> list[PolicyInstance] | Reason:
    """Return the instances (Global first as the host lists it), or the reason why they could not be read."""
    return _instances(host, remote.one(get_cs_teams_upgrade_policy(host)))


def read_tenant_default(remote: Remote, host: Host) -> PolicyInstance | Reason:
    """Return the instance Global, which a tenant-wide grant changes."""
    found = _instances(host, remote.one(get_cs_teams_upgrade_policy(host, GLOBAL)))
    if isinstance(found, Reason):
        return found
    default = next((instance for instance in found if instance.is_named(GLOBAL)), None)
    return default or organisation_reasons.INSTANCES_UNKNOWN.format(
        host=host.name, fault="there is no instance Global in the answer"
    )


def _instances(host: Host, answer: Answer) -> list[PolicyInstance] | Reason:
    if not answer.whole or not answer.rows:
        why = "the answer holds no instance" if answer.whole else fault_text(answer)
        return stopping(answer) or organisation_reasons.INSTANCES_UNKNOWN.format(host=host.name, fault=why)
    return [_instance(row) for row in answer.rows]


def _instance(row: Row) -> PolicyInstance:
    return PolicyInstance(
        identity=bare_name(text(row, "Identity")) or GLOBAL,
        mode=Mode.read(row.get("Mode")),
        notify=bool(flag(row, "NotifySfbUsers")),
        description=text(row, "Description") or "",
    )
