# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error reports of the embedded engine, with the ids, categories, exceptions and texts that PowerShell gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..contract.call import Failure
from .types import PROMPT
from .values import Record, as_text, net_name

_AUTOMATION = "System.Management.Automation."
_BINDING = f"{_AUTOMATION}ParameterBindingException"
_VALIDATION = f"{_AUTOMATION}ParameterBindingValidationException"
_TRANSFORMATION = f"{_AUTOMATION}ParameterBindingArgumentTransformationException"
_NOT_FOUND = f"{_AUTOMATION}CommandNotFoundException"
NULL_VALUES = (
    "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that "
    "does not contain any null values and then try the command again."
)
HOST_EXCEPTION = f"{_AUTOMATION}Host.HostException"

_RUNTIME = (f"{_AUTOMATION}RuntimeException", "System.SystemException")
_ANCESTRY: Mapping[str, tuple[str, ...]] = {
    _BINDING: _RUNTIME,
    _VALIDATION: (_BINDING, *_RUNTIME),
    _TRANSFORMATION: (_BINDING, *_RUNTIME),
    _NOT_FOUND: _RUNTIME,
    HOST_EXCEPTION: _RUNTIME,
    f"{_AUTOMATION}ActionPreferenceStopException": _RUNTIME,
    f"{_AUTOMATION}ParseException": _RUNTIME,
    f"{_AUTOMATION}PSArgumentException": ("System.ArgumentException", "System.SystemException"),
    "System.IO.FileNotFoundException": ("System.IO.IOException", "System.SystemException"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """An error record. `error_id` is whole, with the class of the command that made it where there is one."""

    message: str
    error_id: str
    category: str
    exception: str = _BINDING
    activity: str = ""
    target: object = None
    target_name: str = ""
    target_type: str = ""

    def exception_types(self) -> list[str]:
        """The exception's type and those that it derives from."""
        ancestry = dict.fromkeys((self.exception, *_ANCESTRY.get(self.exception, ()), "System.Exception"))
        return [*ancestry, "System.Object"]

    def about(self, target: object) -> Report:
        """The same report about a pipeline object."""
        kind = "PSObject" if not isinstance(target, Record) else target.type_names[0].rpartition(".")[2]
        return replace(self, target=target, target_name=as_text(target), target_type=kind)

    def named(self, target: str) -> Report:
        """The same report about a name."""
        return replace(self, target=target, target_name=target, target_type="String")


class Terminated(Exception):
    """An error that ends its pipeline."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.message)
        self.report = report


@dataclass(frozen=True, slots=True)
class ErrorSource:
    """The command that errors come from. `suffix` is its class, or for a function its name."""

    name: str
    suffix: str = field(default="")

    def report(self, message: str, error_id: str, category: str, exception: str = _BINDING) -> Report:
        """Make a report of this command's."""
        return Report(message, f"{error_id},{self.suffix or self.name}", category, exception, self.name)

    def failure(self, failure: Failure) -> Report:
        """Report what the organisation says."""
        report = self.report(failure.message, failure.error_id, failure.category, failure.exception)
        return report if failure.target is None else report.named(failure.target)

    def unknown_parameter(self, name: str) -> Report:
        """No parameter has such a name."""
        text = f"A parameter cannot be found that matches parameter name '{name}'."
        return self.report(text, "NamedParameterNotFound", "InvalidArgument")

    def ambiguous_parameter(self, name: str, matches: Iterable[str]) -> Report:
        """Several parameters' names begin so."""
        possible = " ".join(f"-{match}" for match in matches)
        text = (
            f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. "
            f"Possible matches include: {possible}."
        )
        return self.report(text, "AmbiguousParameter", "InvalidArgument")

    def bound_twice(self, name: str) -> Report:
        """A parameter was given twice."""
        text = (
            f"Cannot bind parameter because parameter '{name}' is specified more than once. To provide multiple values to "
            'parameters that can accept multiple values, use the array syntax. For example, "-parameter '
            'value1,value2,value3".'
        )
        return self.report(text, "ParameterAlreadyBound", "InvalidArgument")

    def surplus_argument(self, value: object) -> Report:
        """No position is left for an argument."""
        text = f"A positional parameter cannot be found that accepts argument '{as_text(value)}'."
        return self.report(text, "PositionalParameterNotFound", "InvalidArgument")

    def no_parameter_set(self) -> Report:
        """The parameters are of no one set, or of several."""
        text = (
            "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot "
            "be used together or an insufficient number of parameters were provided."
        )
        return self.report(text, "AmbiguousParameterSet", "InvalidArgument")

    def missing(self, names: Iterable[str]) -> Report:
        """Mandatory parameters were not given."""
        text = f"Cannot process command because of one or more missing mandatory parameters: {' '.join(names)}."
        return self.report(text, "MissingMandatoryParameter", "InvalidArgument")

    def wrong_type(self, name: str, detail: str) -> Report:
        """An argument cannot be made into the parameter's type."""
        text = f"Cannot process argument transformation on parameter '{name}'. {detail}"
        return self.report(text, "ParameterArgumentTransformationError", "InvalidData", _TRANSFORMATION)

    def unbindable(self, name: str, detail: str) -> Report:
        """An argument does not fit a compiled or common parameter."""
        text = f"Cannot bind parameter '{name}'. {detail}"
        return self.report(text, "CannotConvertArgumentNoMessage", "InvalidArgument")

    def no_switch(self, name: str, value: object) -> Report:
        """An argument of a common switch is no boolean."""
        text = (
            f"Cannot convert '{net_name(value)}' to the type 'System.Management.Automation.SwitchParameter' required by "
            f"parameter '{name}'. "
        )
        return self.report(text, "CannotConvertArgument", "InvalidArgument")

    def outside_set(self, name: str, value: object, values: Iterable[str]) -> Report:
        """An argument is none of the closed set."""
        text = (
            f"Cannot validate argument on parameter '{name}'. The argument \"{as_text(value)}\" does not belong to the set "
            f'"{",".join(values)}" specified by the ValidateSet attribute. Supply an argument that is in the set and then '
            "try the command again."
        )
        return self.report(text, "ParameterArgumentValidationError", "InvalidData", _VALIDATION)

    def invalid(self, name: str, detail: str) -> Report:
        """An argument does not pass the parameter's validation."""
        text = f"Cannot validate argument on parameter '{name}'. {detail}"
        return self.report(text, "ParameterArgumentValidationError", "InvalidData", _VALIDATION)

    def empty(self, name: str, what: str) -> Report:
        """A mandatory parameter got null, an empty string or an empty array: `what` is Null, EmptyString or EmptyArray."""
        words = {"Null": "null", "EmptyString": "an empty string", "EmptyArray": "an empty array"}[what]
        text = f"Cannot bind argument to parameter '{name}' because it is {words}."
        return self.report(text, f"ParameterArgumentValidationError{what}NotAllowed", "InvalidData", _VALIDATION)

    def input_not_bound(self) -> Report:
        """No parameter takes a pipeline object."""
        text = (
            "The input object cannot be bound to any parameters for the command either because the command does not take "
            "pipeline input or the input and its properties do not match any of the parameters that take pipeline input."
        )
        return self.report(text, "InputObjectNotBound", "InvalidArgument")

    def prompt(self, question: str) -> Report:
        """The command asked something, and there is nobody to answer."""
        return self.report(f"{PROMPT}{question}", "HostFunctionNotImplemented", "NotImplemented", HOST_EXCEPTION)

    def stopped_by(self, preference: str, text: str) -> Report:
        """A warning ended the command, as the caller asked."""
        message = (
            f'The running command stopped because the preference variable "{preference}" or common parameter is set to '
            f"Stop: {text}"
        )
        exception = f"{_AUTOMATION}ActionPreferenceStopException"
        return self.report(message, "ActionPreferenceStop", "OperationStopped", exception)


def unknown_command(name: str, suffix: str = "") -> Report:
    """No command has such a name. `suffix` is the class of the command that looked for it, if one did."""
    text = (
        f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\n"
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
    )
    error_id = f"CommandNotFoundException,{suffix}" if suffix else "CommandNotFoundException"
    activity = "Get-Command" if suffix else ""
    return Report(text, error_id, "ObjectNotFound", _NOT_FOUND, activity, name, name, "String")


def no_auto_load(name: str, module: str) -> Report:
    """The module of a qualified command is not installed."""
    text = f"The module '{module}' could not be loaded. For more information, run 'Import-Module {module}'."
    return Report(text, "CouldNotAutoLoadModule", "ObjectNotFound", _NOT_FOUND, "", name, name, "String")


def no_scripts(text: str) -> Report:
    """Script text was sent; this engine has no language, as restricted endpoints have none."""
    message = "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode."
    exception = f"{_AUTOMATION}ParseException"
    return Report(message, "ScriptsNotAllowed", "ParserError", exception, "", text, text, "String")


def defect(error: Exception) -> Report:
    """The lab itself failed. The client gets an error, so that it does not wait for ever."""
    return Report(f"The lab failed: {error!r}", "LabDefect", "NotSpecified", "System.Exception")
