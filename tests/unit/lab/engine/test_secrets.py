# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets on their way to a cmdlet."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Credential
from pypsrp.complex_objects import ObjectMeta, PSCredential

from tests.unit.lab.engine.clients import Client
from tests.unit.lab.engine.trial import Trial


def credential(user: str, password: str) -> PSCredential:
    return PSCredential(username=user, password=password)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("password", ["simple", "pässwörd-€-日本-😀", "with 'quotes\" and \n", " "])
def test_a_credential_arrives_intact(client: Client, trial: Trial, password: str) -> None:
    client.pool.exchange_keys()
    given = credential("admin@contoso.onmicrosoft.com", password)
    assert client.ask("Get-CsThing", {"Credential": given}).errors == []
    assert trial.calls[0].parameters == {"Credential": Credential("admin@contoso.onmicrosoft.com", password)}


def test_a_secure_string_arrives_as_text(client: Client, trial: Trial) -> None:
    client.pool.exchange_keys()
    secret = client.pool.serialize("tökén", ObjectMeta("SS"))
    assert client.ask("Get-CsThing", {"Secret": secret}).errors == []
    assert trial.calls[0].parameters == {"Secret": "tökén"}


def test_a_password_is_not_shown(client: Client, trial: Trial) -> None:
    client.pool.exchange_keys()
    client.ask("Get-CsThing", {"Credential": credential("u", "hidden-one")})
    assert "hidden-one" not in repr(trial.calls)
