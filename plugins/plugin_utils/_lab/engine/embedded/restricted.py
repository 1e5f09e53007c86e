# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A runspace of a restricted session configuration in the embedded engine: only what is visible, most of it as proxies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...contract.call import CmdletContract, Parameter, ParameterSet, Pipeline
from ...restricted.restriction import Parameters, Restriction
from ..errors import Terminated, unknown_command
from ..files import IMPORT_CSV
from ..objects import MEASURE_OBJECT, SELECT_OBJECT
from ..runspace import Catalogue, Load, Origin, Runspace
from ..signature import ALL_SETS
from .discovery import GET_COMMAND, GET_MODULE

_PROPERTIES = (
    "ModuleName",
    "Namespace",
    "OutputType",
    "Count",
    "HelpUri",
    "Name",
    "CommandType",
    "ResolvedCommandName",
    "DefaultParameterSet",
    "CmdletBinding",
    "Parameters",
)
_INPUT = Parameter("InputObject", "Object", mandatory=True, pipeline=Pipeline.BY_VALUE)
_PROPERTY = Parameter("Property", "String[]", position=0, values=_PROPERTIES)

# The proxies that every session of this type has.
_SESSION_TYPE = (
    replace(GET_COMMAND, module=""),
    CmdletContract(SELECT_OBJECT.name, "", (ParameterSet(ALL_SETS, (_PROPERTY, _INPUT)),)),
    CmdletContract(MEASURE_OBJECT.name, "", (ParameterSet(ALL_SETS, (_INPUT,)),)),
)
# What a configuration may bring along or make visible besides the cmdlets of the products.
_KNOWN = {contract.name.casefold(): contract for contract in (GET_MODULE, IMPORT_CSV)}


class RestrictedRunspace(Runspace):
    """One runspace in which only the commands of a restriction are visible. The configuration loads its modules by itself."""

    def __init__(self, catalogue: Catalogue, restriction: Restriction) -> None:
        super().__init__(catalogue, _own(restriction))
        self._restriction = restriction
        self._visible = {name.casefold(): parameters for name, parameters in restriction.visible.items()}
        self._proxies: dict[str, tuple[CmdletContract, CmdletContract]] = {}
        self._origins: dict[int, Origin] = {}

    def origin(self, contract: CmdletContract) -> Origin:
        """See Runspace."""
        return self._origins.get(id(contract)) or super().origin(contract)

    def resolve(self, name: str, load: Load) -> CmdletContract:
        """See Runspace. A module that is not visible is not named either."""
        try:
            return super().resolve(name, load)
        except Terminated:
            raise Terminated(unknown_command(name.rpartition("\\")[2])) from None

    def of_module(self, module: str, load: Load) -> list[CmdletContract]:
        """See Runspace. Proxies are of no module."""
        self._load(load)
        return [one for one in self._all() if one.module and one.module.casefold() == module.casefold()]

    def everything(self, load: Load) -> list[CmdletContract]:
        """See Runspace."""
        self._load(load)
        return sorted(self._all(), key=lambda contract: contract.name)

    def _qualified(self, name: str, module: str, bare: str, load: Load) -> CmdletContract | None:
        found = self._unqualified(bare, load)
        return found if found is not None and found.module.casefold() == module.casefold() else None

    def _unqualified(self, name: str, load: Load) -> CmdletContract | None:
        self._load(load)
        return self._own_command(name) or self._shown(name.casefold())

    def _all(self) -> Iterator[CmdletContract]:
        yield from self._own.values()
        yield from (found for name in self._visible if name not in self._own and (found := self._shown(name)))

    def _load(self, load: Load) -> None:
        for module in self._restriction.modules:
            self._demand(self.catalogue.module(module) or module, load)

    def _shown(self, name: str) -> CmdletContract | None:
        if name not in self._visible:
            return None
        modules = [self.catalogue.module(module) or module for module in reversed(self._restriction.modules)]
        source = next((found for module in modules if (found := self.catalogue.commands(module).get(name))), None)
        parameters = self._visible[name]
        return source if source is None or parameters is None else self._proxy(source, parameters)

    def _proxy(self, source: CmdletContract, parameters: Parameters) -> CmdletContract:
        known = self._proxies.get(source.name)
        if known is not None and known[0] is source:
            return known[1]
        proxy, phantoms = _proxied(source, parameters)
        self._proxies[source.name] = source, proxy
        self._origins[id(proxy)] = Origin(source.module, phantoms)
        return proxy


def _own(restriction: Restriction) -> Mapping[str, CmdletContract]:
    found = {contract.name.casefold(): contract for contract in _SESSION_TYPE}
    defined = {name.casefold() for name in restriction.definitions}
    for name in map(str.casefold, restriction.visible):
        if name in _KNOWN:
            found[name] = replace(_KNOWN[name], module="") if name in defined else _KNOWN[name]
    return found


def _proxied(source: CmdletContract, parameters: Parameters) -> tuple[CmdletContract, frozenset[str]]:
    """Return the proxy that shows only `parameters`, and those of them that the cmdlet does not have: it shows these, too."""
    listed = {name.casefold(): values for name, values in parameters.items()}
    sets = [
        replace(one, parameters=tuple(_held(each, listed) for each in one.parameters if each.name.casefold() in listed))
        for one in source.sets
    ]
    has = {each.name.casefold() for one in source.sets for each in one.parameters}
    phantoms = frozenset(name for name in parameters if name.casefold() not in has)
    added = tuple(Parameter(name, "Object") for name in sorted(phantoms))
    kept = [replace(one, parameters=one.parameters + added) for one in sets if one.parameters or one.default]
    return replace(source, module="", sets=tuple(kept or [ParameterSet(ALL_SETS, added)])), phantoms


def _held(parameter: Parameter, listed: Parameters) -> Parameter:
    return replace(parameter, values=listed[parameter.name.casefold()] or parameter.values)
