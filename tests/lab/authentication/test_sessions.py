# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several sessions that sign in at once, and sessions that sign in again after their connection was broken or left idle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import session

from tests.extent import LONG
from tests.kerberos import KerberosRealm
from tests.lab.authentication.conftest import ConnectWith
from tests.lab.authentication.ways import MESSAGES, WAYS, Way, options_of, seed_for
from tests.lab.connection.client import command

GET = command("Get-CsUser", Identity="alice@contoso.com")
ENCRYPTING = [way for way in WAYS if way.name in ("Kerberos in Negotiate", "NTLM in Negotiate", "CredSSP with NTLM")]


def each(everyday: str) -> pytest.MarkDecorator:
    """Every way that encrypts messages; every day, one of them."""
    tried = [way for way in ENCRYPTING if LONG or way.name == everyday]
    return pytest.mark.parametrize("way", tried, ids=[way.name for way in tried])


NewSeed = Callable[[Way], dict[str, Any]]


@pytest.fixture
def new_seed(request: pytest.FixtureRequest) -> NewSeed:
    """What a lab starts with for a way, with a KDC where the way needs one."""

    def seed(way: Way) -> dict[str, Any]:
        realm: KerberosRealm | None = request.getfixturevalue("realm") if way.realm else None
        users = [{"sip": f"user{number}@contoso.com"} for number in range(300)]
        found = seed_for(way, MESSAGES, realm.keytab if realm else None)
        return {**found, "users": [*found["users"], *users]}

    return seed


@each("Kerberos in Negotiate")
def test_four_sessions_at_once(way: Way, connect_with: ConnectWith, new_seed: NewSeed) -> None:
    with Lab(new_seed(way)) as lab:
        client = connect_with({**options_of(lab, "sfb01", way.inventory), "sessions": 4})
        assert client.hello()["state"] == "ready"
        assert client.states(*[GET] * 40) == ["completed"] * 40
        assert lab.front["sfb01"].shells_opened == 4
        assert len(lab.journal.entries("Get-CsUser")) == 40
        client.service.close(5)
        assert lab.front["sfb01"].shells() == []


@each("Kerberos in Negotiate")
def test_after_idling_it_signs_in_again(
    way: Way, connect_with: ConnectWith, new_seed: NewSeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Lab(new_seed(way)) as lab:
        client = connect_with(options_of(lab, "sfb01", way.inventory))
        assert client.hello()["state"] == "ready"
        monkeypatch.setattr(session, "IDLE_SECONDS", 0)
        assert client.states(GET, GET) == ["completed"] * 2
        assert lab.front["sfb01"].shells_opened == 1


@each("NTLM in Negotiate")
def test_after_a_broken_connection_a_read_is_sent_again(way: Way, connect_with: ConnectWith, new_seed: NewSeed) -> None:
    with Lab(new_seed(way)) as lab:
        client = connect_with(options_of(lab, "sfb01", way.inventory))
        assert client.hello()["state"] == "ready"
        lab.front["sfb01"].refuse_connections()
        lab.front["sfb01"].refuse_connections(False)
        assert client.states(GET, GET) == ["completed"] * 2


@each("CredSSP with NTLM")
def test_messages_of_many_parts(way: Way, connect_with: ConnectWith, new_seed: NewSeed) -> None:
    with Lab(new_seed(way)) as lab:
        client = connect_with(options_of(lab, "sfb01", way.inventory))
        assert client.hello()["state"] == "ready"
        names = [f"sip:user{number}@contoso.com" for number in range(300)]
        (answer,) = client.run({**command("Get-CsUser"), "input": names})
        assert len(str(names)) + len(str(answer)) > 16384 * 2
        assert [user["SipAddress"] for user in answer["output"]] == names
