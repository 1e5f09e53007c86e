# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How people do it without this collection: tasks of Ansible's own connection, and plain scripts with pypsrp."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from time import perf_counter
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN
from pypsrp.complex_objects import PSCredential
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

MODE = "SfBWithTeamsCollab"
GRANT = "Grant-CsTeamsUpgradePolicy"
STOCK = {"ansible_connection": "ansible.builtin.psrp"}
# What a task of script begins with where its session knows nothing: the module, and the sign-in.
_BEGIN = (
    "$ErrorActionPreference = 'Stop'; Import-Module MicrosoftTeams; $secret = [securestring]::new(); "
    f"foreach ($each in '{ADMIN[1]}'.ToCharArray()) {{ $secret.AppendChar($each) }}; "
    f"$null = Connect-MicrosoftTeams -Credential ([pscredential]::new('{ADMIN[0]}', $secret)); "
)


def raw_tasks(users: Sequence[str]) -> list[dict[str, Any]]:
    """Return one task for each user, in each of which the connection is opened anew."""
    return [
        {"name": f"{number} grant", "ansible.builtin.raw": f"{_BEGIN}{_grant(user)}", "vars": STOCK}
        for number, user in enumerate(users)
    ]


def raw_loop(users: Sequence[str]) -> list[dict[str, Any]]:
    """Return one task that loops over the users, with one connection and one sign-in."""
    begin = f"if (-not $known) {{ {_BEGIN} $global:known = $true }}; "
    commands = [f"{begin}{_grant(user)}" for user in users]
    return [{"name": "0 grant", "ansible.builtin.raw": "{{ item }}", "loop": commands, "vars": STOCK}]


def _grant(user: str) -> str:
    return f"{GRANT} -Identity '{user}' -PolicyName {MODE} -Confirm:$false"


class PlainSessions:
    """Sessions of pypsrp on a host of the lab, until closed; with a module, each has imported it and signed in to Teams."""

    def __init__(self, variables: dict[str, Any], sessions: int, module: str | None = "MicrosoftTeams") -> None:
        self._variables = variables
        self._module = module
        self._open = ExitStack()
        with ThreadPoolExecutor(sessions) as threads:
            self.pools = list(threads.map(lambda _number: self._session(), range(sessions)))
        for pool in self.pools:
            self._open.callback(pool.close)

    def __enter__(self) -> PlainSessions:
        return self

    def __exit__(self, *_about: object) -> None:
        self._open.close()

    def each(self, users: Sequence[str], work: Callable[[RunspacePool, str], None]) -> float:
        """Do the work for the users in groups of as many as there are sessions: a group begins when the last of the one before has ended.

        Returns the seconds.
        """
        began = perf_counter()
        with ThreadPoolExecutor(len(self.pools)) as threads:
            for start in range(0, len(users), len(self.pools)):
                list(threads.map(work, self.pools, users[start : start + len(self.pools)]))
        return perf_counter() - began

    def _session(self) -> RunspacePool:
        known = self._variables
        wsman = WSMan(
            known["ansible_host"],
            port=known["ansible_port"],
            username=known["ansible_user"],
            password=known["ansible_password"],
            ssl=False,
            auth="basic",
            encryption="never",
            no_proxy=True,
        )
        pool = RunspacePool(wsman)
        pool.open()
        if self._module is not None:
            make: Callable[..., PSCredential] = PSCredential
            invoke(pool, "Import-Module", Name=self._module)
            pool.exchange_keys()
            invoke(pool, "Connect-MicrosoftTeams", Credential=make(username=ADMIN[0], password=ADMIN[1]))
        return pool


def invoke(pool: RunspacePool, cmdlet: str, **parameters: Any) -> list[Any]:
    """Call a cmdlet and return its output. Raises RuntimeError for an error."""
    shell = PowerShell(pool)
    shell.add_cmdlet(cmdlet).add_parameters(parameters)
    found: list[Any] = shell.invoke()
    if shell.streams.error:
        raise RuntimeError(json.dumps([str(each) for each in shell.streams.error]))
    return found


def grant(pool: RunspacePool, user: str) -> None:
    """Grant the policy to a user."""
    invoke(pool, GRANT, Identity=user, PolicyName=MODE, Confirm=False)
