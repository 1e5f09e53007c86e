# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pipelines: input, several commands, records that end them and records that do not."""

from __future__ import annotations

import pytest

from tests.unit.lab.engine.clients import Client
from tests.unit.lab.engine.trial import USER_TYPE, Trial

NOT_SPECIFIED, INVALID_ARGUMENT, NOT_IMPLEMENTED, NOT_FOUND, STOPPED = 0, 5, 11, 13, 14
GET, MOVE, SELECT = "Get-CsThing", "Move-CsThing", "Select-Object"
TO_POOL = {"Target": "pool", "Confirm": False}
SELECTED = f"Selected.{USER_TYPE}"
PROMPT = (
    "A command that prompts the user failed because the host program or the command type does not support user interaction. "
    "The host was attempting to request confirmation with the following message: "
)


def identities(trial: Trial) -> list[object]:
    return [call.parameters.get("Identity") for call in trial.calls]


def test_a_call_for_each_object(client: Client, trial: Trial) -> None:
    answer = client.ask(MOVE, TO_POOL, items=["a", "b", 5])
    assert answer.errors == []
    assert identities(trial) == ["a", "b", "5"]
    assert [call.parameters["Target"] for call in trial.calls] == ["pool"] * 3


def test_a_collection_in_the_input_is_taken_apart(client: Client, trial: Trial) -> None:
    client.ask(GET, {}, items=["a", ["b", "c"]])
    assert identities(trial) == ["a", "b", "c"]


def test_an_object_is_bound_by_its_property(client: Client, trial: Trial) -> None:
    assert client.ask(GET, {}, (MOVE, TO_POOL), items=["a", "b"]).errors == []
    assert [(call.cmdlet, call.parameters["Identity"]) for call in trial.calls] == [
        (GET, "a"),
        (MOVE, "a"),
        (GET, "b"),
        (MOVE, "b"),
    ]


def test_the_set_is_chosen_for_each_object(client: Client, trial: Trial) -> None:
    client.ask("Test-CsPipedSets", {"X": "x"}, items=["p"])
    client.ask("Test-CsPipedSets", {"B": "b"}, items=["p"])
    client.ask("Test-CsPipedSets", {}, items=["p"])
    assert [call.parameters for call in trial.calls] == [{"X": "x", "A": "p"}, {"B": "b", "Y": "p"}, {"A": "p"}]


@pytest.mark.parametrize("parameters", [{"Identity": "x"}, {"Filter": "f"}])
def test_input_that_nothing_takes(client: Client, trial: Trial, parameters: dict[str, str]) -> None:
    answer = client.ask(GET, parameters, items=["a"])
    assert (answer.state, answer.error.error_id) == ("completed", f"InputObjectNotBound,{GET}")
    assert (answer.error.category, answer.error.target) == (INVALID_ARGUMENT, "a")
    assert answer.error.summary == f"InvalidArgument: (a:PSObject) [{GET}], ParameterBindingException"
    assert trial.calls == []


def test_an_object_that_does_not_fit_does_not_end_the_others(client: Client, trial: Trial) -> None:
    answer = client.ask(MOVE, TO_POOL, items=["a", "", "b"])
    assert (answer.state, identities(trial)) == ("completed", ["a", "b"])
    assert answer.error.error_id == f"ParameterArgumentValidationErrorEmptyStringNotAllowed,{MOVE}"


def test_what_input_cannot_give_is_missed_before_it_comes(client: Client, trial: Trial) -> None:
    answer = client.ask(MOVE, {"Confirm": False}, items=["a"])
    assert answer.error.message.endswith("missing mandatory parameters: Target.")
    assert trial.calls == []


def test_a_non_terminating_error(client: Client, trial: Trial) -> None:
    answer = client.ask(GET, {}, items=["a", "missing", "b"])
    assert (answer.state, len(answer.output), identities(trial)) == ("completed", 2, ["a", "missing", "b"])
    error = answer.error
    assert (error.error_id, error.category) == (f"ManagementObjectNotFound,{GET}", NOT_FOUND)
    assert error.message == 'Management object not found for identity "missing".'
    assert (error.target, error.summary) == ("missing", f"ObjectNotFound: (missing:String) [{GET}], {error.reason}")


def test_a_terminating_error(client: Client, trial: Trial) -> None:
    answer = client.ask(GET, {}, items=["a", "refused", "b"])
    assert (answer.state, len(answer.output), identities(trial)) == ("failed", 1, ["a", "refused"])
    assert answer.error.error_id == f"ManagementObjectNotFound,{GET}"


def test_output_and_error_of_one_call(client: Client) -> None:
    answer = client.ask(GET, {"Identity": "late"})
    assert (answer.state, len(answer.output), len(answer.errors)) == ("completed", 1, 1)


@pytest.mark.parametrize(
    ("action", "state", "errors"),
    [
        ("Stop", "failed", 1),
        ("SilentlyContinue", "completed", 0),
        ("Ignore", "completed", 0),
        ("Continue", "completed", 1),
    ],
)
def test_error_actions(client: Client, trial: Trial, action: str, state: str, errors: int) -> None:
    answer = client.ask(GET, {"ErrorAction": action}, items=["missing", "a"])
    assert (answer.state, len(answer.errors)) == (state, errors)
    assert identities(trial) == (["missing"] if action == "Stop" else ["missing", "a"])


def test_silence_does_not_save_from_a_terminating_error(client: Client) -> None:
    answer = client.ask(GET, {"Identity": "refused", "ErrorAction": "SilentlyContinue"})
    assert (answer.state, len(answer.errors)) == ("failed", 1)


