# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of every writing module, the calls that lead to, and the points at which a process is killed: before and after each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import READING_VERBS

from tests.lab.crashes.calls import calls_of
from tests.lab.interruptions import AFTER, BEFORE
from tests.lab.modules import rows_online, rows_onprem
from tests.lab.modules.people import MOVER, seeded
from tests.lab.modules.table import Row, Table

MODULE, CONNECTION = "module", "connection"
OTHERS = Table(
    host="sfb01",
    seed={"users": [seeded("rep1"), seeded("rep2"), seeded("room1", kind="meeting_room")]},
    reader="csuser_info",
    rows=[
        Row(
            "moves are reported in files, and who is no user fails",
            "csuser_move",
            {**MOVER, "report_dir": r"D:\Reports"},
            users={"rep1": "changed", "rep2": "changed", "room1": "failed"},
        )
    ],
)
TABLES: Mapping[str, Table] = {
    "on-prem today": rows_onprem.TODAY,
    "on-prem 2020": rows_onprem.IN_2020,
    "on-prem besides": OTHERS,
    "online today": rows_online.TODAY,
    "online 2020": rows_online.IN_2020,
}


@dataclass(frozen=True)
class Scenario:
    """A row of a table, alone on fresh hosts."""

    world: str
    row: Row

    @property
    def table(self) -> Table:
        return TABLES[self.world]

    @property
    def name(self) -> str:
        return f"{self.row.module}: {self.row.name}"

    @property
    def calls(self) -> list[str]:
        """The cmdlets that are called, in order."""
        return calls_of(self.name)


@dataclass(frozen=True)
class Point:
    """One kill: of a process, before or after a call, which is counted from 1. With a `ledger`, or without."""

    scenario: Scenario
    number: int
    when: str
    killed: str
    ledger: bool = False

    @property
    def cmdlet(self) -> str:
        return self.scenario.calls[self.number - 1]

    @property
    def nth(self) -> int:
        """Which of the calls of its cmdlet it is, counted from 1: how many others come between may depend on the time."""
        return self.scenario.calls[: self.number].count(self.cmdlet)

    def __str__(self) -> str:
        call = f"call {self.number} of {len(self.scenario.calls)}, {self.cmdlet}"
        with_ledger = ", with a ledger" if self.ledger else ""
        return f"{self.scenario.name}: {self.killed} killed {self.when} {call}{with_ledger}"


def writes(cmdlet: str) -> bool:
    return cmdlet.partition("-")[0] not in READING_VERBS


SCENARIOS = [
    Scenario(world, row) for world, table in TABLES.items() for row in table.rows if row.sends or table is OTHERS
]


def points() -> list[Point]:
    """All points: each process at each call, and with a ledger at each call that writes. Those that write come first."""
    found = [
        Point(scenario, number, when, killed, ledger)
        for scenario in SCENARIOS
        for number, cmdlet in enumerate(scenario.calls, 1)
        for when in (BEFORE, AFTER)
        for killed in (MODULE, CONNECTION)
        for ledger in (False, True)[: 1 + writes(cmdlet)]
    ]
    return sorted(found, key=lambda point: (not writes(point.cmdlet), point.killed == CONNECTION))


def everyday() -> list[Point]:
    """For each module, its first scenario, killed after its last writing call; the two processes in turn, with a ledger and without."""
    firsts: dict[str, Point] = {}
    for scenario in SCENARIOS:
        if scenario.row.module not in firsts:
            number = max(number for number, cmdlet in enumerate(scenario.calls, 1) if writes(cmdlet))
            even = len(firsts) % 2 == 0
            firsts[scenario.row.module] = Point(scenario, number, AFTER, MODULE if even else CONNECTION, even)
    return list(firsts.values())


def thorough() -> list[Point]:
    """The points of these scenarios at calls that write, where nothing is recorded: those to try on a real PowerShell, too."""
    firsts = [point.scenario for point in everyday()]
    return [each for each in points() if each.scenario in firsts and writes(each.cmdlet) and not each.ledger]


def options_of(known: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The connection's own options among the variables of a host."""
    return {name.removeprefix(prefix): value for name, value in known.items() if name.startswith(prefix)}
