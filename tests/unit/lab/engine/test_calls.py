# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Round trips: what comes back of calls, and in which shape."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Front

from tests.unit.lab.engine.clients import Client, opened
from tests.unit.lab.engine.trial import BOTH, USER_TYPE, Trial


def test_an_object_comes_back_with_its_type_and_properties(client: Client) -> None:
    answer = client.ask("Get-CsThing", {"Identity": "sip:alice@contoso.com"})
    assert answer.state == "completed"
    assert answer.errors == []
    (user,) = answer.output
    assert user == {
        "type": USER_TYPE,
        "Identity": "sip:alice@contoso.com",
        "Cmdlet": "SkypeForBusiness\\Get-CsThing",
        "When": "2026-01-02T03:04:05Z",
        "Nothing": None,
        "Many": ["a", "b"],
        "Number": 7,
        "Big": 2**40,
        "Part": 1.5,
        "Yes": True,
        "Policy": "UpgradeToTeams",
        "Bound": "Identity",
    }


def test_a_cmdlets_own_object_has_adapted_properties_and_a_text(client: Client) -> None:
    pipeline = client.pipeline(("Get-CsThing", {"Identity": "a"}))
    (user,) = pipeline.invoke()
    assert set(user.extended_properties) == set()
    assert user.adapted_properties["Policy"] == "UpgradeToTeams"
    assert user.to_string == USER_TYPE


def test_plain_values_come_back_as_they_are(client: Client) -> None:
    assert client.ask("Get-CsThing", {"Identity": "text"}).output == ["just text", 5, True]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "x; y",
        "'quoted' \"twice\"",
        "$(Get-Date)",
        "line\nbreak\ttab",
        "*",
        "ünï-€-日本",
        "😀",
        "_x000A_",
        "\x01",
    ],
)
def test_text_arrives_and_returns_unchanged(client: Client, trial: Trial, text: str) -> None:
    answer = client.ask("Get-CsThing", {"Identity": text})
    assert [call.parameters["Identity"] for call in trial.calls] == [text]
    assert answer.output[0]["Identity"] == text


def test_a_call_says_who_calls_from_where(client: Client, trial: Trial) -> None:
    client.ask("Get-CsThing", {"Identity": "a"})
    (call,) = trial.calls
    assert (call.host, call.module, call.cmdlet, call.user) == (
        "onprem",
        "SkypeForBusiness",
        "Get-CsThing",
        "lab-admin",
    )
    assert call.shell == client.pool.shell.id


def test_common_parameters_are_not_the_organisations_business(client: Client, trial: Trial) -> None:
    common = {
        "ErrorAction": "Stop",
        "Verbose": False,
        "OutVariable": "o",
        "WarningAction": "Continue",
        "Confirm": False,
    }
    assert client.ask("Move-CsThing", {"Identity": "a", "Target": "p", **common}).errors == []
    assert trial.calls[0].parameters == {"Identity": "a", "Target": "p"}


def test_a_big_result_comes_back_whole(client: Client) -> None:
    users = [f"user{number}@contoso.com" for number in range(300)]
    answer = client.ask("Get-CsThing", {}, items=users)
    assert [user["Identity"] for user in answer.output] == users


def test_a_big_argument_arrives_whole(client: Client, trial: Trial) -> None:
    text = "ä" * 400_000
    client.ask("Get-CsThing", {"Filter": text})
    assert trial.calls[0].parameters == {"Filter": text}


def test_the_same_name_in_two_modules(front: Front, trial: Trial) -> None:
    def cmdlet(client: Client, name: str) -> str:
        return str(client.ask(name, {"Identity": "a"}).output[0]["Cmdlet"])

    with opened(front[BOTH]) as client:
        assert cmdlet(client, "SkypeForBusiness\\Get-CsThing") == "SkypeForBusiness\\Get-CsThing"
        assert cmdlet(client, "microsoftteams\\get-csthing") == "MicrosoftTeams\\Get-CsThing"
        assert cmdlet(client, "Get-CsThing") == "MicrosoftTeams\\Get-CsThing"
        client.ask("Import-Module", {"Name": "SkypeForBusiness"})
        assert cmdlet(client, "Get-CsThing") == "SkypeForBusiness\\Get-CsThing"
        client.ask("Import-Module", {"Name": "MicrosoftTeams"})
        assert cmdlet(client, "Get-CsThing") == "MicrosoftTeams\\Get-CsThing"


def test_two_statements_run_one_after_the_other(client: Client, trial: Trial) -> None:
    pipeline = client.pipeline(("Get-CsThing", {"Identity": "first"}))
    pipeline.add_statement()
    pipeline.add_cmdlet("Get-CsThing").add_parameter("Identity", "second")
    assert len(pipeline.invoke()) == 2
    assert [call.parameters["Identity"] for call in trial.calls] == ["first", "second"]


def test_a_cmdlet_call_is_quick(client: Client, request: pytest.FixtureRequest) -> None:
    """8 ms on an idle machine; delayed acknowledgements would make it more than 90."""
    best = min(client.ask("Get-CsThing", {"Identity": "a"}).seconds for dummy in range(30))
    assert best < (0.06 if "embedded" in request.node.name else 0.09)