def test_warnings(client: Client) -> None:
    assert client.ask(GET, {"Identity": "warned"}).warnings == ["careful"]
    assert client.ask(GET, {"Identity": "warned", "WarningAction": "SilentlyContinue"}).warnings == []
    stopped = client.ask(GET, {"Identity": "warned", "WarningAction": "Stop"})
    assert (stopped.state, stopped.warnings, stopped.error.category) == ("failed", ["careful"], STOPPED)
    assert stopped.error.error_id == f"ActionPreferenceStop,{GET}"


@pytest.mark.parametrize("confirm", [{}, {"Confirm": True}, {"Confirm": None}])
def test_a_cmdlet_that_asks_fails(client: Client, trial: Trial, confirm: dict[str, object]) -> None:
    answer = client.ask(MOVE, {"Identity": "x", "Target": "t", **confirm})
    error = answer.error
    question = 'Are you sure you want to perform this action?\nPerforming the operation "Move-CsThing" on target "x".'
    assert (answer.state, trial.calls, error.message) == ("failed", [], PROMPT + question)
    assert (error.error_id, error.category) == (f"HostFunctionNotImplemented,{MOVE}", NOT_IMPLEMENTED)
    assert error.exception == "System.Management.Automation.Host.HostException"


def test_a_lesser_impact_asks_only_when_asked_to(client: Client, trial: Trial) -> None:
    assert client.ask("Grant-CsThing", {"Identity": "x"}).errors == []
    assert client.ask("Grant-CsThing", {"Identity": "x", "Confirm": True}).state == "failed"
    assert len(trial.calls) == 1


def test_what_if_does_nothing(client: Client, trial: Trial) -> None:
    answer = client.ask(MOVE, {"Identity": "x", "Target": "t", "WhatIf": True})
    assert (answer.state, answer.output, answer.errors, trial.calls) == ("completed", [], [], [])


def test_verbose_tells_the_operation(client: Client) -> None:
    answer = client.ask("Grant-CsThing", {"Identity": "x", "Verbose": True})
    assert answer.verbose == ['Performing the operation "Grant-CsThing" on target "x".']


def test_a_question_of_the_cmdlets_own_fails(client: Client) -> None:
    answer = client.ask(GET, {"Identity": "asks"})
    assert (answer.state, answer.error.message) == ("failed", f"{PROMPT}Sign in, please.")
    assert answer.error.error_id == f"HostFunctionNotImplemented,{GET}"


def test_projection(client: Client) -> None:
    properties = {"Property": ["identity", "nope", "IDENTITY"]}
    answer = client.ask(GET, {}, (SELECT, properties), items=["a", "b"])
    assert answer.output == [
        {"type": SELECTED, "Identity": "a", "nope": None},
        {"type": SELECTED, "Identity": "b", "nope": None},
    ]


def test_projection_by_wildcard_keeps_values_as_they_are_and_brings_objects_along(client: Client) -> None:
    (user,) = client.ask(GET, {"Identity": "a"}, (SELECT, {"Property": "*"})).output
    assert user.pop("type") == SELECTED
    policy = user["Policy"]
    assert policy == {"type": "Microsoft.Rtc.Policy", "Name": "UpgradeToTeams", "Authority": "Host"}
    user["Policy"] = policy["Name"]
    (whole,) = client.ask(GET, {"Identity": "a"}).output
    assert {**user, "type": USER_TYPE} == whole


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [({"First": 2}, ["a", "b"]), ({"First": 0}, []), ({"Skip": 1}, ["b", "c"]), ({"Skip": 1, "First": 1}, ["b"])],
)
def test_counted_out(client: Client, parameters: dict[str, int], wanted: list[str]) -> None:
    answer = client.ask(GET, {}, (SELECT, {**parameters, "Property": "Identity"}), items=["a", "b", "c"])
    assert [user["Identity"] for user in answer.output] == wanted


def test_expanded(client: Client) -> None:
    assert client.ask(GET, {"Identity": "a"}, (SELECT, {"ExpandProperty": "Identity"})).output == ["a"]
    assert client.ask(GET, {"Identity": "a"}, (SELECT, {"ExpandProperty": "many"})).output == ["a", "b"]
    error = client.ask(GET, {"Identity": "a"}, (SELECT, {"ExpandProperty": "nope"})).error
    assert error.error_id.startswith("ExpandPropertyNotFound,")


def test_plain_values_projected(client: Client) -> None:
    answer = client.ask(SELECT, {"Property": ["Length", "Identity"]}, items=["abc"])
    assert answer.output == [{"type": "Selected.System.String", "Length": 3, "Identity": None}]


def test_errors_pass_a_projection_by(client: Client) -> None:
    answer = client.ask(GET, {}, (SELECT, {"Property": "Identity"}), items=["missing", "a"])
    assert (answer.output, len(answer.errors)) == ([{"type": SELECTED, "Identity": "a"}], 1)


def test_counting(client: Client) -> None:
    (measured,) = client.ask(GET, {}, ("Measure-Object", {}), items=["a", "b"]).output
    assert measured["Count"] == 2


def test_a_wrong_parameter_of_a_later_command_stops_the_first(client: Client, trial: Trial) -> None:
    answer = client.ask(GET, {}, (SELECT, {"Bogus": 1}), items=["a"])
    assert (answer.state, trial.calls) == ("failed", [])
    assert answer.error.error_id.startswith("NamedParameterNotFound,")
