# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a session starts on endpoints that show only some cmdlets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import (
    Answer,
    Command,
    ErrorRecord,
    State,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session import Session
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_faults import NoSession
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_start import (
    SessionInfo,
    SessionOptions,
    Side,
    start,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.sign_in import SignIn

IDENTITY = SignIn("the managed identity", {"Identity": True}, {"Confirm": False})
HOST = "ps01:5986"


class Endpoint:
    """Stands for a session on an endpoint: `offers` are modules and kinds by command, `refuses` what fails with which error."""

    def __init__(self, offers: Mapping[str, tuple[str, str]], refuses: Mapping[str, str] | None = None) -> None:
        self.offers = offers
        self.refuses = refuses or {}
        self.called: list[Command] = []

    def run(self, command: Command) -> Answer:
        self.called.append(command)
        if command.name in self.refuses:
            return Answer(State.FAILED, errors=[ErrorRecord(self.refuses[command.name])])
        if command.name != "Get-Command":
            return Answer(State.COMPLETED)
        return Answer(State.COMPLETED, output=self.rows(cast("Sequence[str]", command.parameters["Name"])))

    def rows(self, names: Sequence[str]) -> list[Any]:
        return [
            {"Name": name, "ModuleName": module, "CommandType": kind, "Parameters": {"Identity": None, "Confirm": None}}
            for name, (module, kind) in self.offers.items()
            if name in names
        ]

    def close_pipeline(self) -> None:
        pass

    def names_called(self) -> list[str]:
        return [command.full_name for command in self.called]


def started(endpoint: Endpoint, options: SessionOptions | None = None) -> SessionInfo:
    return start(cast(Session, endpoint), options or SessionOptions(), HOST)


RESTRICTED = {"Select-Object": ("", "Function")}
OPEN = {"Select-Object": ("Microsoft.PowerShell.Utility", "Cmdlet"), "Import-Module": ("Core", "Cmdlet")}


def test_a_restricted_endpoint_of_proxies_needs_no_module() -> None:
    endpoint = Endpoint({**RESTRICTED, "Get-CsUser": ("", "Function")})
    assert started(endpoint) == SessionInfo(Side.ONPREM, (), False, None)
    assert endpoint.names_called() == ["Get-Command"]


@pytest.mark.parametrize("module", ["MicrosoftTeams", "Teams-Remote"])
def test_the_sign_in_is_called_by_the_module_that_has_it(module: str) -> None:
    endpoint = Endpoint(
        {**OPEN, "Get-CsOnlineUser": (module, "Function"), "Connect-MicrosoftTeams": (module, "Function")}
    )
    assert started(endpoint, SessionOptions(sign_in=IDENTITY)).signed_in
    assert endpoint.names_called()[-1] == f"{module}\\Connect-MicrosoftTeams"


def test_a_module_of_another_name_is_named_before_the_sign_in() -> None:
    offers = {**OPEN, "Get-CsOnlineUser": ("My Tools", "Function"), "Connect-MicrosoftTeams": ("My Tools", "Function")}
    with pytest.raises(NoSession) as refused:
        started(Endpoint(offers), SessionOptions(sign_in=IDENTITY))
    fault = refused.value.fault
    assert fault.code == "sign_in_failed"
    assert fault.message.startswith(f"Connect-MicrosoftTeams on {HOST} is in the module My Tools; ")
    assert "Import MicrosoftTeams itself there" in fault.remedy


def test_a_restricted_endpoint_signs_in_with_its_proxy() -> None:
    offers = {**RESTRICTED, "Get-CsOnlineUser": ("", "Function"), "Connect-MicrosoftTeams": ("", "Function")}
    endpoint = Endpoint(offers)
    info = started(endpoint, SessionOptions(sign_in=IDENTITY))
    assert replace(info, signing_in=None) == SessionInfo(Side.ONLINE, (), False, True)
    assert endpoint.called[-1] == Command("Connect-MicrosoftTeams", {"Identity": True, "Confirm": False})


def test_a_module_that_is_there_already_is_not_imported() -> None:
    endpoint = Endpoint({**OPEN, "Get-CsUser": ("SkypeForBusiness", "Cmdlet")})
    assert started(endpoint) == SessionInfo(Side.ONPREM, ("SkypeForBusiness",), True, None)
    assert "Import-Module" not in endpoint.names_called()


@pytest.mark.parametrize(
    ("offers", "options", "refuses", "code", "words"),
    [
        (RESTRICTED, SessionOptions(), {}, "module_missing", "neither Get-CsUser nor Get-CsOnlineUser is there"),
        (RESTRICTED, SessionOptions(Side.ONLINE), {}, "module_missing", "no Get-CsOnlineUser is there"),
        (OPEN, SessionOptions(Side.ONPREM), {}, "module_missing", "no Get-CsUser is there"),
        (
            OPEN,
            SessionOptions(Side.ONPREM),
            {"Import-Module": "Not found."},
            "module_missing",
            "cannot be imported on ps01:5986: Not found.",
        ),
        (
            OPEN,
            SessionOptions(),
            {"Get-Command": "Not allowed"},
            "session_refused",
            "does not tell which cmdlets it has: Not allowed.",
        ),
        (
            {**RESTRICTED, "Get-CsOnlineUser": ("", "Function")},
            SessionOptions(sign_in=IDENTITY),
            {},
            "sign_in_failed",
            "does not offer Connect-MicrosoftTeams",
        ),
    ],
)
def test_what_an_endpoint_lacks_is_said(
    offers: Mapping[str, tuple[str, str]], options: SessionOptions, refuses: Mapping[str, str], code: str, words: str
) -> None:
    with pytest.raises(NoSession) as error:
        started(Endpoint(offers, refuses), options)
    assert error.value.fault.code == code
    assert words in error.value.fault.message
    assert HOST in error.value.fault.message
    assert error.value.fault.remedy
