# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both engines are asked the same: a real PowerShell says how each call is answered.

The error of a date has other words where random text is given for one; not tried are a hashtable for a Guid, and a
number with a fraction for a date, which PowerShell reads as month and day.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import (
    Call,
    CmdletContract,
    InstalledModule,
    Outcome,
    Parameter,
    ParameterSet,
    Thing,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.loader import SKYPE, TEAMS, cmdlets
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.readings import Readings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.engine import EmbeddedEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.engine import PwshEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import PwshProcesses
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Front, HostSettings

from tests.controller import ROOT
from tests.extent import LONG
from tests.unit.lab.engine.calls_of_cmdlets import MODULES, SENT
from tests.unit.lab.engine.clients import PASSWORD, USER, Answer, Client, opened
from tests.unit.lab.engine.conformance import DOCUMENT, REASONS, Compared, call_cell, compared, document

VERSIONS = {SKYPE: "7.0.2046.385", TEAMS: "6.6.0"}
RANDOM_CALLS = 300 if LONG else 30
# Every call takes a minute and more; which one of so many is tried each day is the same every day.
STEP = 1 if LONG else 5
NO_DATE = re.compile(r'(to type "System\.DateTime"\.) Error: .*')
GUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
VALUES: Sequence[object] = (
    "x",
    "",
    None,
    True,
    False,
    1,
    0,
    -1,
    "0",
    "true",
    GUID,
    "*",
    ["a", "b"],
    [],
    [""],
    "2026-01-02",
)
COMMON = ("ErrorAction", "WarningAction", "ea", "Verbose", "WhatIf", "OutBuffer")
COMMON_VALUES: Sequence[object] = ("Stop", True, None, 0, "x")
SWITCHED = ("SwitchParameter", "Boolean")


@dataclass(frozen=True)
class Asked:
    """A call to try."""

    name: str
    arguments: Sequence[tuple[str | None, object]]
    items: Sequence[str] | None = None


class Echo:
    """An organisation that notes what it is asked."""

    def __init__(self, module: str) -> None:
        self.calls: list[tuple[str, list[tuple[str, object]]]] = []
        self._module = module
        self._commands = cmdlets(module, VERSIONS[module], Readings())

    def modules(self, host: str) -> Sequence[InstalledModule]:
        """See Organisation."""
        return [InstalledModule(self._module, VERSIONS[self._module])]

    def commands(self, host: str) -> Mapping[str, CmdletContract]:
        """See Organisation."""
        return self._commands

    def latency(self, call: Call) -> float:
        """See Organisation."""
        return 0.0

    def call(self, call: Call) -> Outcome:
        """See Organisation."""
        self.calls.append((f"{call.module}\\{call.cmdlet}", sorted(call.parameters.items())))
        return Outcome([Thing("Microsoft.Rtc.Thing", {"Identity": "i", "Name": "n", "Number": 3})])

    def shell_opened(self, host: str, shell_id: str) -> None:
        """See Organisation."""

    def shell_closed(self, host: str, shell_id: str) -> None:
        """See Organisation."""


def plain_calls(contract: CmdletContract) -> Iterator[Asked]:
    """What can be asked of any cmdlet."""
    yield Asked(contract.name, ())
    yield Asked(f"{contract.module}\\{contract.name}", [("Confirm", False)])
    yield Asked(contract.name, [("Nope", "x")])
    yield Asked(contract.name, [(None, "x"), (None, "y"), (None, "z")])
    yield Asked(contract.name, (), ["a", "b"])


def usual(parameter: Parameter, chance: random.Random) -> object:
    """A value that the parameter takes, as far as its type says that."""
    if parameter.type in SWITCHED:
        return True
    return GUID if parameter.type == "Guid" else chance.choice(parameter.values or ("x",))


def random_call(contract: CmdletContract, chance: random.Random) -> Asked:
    """A call of one of the cmdlet's sets, or across them, with names and values that may be wrong."""
    one: ParameterSet = chance.choice(contract.sets)
    given: dict[str | None, object] = {
        parameter.name: usual(parameter, chance) for parameter in one.parameters if parameter.mandatory
    }
    among = (
        [parameter for some in contract.sets for parameter in some.parameters]
        if chance.random() < 0.3
        else one.parameters
    )
    for parameter in chance.sample(list(among), min(len(among), chance.randint(0, 3))):
        name = parameter.name if chance.random() < 0.7 else parameter.name[: chance.randint(1, len(parameter.name))]
        given.setdefault(name, chance.choice(VALUES) if chance.random() < 0.5 else usual(parameter, chance))
    arguments = list(given.items())
    if contract.confirm_impact and chance.random() < 0.6:
        arguments.append(("Confirm", False))
    if chance.random() < 0.2:
        arguments.append((None, chance.choice(["x", "", 5])))
    if chance.random() < 0.1:
        arguments.append((chance.choice(COMMON), chance.choice(COMMON_VALUES)))
    chance.shuffle(arguments)
    return Asked(contract.name, arguments, ["a", "b"] if chance.random() < 0.25 else None)


def other_calls(module: str) -> list[Asked]:
    """Calls of the cmdlets that the collection does not send, and random ones of all; the same in every run."""
    chance = random.Random(module)
    sent = {name for host, each in SENT.items() if MODULES[host] == module for name in each}
    contracts = sorted(cmdlets(module, VERSIONS[module], Readings()).values(), key=lambda contract: contract.name)
    plain = [asked for contract in contracts if contract.name not in sent for asked in plain_calls(contract)]
    return [*plain, *(random_call(chance.choice(contracts), chance) for _dummy in range(RANDOM_CALLS))]


def answered(client: Client, echo: Echo, asked: Asked) -> tuple[Answer, list[tuple[str, list[tuple[str, object]]]]]:
    echo.calls.clear()
    answer = client.ask(asked.name, list(asked.arguments), items=asked.items)
    errors = [replace(error, message=NO_DATE.sub(r"\1", error.message)) for error in answer.errors]
    return replace(answer, errors=errors, seconds=0.0), list(echo.calls)


@pytest.fixture(scope="module")
def results(processes: PwshProcesses) -> list[Compared]:
    """Calls of the document, made on both engines."""
    return list(compared(processes, STEP))


@pytest.mark.pwsh
def test_every_call_is_answered_alike_or_differs_for_a_reason(results: list[Compared]) -> None:
    assert len(results) >= 600 // STEP
    assert {name for each in SENT.values() for name in each} >= sent_by_the_collection()
    differing = [result for result in results if not result.equal]
    assert [(one.asked.text, one.embedded, one.real) for one in differing if one.asked.differs is None] == []
    assert [one.asked.text for one in results if one.equal and one.asked.differs is not None] == []
    assert {one.asked.differs for one in differing} == set(REASONS)


@pytest.mark.pwsh
def test_the_document_shows_what_the_calls_come_to(results: list[Compared]) -> None:
    shown = DOCUMENT.read_text(encoding="utf-8")
    # What a call comes to depends on those before it, so that only a long run can compare all of the document.
    assert [result.asked.text for result in results if call_cell(result) not in shown] == [], "call make conformance"
    if LONG:
        assert shown == document(results), "call make conformance"


def sent_by_the_collection() -> set[str]:
    """The cmdlets of the two products that are named in the collection's own code."""
    named: set[str] = set()
    for folder in ("module_utils", "plugin_utils/_runspace"):
        for path in (ROOT / "plugins" / folder).rglob("*.py"):
            named |= set(
                re.findall(r'"((?!Select-|Import-|Get-Command|Get-Module)[A-Z][a-z]+-[A-Z]\w+)"', path.read_text())
            )
    return named


@pytest.mark.pwsh
@pytest.mark.parametrize("module", [SKYPE, TEAMS])
def test_both_engines_bind_alike(module: str, processes: PwshProcesses) -> None:
    with ExitStack() as stack:
        sides = []
        for make in (EmbeddedEngine, partial(PwshEngine, processes=processes)):
            echo = Echo(module)
            front = stack.enter_context(Front(make(echo), [HostSettings("host", {USER: PASSWORD})]))
            sides.append((stack.enter_context(opened(front["host"])), echo))
        calls = other_calls(module)
        assert len(calls) >= 60
        for asked in calls:
            embedded, real = (answered(client, echo, asked) for client, echo in sides)
            assert embedded == real, asked
