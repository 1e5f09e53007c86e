# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a table of writing modules is made of: a row for each thing that can be asked for, on a host that all its rows share.

The rows of one host touch different users and settings, so that none of them depends on what another does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import MASK
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN

from tests.controller import Task
from tests.lab.modules.people import address, addresses

Facts = Mapping[str, Mapping[str, object]]
# The modules that only read, with a host on which they do.
READING: Mapping[str, str] = {
    "csuser_info": "sfb01",
    "meeting_migration_info": "teams01",
    "teams_upgrade_policy_info": "teams01",
    "upgrade_readiness_info": "sfb01",
}
Sent = tuple[str, Mapping[str, object]]


@dataclass(frozen=True)
class Row:
    """One thing to ask for. `users`: what is said of each who is named, by the name before the @.

    `sends`: every writing call that it leads to, with all its parameters. `reads`: what is read of users afterwards, on this host.
    """

    name: str
    module: str
    args: Mapping[str, Any]
    users: Mapping[str, str] = field(default_factory=dict)
    sends: Sequence[Sent] = ()
    reads: Facts = field(default_factory=dict)

    def task(self, *, check: bool) -> Task:
        named = {"users": addresses(*self.users), "return_users": "all"} if self.users else {}
        return Task(self.module, {**self.args, **named}, check=check, diff=True)


@dataclass(frozen=True)
class Table:
    """The rows of one host in one world. `reader` reads back `people`; users that a row reads are among them."""

    host: str
    seed: Mapping[str, Any]
    reader: str
    rows: Sequence[Row]

    @property
    def people(self) -> list[str]:
        return [name for row in self.rows for name in row.reads]

    @property
    def sends(self) -> list[Sent]:
        return [sent for row in self.rows for sent in row.sends]

    def read(self) -> Task:
        return Task(self.reader, {"users": addresses(*self.people)})


def move(name: str, target: str, **more: object) -> Sent:
    """Move-CsUser, on behalf of the administrator of the tenant."""
    credential = {"user": ADMIN[0], "password": MASK}
    return "Move-CsUser", {"Identity": f"sip:{address(name)}", "Target": target, "Credential": credential, **more}


def move_between_pools(name: str, target: str) -> Sent:
    """Move-CsUser, in which the tenant has no part."""
    return "Move-CsUser", {"Identity": f"sip:{address(name)}", "Target": target}


def grant(name: str, policy: str | None, **more: object) -> Sent:
    """Grant-CsTeamsUpgradePolicy, for one user. A null that PowerShell binds to a text is an empty one."""
    return "Grant-CsTeamsUpgradePolicy", {"Identity": f"sip:{address(name)}", "PolicyName": policy or "", **more}
