# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way to sign in that the documentation names, with everything that encrypts it, on each engine: a session and a cmdlet.

The hosts take no message that is not encrypted, and no sign-in over TLS that is not bound to the channel where it can be.
"""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT

from tests.engines import FIRST_CASE, NewLab
from tests.kerberos import KerberosRealm
from tests.lab.authentication.conftest import ConnectWith
from tests.lab.authentication.ways import Way, cases, options_of, seed_for
from tests.lab.connection.client import command

CASES = list(cases())


@pytest.mark.parametrize("engine", FIRST_CASE)
@pytest.mark.parametrize(("way", "encryption"), CASES, ids=[f"{way.name}, {encryption}" for way, encryption in CASES])
def test_a_session_and_a_cmdlet(
    way: Way, encryption: str, new_lab: NewLab, connect_with: ConnectWith, request: pytest.FixtureRequest
) -> None:
    realm: KerberosRealm | None = request.getfixturevalue("realm") if way.realm else None
    if realm is not None and way.ticket:
        realm.get_ticket()
    with new_lab(seed_for(way, encryption, realm.keytab if realm else None)) as lab:
        client = connect_with(options_of(lab, "sfb01", way.inventory))
        assert client.hello()["state"] == "ready"
        (answer,) = client.run(command("Get-CsUser", Identity="alice@contoso.com"))
        assert answer["state"] == "completed"
        assert [shell.user for shell in lab.front["sfb01"].shells()] == [ACCOUNT[0]]
        assert [call.outcome for call in lab.journal.entries("Get-CsUser")] == ["done"]
        client.service.close(5)
        assert lab.front["sfb01"].shells() == []
