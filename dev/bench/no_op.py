# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long check mode takes for users who are all in state, compared with a script that reads the same objects in one pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter, process_time
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets import get_csonlineuser, get_csuser
from pypsrp.powershell import PowerShell

from tests.controller import Task
from tests.lab.modules.people import MOVER

from .hosts import Hosts, names, people
from .peers import PlainSessions
from .playbooks import controller, on_open_sessions
from .result import Asked, Ratio

TARGET = 1.5
WORK: dict[str, tuple[str, str, Sequence[str], dict[str, Any]]] = {
    "sfb01": ("csuser_move", "Get-CsUser", get_csuser.PROPERTIES, MOVER),
    "teams01": ("teams_upgrade_policy", "Get-CsOnlineUser", get_csonlineuser.PROPERTIES, {"mode": "TeamsOnly"}),
}


def run(asked: Asked) -> Iterator[Ratio]:
    """Measure a module of each side."""
    count = asked.number(10_000, 50)
    users = names(count)
    with Hosts(people(users, homing="online", policy="UpgradeToTeams")) as hosts, controller(hosts) as on:
        for host, (module, cmdlet, properties, args) in WORK.items():
            hosts.begin({})
            task = Task(module, {**args, "users": users}, check=True)
            before = hosts.processor_seconds
            found = on.measured(on_open_sessions(host, users[:1], [task]))
            middle = hosts.processor_seconds
            if found.run.results[-1].result["summary"]["ok"] != count:
                raise RuntimeError(f"not all of {count} users are in state: {found.run.results[-1].result['summary']}")
            bare, bare_processor = _read(hosts, host, cmdlet, properties, users)
            yield Ratio(
                "no-op",
                f"{module} --check, {count} users in state / reading them",
                found.seconds(2) / bare,
                TARGET,
                measured={
                    "task_seconds": found.seconds(2),
                    "script_seconds": bare,
                    "own_processor_seconds": found.cost.processor,
                    "script_processor_seconds": bare_processor,
                    "largest_process_megabytes": found.cost.megabytes,
                    "lab_processor_seconds": middle - before,
                    "lab_processor_seconds_for_script": hosts.processor_seconds - middle,
                },
            )


def _read(hosts: Hosts, host: str, cmdlet: str, properties: Sequence[str], users: Sequence[str]) -> tuple[float, float]:
    """Return how long a script takes to read the users' objects, and its processor time."""
    module = "MicrosoftTeams" if host == "teams01" else None
    with PlainSessions(hosts.variables(host), 1, module) as script:
        began, used = perf_counter(), process_time()
        shell = PowerShell(script.pools[0])
        shell.add_cmdlet(cmdlet)
        shell.add_cmdlet("Select-Object").add_parameter("Property", list(properties))
        found = shell.invoke(_identities(users) if cmdlet == "Get-CsUser" else None)
        took = perf_counter() - began, process_time() - used
    if len(found) != len(users) or shell.streams.error:
        raise RuntimeError(f"the script has read {len(found)} of {len(users)} users")
    return took


def _identities(users: Sequence[str]) -> Iterator[list[str]]:
    """Yield all at once: pypsrp sends a request for each element."""
    yield [f"sip:{user}" for user in users]
