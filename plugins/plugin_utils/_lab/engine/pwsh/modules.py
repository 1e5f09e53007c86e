# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Script modules for a real PowerShell: functions with the documented signatures, whose bodies ask the organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ...contract.call import CmdletContract, InstalledModule, Parameter, Pipeline
from ..files import IMPORT_CSV
from ..signature import BindableParameter, Signature

SOCKET_VARIABLE, TOKEN_VARIABLE = "PWSH_LAB_SOCKET", "PWSH_LAB_TOKEN"
# Where a simulated host's files are read. PowerShell's own cmdlet would look for them on the disk of this machine.
FILES = "LabFiles"
_ASKING = Path(__file__).with_name("asking.ps1")
_FLAGS: Mapping[Pipeline, Sequence[str]] = {
    Pipeline.NONE: (),
    Pipeline.BY_VALUE: ("ValueFromPipeline",),
    Pipeline.BY_PROPERTY: ("ValueFromPipelineByPropertyName",),
    Pipeline.BOTH: ("ValueFromPipeline", "ValueFromPipelineByPropertyName"),
}


def module_files(installed: Iterable[InstalledModule], commands: Iterable[CmdletContract]) -> Mapping[str, str]:
    """Return the text of every file of the installed modules by its path below a folder of PowerShell's module path."""
    by_module: dict[str, list[CmdletContract]] = {}
    for contract in commands:
        by_module.setdefault(contract.module, []).append(contract)
    asking = _ASKING.read_text(encoding="utf-8")
    files: dict[str, str] = {}
    for module in installed:
        place = f"{module.name}/{module.name}"
        contracts = sorted(by_module.get(module.name, ()), key=lambda contract: contract.name)
        loading = f"Import-Module -Name {FILES} -Global\nWait-LabImport\n"
        files[f"{place}.psm1"] = _script(module.name, contracts, asking) + loading
        files[f"{place}.psd1"] = _manifest(module, contracts)
    files[f"{FILES}/{FILES}.psm1"] = _script(IMPORT_CSV.module, [IMPORT_CSV], asking)
    files[f"{FILES}/{FILES}.psd1"] = _manifest(InstalledModule(FILES, "1.0"), [IMPORT_CSV])
    return files


def _manifest(module: InstalledModule, contracts: Iterable[CmdletContract]) -> str:
    functions = ", ".join(_quoted(contract.name) for contract in contracts)
    return (
        f"@{{ RootModule = {_quoted(module.name + '.psm1')}; ModuleVersion = {_quoted(module.version)}; "
        f"FunctionsToExport = @({functions}); CmdletsToExport = @(); AliasesToExport = @() }}\n"
    )


def _script(module: str, contracts: Iterable[CmdletContract], asking: str) -> str:
    functions = "\n".join(_function(contract) for contract in contracts)
    return f"$LabModule = {_quoted(module)}\n{asking}\n{functions}\n"


def _function(contract: CmdletContract) -> str:
    parameters = ",\n".join(_parameter(one) for one in Signature(contract).parameters if not one.common)
    return (
        f"function {contract.name} {{\n    [CmdletBinding({', '.join(_binding(contract))})]\n    param(\n{parameters}\n    )\n"
        f"    process {{ Invoke-LabCall $PSCmdlet $PSBoundParameters {_quoted(contract.name)} }}\n}}\n"
    )


def _binding(contract: CmdletContract) -> Iterator[str]:
    # Functions number their parameters by themselves unless an attribute forbids it; compiled cmdlets do not.
    yield "PositionalBinding = $false"
    default = Signature(contract).default
    if default is not None:
        yield f"DefaultParameterSetName = {_quoted(default)}"
    if contract.confirm_impact is not None:
        yield f"SupportsShouldProcess, ConfirmImpact = {_quoted(contract.confirm_impact)}"


def _parameter(parameter: BindableParameter) -> str:
    attributes = [f"Parameter({', '.join(_place(name, place))})" for name, place in parameter.sets.items()]
    if parameter.aliases:
        attributes.append(f"Alias({_list(parameter.aliases)})")
    if parameter.values:
        attributes.append(f"ValidateSet({_list(parameter.values)})")
    lines = "".join(f"        [{attribute}]\n" for attribute in attributes)
    return f"{lines}        [{parameter.kind.literal}] ${{{parameter.name}}}"


def _place(set_name: str, place: Parameter) -> Iterator[str]:
    yield f"ParameterSetName = {_quoted(set_name)}"
    if place.mandatory:
        yield "Mandatory"
    if place.position is not None:
        yield f"Position = {place.position}"
    yield from _FLAGS[place.pipeline]


def _list(values: Iterable[str]) -> str:
    return ", ".join(_quoted(value) for value in values)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
