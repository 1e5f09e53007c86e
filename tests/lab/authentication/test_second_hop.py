# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server needs to sign in to Active Directory as the user: CredSSP, or a forwarded Kerberos ticket. Without it, moves say so."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.control import Control
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service, serve

from tests.in_process import InProcess
from tests.kerberos import HOST, KerberosRealm
from tests.lab.authentication.ways import PRINCIPAL, options_of
from tests.lab.modules.people import MOVER

SECOND_HOP = {"second_hop": True, "unencrypted": False}
KERBEROS = {"ansible_psrp_auth": "kerberos", "ansible_user": PRINCIPAL}


class SignedIn(InProcess):
    """Modules run in sessions of the inventory's, after some variables were changed."""

    def __init__(self, lab: Lab, changed: Mapping[str, Any]) -> None:
        super().__init__(lab)
        self._changed = changed

    def new(self, host: str) -> Service:
        return serve(options_of(self.lab, host, self._changed).__getitem__)

    def close(self) -> None:
        for service in self._services.values():
            service.close(5)


@pytest.fixture
def moving_lab(realm: KerberosRealm) -> Iterator[Lab]:
    authentication = {
        "methods": ["negotiate", "credssp"],
        "keytab": str(realm.keytab),
        "principal": f"HTTP/{HOST}",
        **SECOND_HOP,
    }
    with Lab({"authentication": authentication, "users": [{"sip": "alice@contoso.com"}]}) as lab:
        yield lab


def moved(lab: Lab, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Move a user in a session of that kind."""
    signed_in = SignedIn(lab, changed)
    args = {**MOVER, "users": ["alice@contoso.com"]}
    try:
        return signed_in.run("sfb01", "csuser_move", args)
    finally:
        signed_in.close()


@pytest.mark.parametrize(
    "changed",
    [{"ansible_psrp_auth": "credssp"}, {**KERBEROS, "ansible_psrp_negotiate_delegate": True}],
    ids=["CredSSP", "forwarded ticket"],
)
def test_a_session_that_delegates_moves(moving_lab: Lab, changed: Mapping[str, Any]) -> None:
    result = moved(moving_lab, changed)
    assert result["changed"], result
    assert [call.outcome for call in moving_lab.journal.entries("Move-CsUser")] == ["done"]


@pytest.mark.parametrize(
    "changed",
    [{"ansible_psrp_auth": "ntlm"}, KERBEROS, {**KERBEROS, "ansible_psrp_auth": "negotiate"}],
    ids=["NTLM", "Kerberos", "Negotiate"],
)
def test_a_session_that_does_not_names_the_way_out(moving_lab: Lab, changed: Mapping[str, Any]) -> None:
    result = moved(moving_lab, changed)
    assert result["failed"]
    assert result["reason"]["code"] == "no_second_hop"
    for variable in ("credssp", "ansible_psrp_negotiate_delegate: true"):
        assert variable in result["msg"]
    assert moving_lab.front["sfb01"].shells() == []


@pytest.mark.parametrize(("method", "delegates"), [("credssp", True), ("ntlm", False)])
def test_who_delegates_is_shown(moving_lab: Lab, method: str, delegates: bool) -> None:
    signed_in = SignedIn(moving_lab, {"ansible_psrp_auth": method})
    signed_in.run("sfb01", "csuser_info", {"users": ["alice@contoso.com"]})
    with Control(moving_lab) as control, urllib.request.urlopen(f"{control.url}/shells", timeout=5) as answer:
        shown = json.load(answer)
    signed_in.close()
    expected = {"user": ACCOUNT[0], "configuration": "Microsoft.PowerShell", "delegates": delegates}
    assert shown == {"sfb01": [expected], "teams01": []}
