# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cmdlet's parameters as the binder needs them: looked up by name, and by parameter set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..contract.call import CmdletContract, Parameter, Pipeline
from .types import OBJECT, STRING, SWITCH, ParameterType, parameter_type

ALL_SETS = "__AllParameterSets"
ACTIONS = ("SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore", "Suspend", "Break")
_ACTION = ParameterType("System.Management.Automation.ActionPreference", "object", lambda value: value)
_COUNT = parameter_type("Int32")
_BY_VALUE, _BY_PROPERTY = (Pipeline.BY_VALUE, Pipeline.BOTH), (Pipeline.BY_PROPERTY, Pipeline.BOTH)


@dataclass(frozen=True, slots=True)
class BindableParameter:
    """A parameter of a cmdlet over all its sets. `sets` is empty for common parameters, which belong to every set."""

    name: str
    kind: ParameterType
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    sets: Mapping[str, Parameter] = field(default_factory=dict)

    @property
    def common(self) -> bool:
        """Whether PowerShell adds the parameter to every cmdlet."""
        return not self.sets

    @property
    def mandatory_somewhere(self) -> bool:
        """Whether a set demands it."""
        return any(parameter.mandatory for parameter in self.sets.values())

    def names(self) -> Iterator[str]:
        """Its name and aliases, in lower case."""
        yield self.name.casefold()
        yield from (alias.casefold() for alias in self.aliases)

    def piped(self, valid: frozenset[str], by_value: bool) -> bool:
        """Whether it takes pipeline objects whole, or one of their properties, in one of the sets."""
        ways = _BY_VALUE if by_value else _BY_PROPERTY
        return any(self.sets[name].pipeline in ways for name in valid if name in self.sets)


_COMMON = (
    BindableParameter("Verbose", SWITCH, ("vb",)),
    BindableParameter("Debug", SWITCH, ("db",)),
    BindableParameter("ErrorAction", _ACTION, ("ea",)),
    BindableParameter("WarningAction", _ACTION, ("wa",)),
    BindableParameter("InformationAction", _ACTION, ("infa",)),
    BindableParameter("ProgressAction", _ACTION, ("proga",)),
    BindableParameter("ErrorVariable", STRING, ("ev",)),
    BindableParameter("WarningVariable", STRING, ("wv",)),
    BindableParameter("InformationVariable", STRING, ("iv",)),
    BindableParameter("OutVariable", STRING, ("ov",)),
    BindableParameter("OutBuffer", _COUNT, ("ob",)),
    BindableParameter("PipelineVariable", STRING, ("pv",)),
)
_SHOULD_PROCESS = (BindableParameter("WhatIf", SWITCH, ("wi",)), BindableParameter("Confirm", SWITCH, ("cf",)))


class Signature:
    """The parameters of one cmdlet, its own first, then the common ones."""

    def __init__(self, contract: CmdletContract) -> None:
        self.contract = contract
        self.sets = frozenset(one.name for one in contract.sets) or frozenset({ALL_SETS})
        self.default = next((one.name for one in contract.sets if one.default), None)
        if self.default is None and len(self.sets) == 1:
            (self.default,) = self.sets
        self.parameters = (*_own(contract), *_COMMON, *(_SHOULD_PROCESS if contract.confirm_impact else ()))

    @cached_property
    def _by_name(self) -> Mapping[str, BindableParameter]:
        return {name: parameter for parameter in self.parameters for name in parameter.names()}

    def matching(self, name: str) -> list[BindableParameter]:
        """The parameters that a name means: one by its name or alias, else all whose name or alias begins so.

        A parameter of the cmdlet's own is preferred to common ones that begin alike.
        """
        wanted = name.casefold()
        exact = self._by_name.get(wanted)
        if exact is not None:
            return [exact]
        named = [one for one in self.parameters if one.name.casefold().startswith(wanted)]
        called = [one for one in self.parameters if any(alias.startswith(wanted) for alias in one.names())]
        begun = [*named, *(one for one in called if one not in named)]
        own = [one for one in begun if not one.common]
        return own if len(own) == 1 else begun

    def positional(self) -> list[tuple[int, str, BindableParameter]]:
        """Positions with set and parameter, those of the default set first where they are equal."""
        places = [
            (place.position, name, parameter)
            for parameter in self.parameters
            for name, place in parameter.sets.items()
            if place.position is not None
        ]
        return sorted(places, key=lambda place: (place[0], place[1] != self.default))


def _own(contract: CmdletContract) -> Iterator[BindableParameter]:
    by_name: dict[str, dict[str, Parameter]] = {}
    firsts: dict[str, Parameter] = {}
    for one in contract.sets:
        for parameter in one.parameters:
            firsts.setdefault(parameter.name, parameter)
            by_name.setdefault(parameter.name, {})[one.name] = parameter
    for name, sets in by_name.items():
        first = firsts[name]
        yield BindableParameter(name, _kind(first), first.aliases, first.values, sets)


def _kind(parameter: Parameter) -> ParameterType:
    kind = parameter_type(parameter.type)
    return STRING if parameter.values and kind is OBJECT else kind
