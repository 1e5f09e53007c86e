# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-Command, Get-Module and Import-Module."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ...contract.call import CmdletContract, Parameter, ParameterSet, Pipeline
from ..binder import BoundParameters
from ..command import CommandProcessor, Streams
from ..errors import NULL_VALUES, Report, Terminated, unknown_command
from ..runspace import CORE, Load, Runspace
from ..signature import BindableParameter, Signature
from ..types import SWITCH
from ..values import COMMAND_TYPES, MODULE_TYPE, EnumValue, Record, Table, VersionNumber

_NAME = Parameter("Name", "String[]", position=0, pipeline=Pipeline.BOTH)
_MANDATORY_NAME = Parameter("Name", "String[]", mandatory=True, position=0, pipeline=Pipeline.BY_VALUE)
_SWITCHES = tuple(Parameter(name, "SwitchParameter") for name in ("Force", "Global", "PassThru", "DisableNameChecking"))
GET_COMMAND = CmdletContract(
    "Get-Command",
    CORE,
    (ParameterSet("AllCommandSet", (_NAME, Parameter("Module", "String[]", aliases=("PSSnapin",))), default=True),),
)
GET_MODULE = CmdletContract(
    "Get-Module",
    CORE,
    (ParameterSet("Loaded", (_NAME, Parameter("ListAvailable", "SwitchParameter")), default=True),),
)
IMPORT_MODULE = CmdletContract(
    "Import-Module", CORE, (ParameterSet("Name", (_MANDATORY_NAME, *_SWITCHES), default=True),)
)

_PARAMETERS = (
    "System.Collections.Generic.Dictionary`2[[System.String, mscorlib],"
    "[System.Management.Automation.ParameterMetadata, System.Management.Automation]]"
)
_METADATA = ("System.Management.Automation.ParameterMetadata", "System.Object")
_CLASSES = "Microsoft.PowerShell.Commands."
_FUNCTION = EnumValue(COMMAND_TYPES, "Function", 2)
_CMDLET = EnumValue(COMMAND_TYPES, "Cmdlet", 8)


class _Discovery(CommandProcessor):
    """A command that looks into its runspace. `load` imports a module and takes the time that this takes."""

    compiled = True

    def __init__(self, signature: Signature, streams: Streams, runspace: Runspace, load: Load) -> None:
        super().__init__(signature, signature.contract.name, streams)
        self.runspace = runspace
        self.load = load


class GetCommand(_Discovery):
    """Lists the commands, with their parameters."""

    suffix = f"{_CLASSES}GetCommandCommand"

    def run(self, bound: BoundParameters, item: object) -> Iterator[object]:
        """Yield the commands of some names, or of modules."""
        names, modules = self._texts(bound, "Name"), self._texts(bound, "Module")
        if names is None:
            found = [one for module in modules or () for one in self.runspace.of_module(module, self.load)]
            yield from map(self._described, found if modules else self.runspace.everything(self.load))
            return
        for name in names:
            found = [one for one in self.runspace.find(name, self.load) if _among(one.module, modules)]
            if not found and "*" not in name:
                self.write_error(unknown_command(name, self.suffix))
            yield from map(self._described, found)

    def _texts(self, bound: BoundParameters, name: str) -> list[str] | None:
        if name not in bound.values:
            return None
        value = bound.values[name]
        if not value or (isinstance(value, list) and "" in value):
            raise Terminated(self.source.invalid(name, NULL_VALUES if isinstance(value, list) else _NULL))
        return [str(one) for one in value] if isinstance(value, list) else None

    def _described(self, contract: CmdletContract) -> Record:
        signature = self.runspace.catalogue.signature(contract)
        native = contract.module.startswith("Microsoft.PowerShell.")
        kind = f"System.Management.Automation.{'Cmdlet' if native else 'Function'}Info"
        properties = {
            "Name": contract.name,
            "CommandType": _CMDLET if native else _FUNCTION,
            "ModuleName": contract.module,
            "Source": contract.module,
            "Version": VersionNumber(self.runspace.catalogue.versions().get(contract.module, "7.0.0.0")),
            "Parameters": Table(_PARAMETERS, {one.name: _metadata(one) for one in signature.parameters}),
        }
        types = (kind, "System.Management.Automation.CommandInfo", "System.Object")
        return Record(types, properties, text=contract.name)


_NULL = "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again."


def _metadata(parameter: BindableParameter) -> Record:
    properties = {
        "Name": parameter.name,
        "ParameterType": parameter.kind.net,
        "Aliases": list(parameter.aliases),
        "IsDynamic": False,
        "SwitchParameter": parameter.kind is SWITCH,
    }
    return Record(_METADATA, properties, text=_METADATA[0])


def _among(module: str, patterns: list[str] | None) -> bool:
    return patterns is None or any(fnmatchcase(module.casefold(), pattern.casefold()) for pattern in patterns)


class GetModule(_Discovery):
    """Lists the modules that are loaded, or installed."""

    suffix = f"{_CLASSES}GetModuleCommand"

    def run(self, bound: BoundParameters, item: object) -> Iterator[object]:
        """Yield the modules of some names, or all. One that is not there is no error."""
        versions = self.runspace.catalogue.versions()
        names = bound.values.get("Name")
        patterns = [str(name) for name in names] if isinstance(names, list) else None
        listed = bool(bound.values.get("ListAvailable"))
        modules = versions if listed else self.runspace.loaded
        for module in sorted(modules):
            if _among(module, patterns):
                yield _module(module, versions.get(module, ""), listed)


class ImportModule(_Discovery):
    """Loads modules."""

    suffix = f"{_CLASSES}ImportModuleCommand"

    def run(self, bound: BoundParameters, item: object) -> Iterator[object]:
        """Load the modules of some names; one that is not installed is an error that does not end the others."""
        names = bound.values["Name"]
        for name in names if isinstance(names, list) else []:
            module = self.runspace.catalogue.module(str(name))
            if module is None:
                self.write_error(self._not_found(str(name)))
                continue
            if module not in self.runspace.loaded:
                self.load(module)
            self.runspace.add(module)
            if bound.values.get("PassThru"):
                yield _module(module, self.runspace.catalogue.versions()[module])

    def _not_found(self, name: str) -> Report:
        text = f"The specified module '{name}' was not loaded because no valid module file was found in any module directory."
        exception = "System.IO.FileNotFoundException"
        return self.source.report(text, "Modules_ModuleNotFound", "ResourceUnavailable", exception).named(name)


def _module(name: str, version: str, listed: bool = False) -> Record:
    types = ("System.Management.Automation.PSModuleInfo", "System.Object")
    properties = {
        "Name": name,
        "Version": VersionNumber(version),
        "ModuleType": EnumValue(MODULE_TYPE, "Script", 0),
    }
    # What is listed as available is marked as meant to be grouped by its folder.
    return Record(("ModuleInfoGrouping", *types) if listed else types, properties, text=name)
