# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What PowerShell says to arguments that do not fit: ids, categories, exceptions and texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab.engine.clients import Client
from tests.unit.lab.engine.trial import Trial

INVALID_ARGUMENT, INVALID_DATA, WRITE_ERROR = 5, 6, 23
BINDING, VALIDATION, TRANSFORMATION = (
    "ParameterBindingException",
    "ParameterBindingValidationException",
    "ParameterBindingArgumentTransformationException",
)
NO_SET = (
    "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used "
    "together or an insufficient number of parameters were provided."
)
BOOLEANS = "Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0."
SWITCH, ACTION = (f"System.Management.Automation.{name}" for name in ("SwitchParameter", "ActionPreference"))
GET, MOVE, GRANT = "Get-CsThing", "Move-CsThing", "Grant-CsThing"
Case = tuple[str, Any, str, str]

ARGUMENTS: list[Case] = [
    (GET, {"Nope": "x"}, "NamedParameterNotFound", "A parameter cannot be found that matches parameter name 'Nope'."),
    (
        GET,
        {"Filter": "x", "ErrorA": 1, "E": "x"},
        "AmbiguousParameter",
        "Parameter cannot be processed because the parameter name 'E' is ambiguous. "
        "Possible matches include: -ErrorAction -ErrorVariable.",
    ),
    (
        GET,
        [("Identity", "x"), ("Identity", "y")],
        "ParameterAlreadyBound",
        "Cannot bind parameter because parameter 'Identity' is specified more than once. To provide multiple values to "
        "parameters that can accept multiple values, use the array syntax. For example, "
        '"-parameter value1,value2,value3".',
    ),
    (
        GET,
        [(None, "x"), (None, "y")],
        "PositionalParameterNotFound",
        "A positional parameter cannot be found that accepts argument 'y'.",
    ),
    (GET, {"Identity": "x", "Filter": "y"}, "AmbiguousParameterSet", NO_SET),
    (GRANT, {"Global": True, "Group": "g"}, "AmbiguousParameterSet", NO_SET),
    ("Test-CsBothMandatory", {}, "AmbiguousParameterSet", NO_SET),
    ("Test-CsBothMandatory", {"Z": "z"}, "AmbiguousParameterSet", NO_SET),
    ("Test-CsNoneMandatory", {"Z": "z"}, "AmbiguousParameterSet", NO_SET),
    (
        MOVE,
        {"Confirm": False},
        "MissingMandatoryParameter",
        "Cannot process command because of one or more missing mandatory parameters: Identity Target.",
    ),
    (
        MOVE,
        {"UserList": "u", "Confirm": False},
        "MissingMandatoryParameter",
        "Cannot process command because of one or more missing mandatory parameters: Target.",
    ),
    (
        MOVE,
        {"Identity": "x", "Target": "t", "Confirm": "x"},
        "CannotConvertArgument",
        f"Cannot convert 'System.String' to the type '{SWITCH}' required by parameter 'Confirm'. ",
    ),
    (
        GET,
        {"ErrorAction": "Nonsense"},
        "CannotConvertArgumentNoMessage",
        f'Cannot bind parameter \'ErrorAction\'. Cannot convert value "Nonsense" to type "{ACTION}". Error: "Unable to '
        "match the identifier name Nonsense to a valid enumerator name. Specify one of the following enumerator names and "
        'try again:\nSilentlyContinue, Stop, Continue, Inquire, Ignore, Suspend, Break"',
    ),
    (
        GET,
        {"ErrorAction": "s"},
        "CannotConvertArgumentNoMessage",
        f'Cannot bind parameter \'ErrorAction\'. Cannot convert value "s" to type "{ACTION}". Error: "The identifier name '
        "s cannot be processed because it is either too similar or identical to the following enumerator names: "
        'SilentlyContinue, Stop, Suspend. Use a more specific identifier name."',
    ),
]


@pytest.mark.parametrize(("cmdlet", "parameters", "error_id", "message"), ARGUMENTS)
def test_arguments_that_do_not_fit(
    client: Client, trial: Trial, cmdlet: str, parameters: Any, error_id: str, message: str
) -> None:
    answer = client.ask(cmdlet, parameters)
    error = answer.error
    assert (answer.state, answer.output, trial.calls) == ("failed", [], [])
    assert (error.error_id, error.message) == (f"{error_id},{cmdlet}", message)
    assert (error.category, error.reason) == (INVALID_ARGUMENT, BINDING)
    assert error.exception == f"System.Management.Automation.{BINDING}"
    assert error.summary == f"InvalidArgument: (:) [{cmdlet}], {BINDING}"


