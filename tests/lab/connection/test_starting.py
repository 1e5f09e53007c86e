# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a session does first: which side it is on, what the host offers, how it signs in, and what keeps it from starting."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.engine import EmbeddedEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import (
    ACCOUNT,
    ADMIN,
    APPLICATION_ID,
    TENANT_ID,
    THUMBPRINT,
    HostSeed,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint, Front, HostSettings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.tls import ServerTls
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import library

from tests.lab.connection.client import command
from tests.lab.connection.conftest import Connect
from tests.lab.waiting import Eventually

USER = {"teams_user": ADMIN[0], "teams_password": ADMIN[1]}
CERTIFICATE = {
    "teams_certificate_thumbprint": THUMBPRINT,
    "teams_application_id": APPLICATION_ID,
    "teams_tenant_id": TENANT_ID,
}
TOKENS = {"teams_access_tokens": ["lab-graph-token", "lab-teams-token"]}
IDENTITY = {"teams_managed_identity": True}


@pytest.fixture
def tls(lab: Lab) -> Iterator[Endpoint]:
    """A host with a certificate that nobody trusts."""
    host = HostSettings("sfb01", dict([ACCOUNT]), tls=ServerTls())
    with Front(EmbeddedEngine(lab.organisation), [host]) as front:
        yield front["sfb01"]


@pytest.mark.parametrize(
    ("host", "options", "side"),
    [
        ("alone01", {}, "onprem"),
        ("teams01", {}, "online"),
        ("sfb01", {}, "onprem"),
        ("sfb01", USER, "online"),
        ("sfb01", {"side": "online"}, "online"),
        ("sfb01", {"side": "onprem", **USER}, "onprem"),
    ],
)
def test_the_side_is_found_by_what_the_host_has(
    connect: Connect, host: str, options: dict[str, Any], side: str
) -> None:
    assert connect(host, **options).hello()["side"] == side


def test_where_two_modules_have_a_cmdlet_both_are_listed(connect: Connect) -> None:
    reply = connect("sfb01").hello("Get-CsTeamsUpgradePolicy", "Move-CsUser", "Get-CsNothing")
    assert {offer["module"] for offer in reply["cmdlets"]["Get-CsTeamsUpgradePolicy"]} == {
        "SkypeForBusiness",
        "MicrosoftTeams",
    }
    (offer,) = reply["cmdlets"]["Move-CsUser"]
    assert {"Identity", "Target", "Confirm"} <= set(offer["parameters"])
    assert "Get-CsNothing" not in reply["cmdlets"]
    assert reply["projection"] is True
    assert reply["host"] == "sfb01"


@pytest.mark.parametrize("asked", [["Get-CsOnlineUser", "Get-CsTeamsUpgradePolicy"], ["Get-CsTeamsUpgradePolicy"]])
def test_the_module_of_the_side_is_listed_whatever_else_is_asked_for(connect: Connect, asked: list[str]) -> None:
    reply = connect("sfb01", side="onprem").hello(*asked)
    assert "SkypeForBusiness" in {offer["module"] for offer in reply["cmdlets"]["Get-CsTeamsUpgradePolicy"]}


def test_what_was_asked_once_is_not_asked_again(connect: Connect) -> None:
    client = connect("alone01", sessions=1)
    first = client.hello("Get-CsUser")
    again = client.hello("Get-CsUser", "Move-CsUser")
    assert first["cmdlets"]["Get-CsUser"] == again["cmdlets"]["Get-CsUser"]
    assert "Move-CsUser" in again["cmdlets"]


@pytest.mark.parametrize(
    "way", [USER, CERTIFICATE, TOKENS, IDENTITY], ids=["user", "certificate", "tokens", "identity"]
)
def test_every_way_to_sign_in_works(lab: Lab, connect: Connect, way: dict[str, Any]) -> None:
    client = connect("teams01", sessions=1, **way)
    assert client.hello()["signed_in"] is True
    assert [entry.outcome for entry in lab.journal.entries("Connect-MicrosoftTeams")] == ["done"]
    assert client.states(command("Get-CsTenant")) == ["completed"]


def test_without_a_sign_in_the_host_is_reached_all_the_same(connect: Connect) -> None:
    assert connect("teams01").hello()["signed_in"] is False
    assert connect("alone01").hello()["signed_in"] is None


@pytest.mark.parametrize(
    "way",
    [
        {**USER, "teams_password": "Wrong-Passw0rd"},
        {**CERTIFICATE, "teams_certificate_thumbprint": "0" * 40},
        {"teams_access_tokens": ["Wrong-Passw0rd", "lab-teams-token"]},
    ],
    ids=["user", "certificate", "tokens"],
)
def test_a_refused_sign_in_is_reported_without_the_secret(connect: Connect, way: dict[str, Any]) -> None:
    fault = connect("teams01", **way).fault()
    assert fault["code"] == "sign_in_failed"
    assert fault["message"].startswith("Microsoft Teams refuses the sign-in with ")
    assert "Wrong-Passw0rd" not in str(fault)


def test_what_a_host_repeats_of_a_secret_is_hidden(lab: Lab, connect: Connect) -> None:
    lab.faults.order(OrderedFault("Connect-MicrosoftTeams", f"Cannot use '{ADMIN[1]}' here", times=None))
    fault = connect("teams01", **USER).fault()
    assert "Cannot use '********' here" in fault["message"]


