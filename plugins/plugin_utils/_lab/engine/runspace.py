# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules and commands of a host, and what one runspace has loaded of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..contract.call import Call, CmdletContract
from .errors import Terminated, no_auto_load, unknown_command
from .interface import Organisation
from .signature import Signature

CORE = "Microsoft.PowerShell.Core"
Load = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands behind a command: the module that does the work, and parameters that the command shows and the work lacks."""

    module: str
    phantoms: frozenset[str] = frozenset()


class Catalogue:
    """What is installed on a host, with the signatures worked out once."""

    def __init__(self, organisation: Organisation, host: str) -> None:
        self._organisation = organisation
        self._host = host
        self._commands: Mapping[str, CmdletContract] | None = None
        self._by_module: dict[str, dict[str, CmdletContract]] = {}
        self._signatures: dict[int, Signature] = {}

    def versions(self) -> dict[str, str]:
        """The installed modules' versions by name."""
        return {module.name: module.version for module in self._organisation.modules(self._host)}

    def module(self, name: str) -> str | None:
        """Return an installed module's proper name, or None."""
        return next((known for known in self.versions() if known.casefold() == name.casefold()), None)

    def commands(self, module: str) -> Mapping[str, CmdletContract]:
        """The commands of an installed module by name in lower case."""
        offered = self._organisation.commands(self._host)
        if offered is not self._commands:
            by_module: dict[str, dict[str, CmdletContract]] = {}
            for contract in offered.values():
                by_module.setdefault(contract.module, {})[contract.name.casefold()] = contract
            self._commands, self._by_module = offered, by_module
        return self._by_module.get(module, {})

    def signature(self, contract: CmdletContract) -> Signature:
        """Return a contract's signature."""
        known = self._signatures.get(id(contract))
        if known is None or known.contract is not contract:
            known = self._signatures[id(contract)] = Signature(contract)
        return known


class Runspace:
    """One runspace: its loaded modules, the one imported last at the end. Used by one pipeline at a time."""

    def __init__(self, catalogue: Catalogue, own: Mapping[str, CmdletContract]) -> None:
        self.catalogue = catalogue
        self.loaded: list[str] = []
        self._own = own

    def add(self, module: str) -> None:
        """Note that a module was imported: its commands hide those of the same name of others."""
        if module in self.loaded:
            self.loaded.remove(module)
        self.loaded.append(module)

    def is_own(self, contract: CmdletContract) -> bool:
        """Whether a command is one that the engine brings along."""
        return self._own.get(contract.name.casefold()) is contract

    def origin(self, contract: CmdletContract) -> Origin:
        """Return what stands behind a command."""
        return Origin(contract.module)

    def everything(self, load: Load) -> list[CmdletContract]:
        """Return all commands of all installed modules."""
        return [contract for module in self.catalogue.versions() for contract in self.of_module(module, load)]

    def resolve(self, name: str, load: Load) -> CmdletContract:
        """Return the command of a name, loading its module if need be. Raises Terminated."""
        module, _dummy, bare = name.rpartition("\\")
        found = self._qualified(name, module, bare, load) if module else self._unqualified(bare, load)
        if found is None:
            raise Terminated(unknown_command(name))
        return found

    def find(self, name: str, load: Load) -> list[CmdletContract]:
        """Return the commands that Get-Command shows for a name, maybe with wildcards or a module before it."""
        if "*" in name or "?" in name:
            return self._like(name)
        try:
            return [self.resolve(name, load)]
        except Terminated:
            return []

    def of_module(self, module: str, load: Load) -> list[CmdletContract]:
        """Return all commands of an installed module, by name."""
        known = self.catalogue.module(module)
        if known is None:
            return []
        self._demand(known, load)
        return sorted(self.catalogue.commands(known).values(), key=lambda contract: contract.name)

    def _own_command(self, name: str) -> CmdletContract | None:
        return self._own.get(name.casefold())

    def _qualified(self, name: str, module: str, bare: str, load: Load) -> CmdletContract | None:
        own = self._own_command(bare)
        if own is not None and own.module.casefold() == module.casefold():
            return own
        if any(one.module.casefold() == module.casefold() for one in self._own.values()):
            return None
        known = self.catalogue.module(module)
        if known is None:
            raise Terminated(no_auto_load(name, module))
        self._demand(known, load)
        return self.catalogue.commands(known).get(bare.casefold())

    def _unqualified(self, name: str, load: Load) -> CmdletContract | None:
        own = self._own_command(name)
        if own is not None:
            return own
        # What is not loaded is looked for in no documented order where two modules have it.
        installed = sorted(set(self.catalogue.versions()) - set(self.loaded), reverse=True)
        for module in [*reversed(self.loaded), *installed]:
            found = self.catalogue.commands(module).get(name.casefold())
            if found is not None:
                self._demand(module, load)
                return found
        return None

    def _demand(self, module: str, load: Load) -> None:
        if module not in self.loaded:
            load(module)

    def _like(self, name: str) -> list[CmdletContract]:
        module, _dummy, pattern = name.rpartition("\\")
        matches = [
            contract
            for contract in self._all()
            if fnmatchcase(contract.name.casefold(), pattern.casefold())
            and fnmatchcase(contract.module.casefold(), module.casefold() or "*")
        ]
        return sorted(matches, key=lambda contract: (contract.name, contract.module))

    def _all(self) -> Iterator[CmdletContract]:
        yield from self._own.values()
        for module in self.catalogue.versions():
            yield from self.catalogue.commands(module).values()


def import_call(host: str, shell: str, user: str, module: str) -> Call:
    """Return the call by which the organisation is asked how long an import takes."""
    return Call(host, shell, CORE, "Import-Module", {"Name": module}, user)