TYPES: list[tuple[str, Any, str]] = [
    (
        "Int",
        "x",
        'Cannot convert value "x" to type "System.Int32". Error: "The input string \'x\' was not in a correct format."',
    ),
    (
        "Count",
        -1,
        'Cannot convert value "-1" to type "System.UInt32". Error: "Value was either too large or too small for a UInt32."',
    ),
    (
        "Int",
        ["1"],
        'Cannot convert the "System.Collections.ArrayList" value of type "System.Collections.ArrayList" to type '
        '"System.Int32".',
    ),
    ("Flag", "true", f'Cannot convert value "System.String" to type "System.Boolean". {BOOLEANS}'),
    ("Flag", None, f'Cannot convert value "" to type "System.Boolean". {BOOLEANS}'),
    ("Force", "True", f'Cannot convert value "System.String" to type "{SWITCH}". {BOOLEANS}'),
    ("Force", 1, f'Cannot convert the "1" value of type "System.Int32" to type "{SWITCH}".'),
    ("Id", "x", 'Cannot convert value "x" to type "System.Guid". Error: "Unrecognized Guid format."'),
    ("Id", None, 'Cannot convert null to type "System.Guid".'),
    ("When", None, 'Cannot convert null to type "System.DateTime".'),
    ("Table", "x", 'Cannot convert the "x" value of type "System.String" to type "System.Collections.Hashtable".'),
    ("Secret", "x", 'Cannot convert the value of type "System.String" to type "System.Security.SecureString".'),
    (
        "Credential",
        "user",
        "A command that prompts the user failed because the host program or the command type does not support user "
        "interaction. The host was attempting to request confirmation with the following message: Enter your credentials.",
    ),
]


@pytest.mark.parametrize(("name", "value", "detail"), TYPES)
def test_values_of_the_wrong_type(client: Client, trial: Trial, name: str, value: object, detail: str) -> None:
    answer = client.ask(GET, {"Identity": "x", name: value})
    error = answer.error
    assert (answer.state, answer.output, trial.calls) == ("failed", [], [])
    assert error.error_id == f"ParameterArgumentTransformationError,{GET}"
    assert error.message == f"Cannot process argument transformation on parameter '{name}'. {detail}"
    assert (error.category, error.reason) == (INVALID_DATA, TRANSFORMATION)


def test_text_that_is_no_date(client: Client) -> None:
    error = client.ask(GET, {"When": "never"}).error
    assert error.error_id == f"ParameterArgumentTransformationError,{GET}"
    assert "The string 'never' was not recognized as a valid DateTime." in error.message


CONTENT: list[Case] = [
    (
        MOVE,
        {"Identity": "", "Target": "t"},
        "EmptyString",
        "Cannot bind argument to parameter 'Identity' because it is an empty string.",
    ),
    (
        MOVE,
        {"Identity": None, "Target": "t"},
        "EmptyString",
        "Cannot bind argument to parameter 'Identity' because it is an empty string.",
    ),
    (
        "Test-CsContent",
        {"Object": None, "Texts": "t"},
        "Null",
        "Cannot bind argument to parameter 'Object' because it is null.",
    ),
    (
        "Test-CsContent",
        {"Object": "o", "Texts": None},
        "Null",
        "Cannot bind argument to parameter 'Texts' because it is null.",
    ),
    (
        "Test-CsContent",
        {"Object": "o", "Texts": []},
        "EmptyArray",
        "Cannot bind argument to parameter 'Texts' because it is an empty array.",
    ),
    (
        "Test-CsContent",
        {"Object": "o", "Texts": ["a", ""]},
        "EmptyString",
        "Cannot bind argument to parameter 'Texts' because it is an empty string.",
    ),
]


@pytest.mark.parametrize(("cmdlet", "parameters", "what", "message"), CONTENT)
def test_mandatory_parameters_want_content(
    client: Client, trial: Trial, cmdlet: str, parameters: Any, what: str, message: str
) -> None:
    error = client.ask(cmdlet, parameters).error
    assert error.error_id == f"ParameterArgumentValidationError{what}NotAllowed,{cmdlet}"
    assert (error.message, error.category, error.reason) == (message, INVALID_DATA, VALIDATION)
    assert trial.calls == []


@pytest.mark.parametrize("value", ["Gamma", "", None])
def test_values_outside_a_closed_set(client: Client, trial: Trial, value: object) -> None:
    error = client.ask(GET, {"Choice": value}).error
    assert error.error_id == f"ParameterArgumentValidationError,{GET}"
    assert (error.category, error.reason) == (INVALID_DATA, VALIDATION)
    assert error.message == (
        f"Cannot validate argument on parameter 'Choice'. The argument \"{value or ''}\" does not belong to the set "
        '"Alpha,Beta" specified by the ValidateSet attribute. Supply an argument that is in the set and then try the '
        "command again."
    )
    assert trial.calls == []


def test_a_null_action(client: Client) -> None:
    error = client.ask(GET, {"ErrorAction": None}).error
    assert (error.error_id, error.category) == (f"ParameterBindingFailed,{GET}", WRITE_ERROR)


def test_wrong_types_are_reported_before_unknown_names(client: Client) -> None:
    error = client.ask(GET, {"Nope": "x", "Int": "y"}).error
    assert error.error_id == f"ParameterArgumentTransformationError,{GET}"