def test_a_wrong_password_is_tried_once(lab: Lab, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    endpoint = lab.front["alone01"]
    of_basic = endpoint._accounts.of_basic

    def counting(encoded: str) -> str | None:
        tried.append(encoded)
        return of_basic(encoded)

    monkeypatch.setattr(endpoint._accounts, "of_basic", counting)
    fault = connect("alone01", sessions=4, remote_password="Wrong-Passw0rd").fault()
    assert fault["code"] == "authentication"
    assert fault["message"] == "alone01 does not accept the user or the password."
    assert "Wrong-Passw0rd" not in str(fault)
    assert len(tried) == 1
    assert endpoint.shells_opened == 0


def test_a_host_that_is_not_there(lab: Lab, connect: Connect) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fault = connect("alone01", port=port).fault()
    assert (fault["code"], fault["message"]) == (
        "unreachable",
        f"alone01 (127.0.0.1:{port}) cannot be reached: the connection was refused.",
    )
    fault = connect("alone01", remote_addr="no-such-host.invalid").fault()
    assert fault["code"] == "unreachable"
    assert "its name is not known" in fault["message"]


def test_a_certificate_that_is_not_trusted(tls: Endpoint, connect: Connect, tmp_path: Path) -> None:
    fault = connect(tls, protocol="https").fault()
    assert fault["code"] == "certificate"
    assert "self-signed certificate" in fault["message"]
    authority = tmp_path / "ca.pem"
    authority.write_bytes(tls.certificate)
    assert connect(tls, protocol="https", ca_cert=str(authority)).hello()["state"] == "ready"
    assert connect(tls, protocol="https", cert_validation="ignore").hello()["state"] == "ready"


def test_tls_where_there_is_none(connect: Connect) -> None:
    fault = connect("alone01", protocol="https").fault()
    assert (fault["code"], "does not answer with TLS" in fault["message"]) == ("unreachable", True)


@pytest.mark.parametrize(
    ("host", "options", "words"),
    [
        ("alone01", {"side": "online"}, "The module MicrosoftTeams cannot be imported on alone01:"),
        ("teams01", {"side": "onprem"}, "The module SkypeForBusiness cannot be imported on teams01:"),
        (
            "alone01",
            {"import_modules": ["NoSuchModule"]},
            "The module NoSuchModule could not be imported on alone01:",
        ),
    ],
)
def test_a_module_that_is_not_installed(connect: Connect, host: str, options: dict[str, Any], words: str) -> None:
    fault = connect(host, **options).fault()
    assert fault["code"] == "module_missing"
    assert words in fault["message"]
    assert fault["remedy"]


def test_a_host_with_neither_module(connect: Connect) -> None:
    with Lab(hosts=[HostSeed("bare01", {})]) as bare:
        fault = connect(bare.front["bare01"]).fault()
    assert fault["code"] == "module_missing"
    assert "Neither the module SkypeForBusiness nor MicrosoftTeams is installed on bare01." in fault["message"]


def test_without_its_library_the_connection_says_what_to_install(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "MISSING", "No module named 'pypsrp'")
    client = connect("alone01")
    assert client.fault()["code"] == "library_missing"
    assert "pip install" in client.fault()["remedy"]
    assert client.service.failed


def test_a_module_to_import_is_imported(connect: Connect) -> None:
    assert connect("alone01", import_modules=["SkypeForBusiness"]).hello()["state"] == "ready"


def test_no_more_sessions_than_the_host_gives(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    lab.front["alone01"].limit_shells(2)
    client = connect("alone01", sessions=4)
    client.hello()
    eventually(lambda: client.hello()["sessions"] == 2)
    (warning,) = client.hello()["warnings"]
    assert "gives this account no more PowerShell sessions" in warning
    assert client.states(command("Get-CsUser", Identity="sip:user1@contoso.com")) == ["completed"]


def test_no_session_at_all(lab: Lab, connect: Connect) -> None:
    lab.front["alone01"].limit_shells(0)
    fault = connect("alone01").fault()
    assert fault["code"] == "session_refused"
    assert "ansible_runspace_sessions" in fault["remedy"]


def test_a_session_that_does_not_get_ready_in_time(lab: Lab, connect: Connect) -> None:
    lab.faults.order(OrderedFault("Connect-MicrosoftTeams", seconds=30, times=None))
    client = connect("teams01", start_timeout=1, **USER)
    begun = time.monotonic()
    fault = client.fault()
    assert time.monotonic() - begun < 5
    assert fault["code"] == "start_timeout"
    assert "ansible_runspace_start_timeout" in fault["remedy"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**USER, **TOKENS}, "more than one way to sign in"),
        ({"sessions": 0}, "at least 1"),
        ({"message_encryption": "auto"}, "messages cannot be encrypted"),
        ({"remote_user": None}, "ansible_user must be set"),
    ],
)
def test_options_that_cannot_work_are_named_before_the_host_is_asked(
    lab: Lab, connect: Connect, options: dict[str, Any], words: str
) -> None:
    fault = connect("teams01", **options).fault()
    assert fault["code"] == "invalid_option"
    assert words in fault["message"]
    assert lab.front["teams01"].shells_opened == 0


def test_a_wrong_path_is_no_listener(connect: Connect) -> None:
    fault = connect("alone01", path="elsewhere").fault()
    assert fault["code"] == "session_refused"
    assert "HTTP status 404" in fault["message"]
    assert "ansible_psrp_path" in fault["remedy"]
