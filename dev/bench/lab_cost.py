# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulated hosts themselves cost: processor time for each user that is read in one pipeline, and memory for many users."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets import get_csuser
from pypsrp.powershell import PowerShell

from .hosts import Hosts, names, people
from .peers import PlainSessions
from .result import Asked, Ratio

READ = 1000
MANY = 100_000
ROUNDS = 5


def run(asked: Asked) -> Iterator[Ratio]:
    """Measure reads of whole and of projected objects, then the memory for many users."""
    count = READ if not asked.quick else 50
    users = names(count)
    with Hosts(people(users)) as hosts, PlainSessions(hosts.variables("sfb01"), 1, module=None) as script:
        for what, properties in (("projected", get_csuser.PROPERTIES), ("whole", ())):
            rounds = [_read(hosts, script, users, properties) for _each in range(1 if asked.quick else ROUNDS)]
            best = 1000 * min(rounds) / count
            measured = {"processor_milliseconds": [1000 * each / count for each in rounds]}
            name = f"processor time of a {what} read, of {count} in one pipeline"
            yield Ratio("lab-cost", name, best, 0.3, measured=measured, unit=" ms")
    many = asked.number(MANY, 500)
    with Hosts(people(names(many))) as hosts:
        seconds = hosts.processor_seconds
        start = {"start_processor_seconds": seconds}
        yield Ratio("lab-cost", f"memory for {many} users", hosts.megabytes, 1000.0, measured=start, unit=" MB")


def _read(hosts: Hosts, script: PlainSessions, users: Sequence[str], properties: Sequence[str]) -> float:
    before = hosts.processor_seconds
    shell = PowerShell(script.pools[0])
    shell.add_cmdlet("Get-CsUser")
    if properties:
        shell.add_cmdlet("Select-Object").add_parameter("Property", list(properties))
    found = shell.invoke(_identities(users))
    if len(found) != len(users):
        raise RuntimeError(f"{len(found)} of {len(users)} users were read")
    return hosts.processor_seconds - before


def _identities(users: Sequence[str]) -> Iterator[list[str]]:
    """Yield all at once: pypsrp sends a request for each element."""
    yield [f"sip:{user}" for user in users]
