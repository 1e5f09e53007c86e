# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Binding of arguments and pipeline objects to a cmdlet's parameters, as strict as PowerShell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .common import CommonParameters
from .errors import ErrorSource, Terminated
from .signature import BindableParameter, Signature
from .types import Unconvertible
from .values import Record

Argument = tuple[str | None, object]
_Offer = tuple[BindableParameter, object]


@dataclass(frozen=True, slots=True)
class BoundParameters:
    """What a cmdlet is called with: its own parameters by full name, and the set they are of."""

    values: Mapping[str, object]
    parameter_set: str


@dataclass(slots=True)
class _Binding:
    """Parameters bound so far, and the sets that are still possible."""

    valid: frozenset[str]
    values: dict[str, object] = field(default_factory=dict)

    def copy(self) -> _Binding:
        return _Binding(self.valid, dict(self.values))


class Binder:
    """Binds the arguments of one command when made, and then one pipeline object after the other. Raises Terminated."""

    def __init__(
        self,
        signature: Signature,
        source: ErrorSource,
        arguments: Iterable[Argument],
        expects_input: bool,
        compiled: bool = False,
    ) -> None:
        self._signature = signature
        self._source = source
        self._compiled = compiled
        self._binding = _Binding(signature.sets)
        self._fed: dict[bool, Sequence[BindableParameter]] = {}
        self._completed: dict[tuple[frozenset[str], frozenset[str]], str] = {}
        self.common = CommonParameters(source, signature.contract.confirm_impact)
        self._bind_arguments(list(arguments))
        if expects_input:
            self._await_input(self._binding)

    def without_input(self) -> BoundParameters:
        """Return what a command that reads no pipeline is called with. Raises Terminated."""
        return self._complete(self._binding)

    def with_input(self, item: object) -> BoundParameters:
        """Return what the command is called with for a pipeline object. Raises Terminated, which ends nothing here."""
        binding = self._binding.copy()
        try:
            offers = self._offers(item)
            if not offers:
                raise Terminated(self._source.input_not_bound())
            for parameter, value in offers:
                self._bind(binding, parameter, value)
            self._demand_any_set(binding)
            return self._complete(binding)
        except Terminated as error:
            raise Terminated(error.report.about(item)) from None

    def _bind_arguments(self, arguments: Sequence[Argument]) -> None:
        unknown = None
        for name, value in arguments:
            if name is None:
                continue
            parameter = self._named(name)
            if parameter is None:
                unknown = unknown or name
            elif parameter.name in self._binding.values or parameter.name in self.common.given:
                raise Terminated(self._source.bound_twice(name))
            elif parameter.common:
                self.common.set(parameter, value)
            else:
                self._bind(self._binding, parameter, value)
        self._demand_any_set(self._binding)
        surplus = self._bind_positional([value for name, value in arguments if name is None])
        self._demand_possible_set()
        if unknown is not None:
            raise Terminated(self._source.unknown_parameter(unknown))
        if surplus:
            raise Terminated(self._source.surplus_argument(surplus[0]))

    def _named(self, name: str) -> BindableParameter | None:
        matches = self._signature.matching(name.removeprefix("-").removesuffix(":"))
        if len(matches) > 1:
            raise Terminated(self._source.ambiguous_parameter(name, [match.name for match in matches]))
        return matches[0] if matches else None

    def _bind_positional(self, values: Sequence[object]) -> Sequence[object]:
        """Bind arguments by position and return those that found none."""
        remaining = list(values)
        for _dummy, set_name, parameter in self._signature.positional():
            if not remaining:
                break
            if set_name in self._binding.valid and parameter.name not in self._binding.values:
                self._bind(self._binding, parameter, remaining.pop(0))
        return remaining

    def _bind(self, binding: _Binding, parameter: BindableParameter, value: object) -> None:
        converted = self._converted(parameter, value)
        if parameter.mandatory_somewhere:
            self._demand_content(parameter, converted)
        if parameter.values:
            self._demand_member(parameter, converted)
        binding.values[parameter.name] = converted
        binding.valid &= frozenset(parameter.sets)

    def _demand_any_set(self, binding: _Binding) -> None:
        """Raise Terminated when the parameters bound so far are of no one set."""
        if not binding.valid:
            raise Terminated(self._source.no_parameter_set())

    def _converted(self, parameter: BindableParameter, value: object) -> object:
        try:
            return parameter.kind.convert(value)
        except Unconvertible as error:
            report = self._source.unbindable if self._compiled else self._source.wrong_type
            raise Terminated(report(parameter.name, str(error))) from None

    def _demand_content(self, parameter: BindableParameter, value: object) -> None:
        if value is None:
            raise Terminated(self._source.empty(parameter.name, "Null"))
        if not parameter.kind.demands_content:
            return
        if value == "" or (isinstance(value, list) and "" in value):
            raise Terminated(self._source.empty(parameter.name, "EmptyString"))
        if value == []:
            raise Terminated(self._source.empty(parameter.name, "EmptyArray"))

    def _demand_member(self, parameter: BindableParameter, value: object) -> None:
        known = {member.casefold() for member in parameter.values}
        for one in value if isinstance(value, list) else [value]:
            if str(one).casefold() not in known:
                raise Terminated(self._source.outside_set(parameter.name, one, parameter.values))

    def _offers(self, item: object) -> Sequence[_Offer]:
        """What an object offers to parameters that take it: whole or by property, as it is before converted."""
        tries: tuple[tuple[bool, bool], ...] = ((True, True), (False, True), (True, False), (False, False))
        for by_value, exactly in tries:
            offers = [
                (parameter, value)
                for parameter in self._awaiting(by_value)
                for value in ([item] if by_value else _property(item, parameter))
                if parameter.kind.holds(value) or (not exactly and self._convertible(parameter, value))
            ]
            if offers:
                return _of_one_set(offers, self._signature.default)
        return []

    def _awaiting(self, by_value: bool) -> Sequence[BindableParameter]:
        """The parameters that take pipeline objects and are not bound before, the same for each object."""
        if by_value not in self._fed:
            unbound = self._unbound(self._binding)
            self._fed[by_value] = [one for one in unbound if one.piped(self._binding.valid, by_value)]
        return self._fed[by_value]

    def _convertible(self, parameter: BindableParameter, value: object) -> bool:
        try:
            parameter.kind.convert(value)
        except Unconvertible:
            return False
        return True

    def _complete(self, binding: _Binding) -> BoundParameters:
        """Choose the parameter set. Raises Terminated when none can be chosen or parameters are missing."""
        given = binding.valid, frozenset(binding.values)
        if given not in self._completed:
            missing = {name: self._missing(binding, name) for name in binding.valid}
            self._completed[given] = self._demand(self._chosen(binding.valid, missing), missing)
        return BoundParameters(dict(binding.values), self._completed[given])

    def _await_input(self, binding: _Binding) -> None:
        """Keep the sets that pipeline objects can complete. Raises Terminated when there are none."""
        missing = {
            name: [one for one in self._missing(binding, name) if not _piped(one, frozenset({name}))]
            for name in binding.valid
        }
        possible = frozenset(name for name in binding.valid if not missing[name])
        if self._signature.default in possible:
            return
        fed = frozenset(
            name for name in possible if any(_piped(one, frozenset({name})) for one in self._unbound(binding))
        )
        if fed:
            binding.valid = fed
            return
        self._demand(self._chosen(binding.valid, missing), missing)

    def _demand_possible_set(self) -> None:
        """Raise Terminated when no set can be chosen and none of them takes pipeline objects, which might decide."""
        binding = self._binding
        missing = {name: self._missing(binding, name) for name in binding.valid}
        fed = any(_piped(one, binding.valid) for one in self._unbound(binding))
        if self._chosen(binding.valid, missing) is None and not fed:
            raise Terminated(self._source.no_parameter_set())

    def _demand(self, chosen: str | None, missing: Mapping[str, Sequence[BindableParameter]]) -> str:
        if chosen is None:
            raise Terminated(self._source.no_parameter_set())
        if missing[chosen]:
            raise Terminated(self._source.missing([one.name for one in missing[chosen]]))
        return chosen

    def _unbound(self, binding: _Binding) -> list[BindableParameter]:
        return [one for one in self._signature.parameters if one.name not in binding.values]

    def _chosen(self, valid: frozenset[str], missing: Mapping[str, Sequence[object]]) -> str | None:
        if len(valid) == 1:
            return next(iter(valid))
        if self._signature.default in valid:
            return self._signature.default
        satisfied = [name for name in valid if not missing[name]]
        return satisfied[0] if len(satisfied) == 1 else None

    def _missing(self, binding: _Binding, set_name: str) -> list[BindableParameter]:
        unbound = self._unbound(binding)
        return [one for one in unbound if set_name in one.sets and one.sets[set_name].mandatory]


def _piped(parameter: BindableParameter, sets: frozenset[str]) -> bool:
    return parameter.piped(sets, by_value=True) or parameter.piped(sets, by_value=False)


def _property(item: object, parameter: BindableParameter) -> list[object]:
    if not isinstance(item, Record):
        return []
    found = (item.property(name) for name in parameter.names())
    return [one[1] for one in found if one is not None][:1]


def _of_one_set(offers: Sequence[_Offer], default: str | None) -> Sequence[_Offer]:
    """Keep the offers that go together with the first of the default set, if there is one."""
    of_default = [offer for offer in offers if default in offer[0].sets]
    return of_default or offers
