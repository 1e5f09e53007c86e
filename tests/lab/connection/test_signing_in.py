# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant that a sign-in leads to, and sign-ins that expire while commands wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from unittest import mock

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation import texts
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT, TENANT_ID

from tests.engines import EACH, REPEATED
from tests.lab.connection.client import command, options_for
from tests.lab.connection.conftest import Connect

OTHER_ID = "00000000-aaaa-bbbb-cccc-000000000000"
IDENTITY: Mapping[str, Any] = {"teams_managed_identity": True}
USERS = [f"user{number}@contoso.com" for number in range(8)]


def granting(user: str) -> dict[str, Any]:
    return command("Grant-CsTeamsUpgradePolicy", Identity=user, PolicyName="Islands")


@pytest.mark.parametrize("tenant", [TENANT_ID, TENANT_ID.upper(), "contoso.com", "Contoso.com"])
def test_a_sign_in_to_the_tenant_that_was_asked_for_is_used(connect: Connect, tenant: str) -> None:
    assert connect("teams01", teams_tenant_id=tenant, **IDENTITY).hello()["signed_in"] is True


@pytest.mark.parametrize("tenant", [OTHER_ID, "fabrikam.com"])
def test_a_sign_in_to_another_tenant_is_refused(connect: Connect, lab: Lab, tenant: str) -> None:
    fault = connect("teams01", teams_tenant_id=tenant, **IDENTITY).fault()
    assert fault["code"] == "sign_in_failed"
    assert all(part in fault["message"] for part in ("teams01", tenant, TENANT_ID, "nothing is done"))
    assert "ansible_runspace_teams_tenant_id" in fault["remedy"]
    assert {entry.cmdlet for entry in lab.journal.entries()} <= {
        "Get-Command",
        "Connect-MicrosoftTeams",
        "Get-CsTenant",
    }


def test_a_tenant_that_cannot_be_seen_is_taken_for_the_one(connect: Connect, lab: Lab) -> None:
    lab.faults.order(OrderedFault("Get-CsTenant", "Access denied.", times=None))
    assert connect("teams01", teams_tenant_id="fabrikam.com", **IDENTITY).hello()["signed_in"] is True


@pytest.mark.parametrize("engine", EACH, indirect=True)
def test_a_sign_in_that_expires_is_made_again_and_nothing_is_sent_twice(connect: Connect, lab: Lab) -> None:
    client = connect("teams01", sessions=1, **IDENTITY)
    client.hello()
    lab.journal.clear()
    first = client.run(*map(granting, USERS[:4]), command("Get-CsOnlineUser", Identity=USERS[0]))
    lab.organisation.model.sign_ins.expire()
    second = client.run(command("Get-CsOnlineUser", Identity=USERS[0]), *map(granting, USERS[4:]))
    assert {answer["state"] for answer in (*first, *second)} == {"completed"}
    entries = lab.journal.entries()
    assert Counter(entry.cmdlet for entry in entries)["Connect-MicrosoftTeams"] == 1
    done = Counter(str(entry.parameters["Identity"]) for entry in entries if entry.cmdlet.startswith("Grant-"))
    assert done == dict.fromkeys(USERS, 1)


@pytest.mark.parametrize("engine", REPEATED, indirect=True)
def test_a_write_that_an_expired_sign_in_refused_is_sent_again(connect: Connect, lab: Lab) -> None:
    client = connect("teams01", sessions=1, **IDENTITY)
    client.hello()
    lab.organisation.model.sign_ins.expire()
    assert client.states(granting(USERS[0])) == ["completed"]
    assert client.states(command("Get-CsOnlineUser", Identity=USERS[0])) == ["completed"]


def test_a_sign_in_that_cannot_be_renewed_says_so_and_is_tried_once(connect: Connect, lab: Lab) -> None:
    client = connect("teams01", sessions=1, **IDENTITY)
    client.hello()
    lab.organisation.model.sign_ins.expire()
    lab.journal.clear()
    lab.faults.order(OrderedFault("Connect-MicrosoftTeams", "AADSTS700082: The token has expired.", times=None))
    answers = client.run(*map(granting, USERS[:3]))
    assert {answer["state"] for answer in answers} == {"failed"}
    messages = [[error["message"] for error in answer["errors"]] for answer in answers]
    assert messages[0][0] == messages[1][0] == texts.TOKEN_EXPIRED
    assert "Signing in again failed: Microsoft Teams refuses the sign-in with the managed identity" in messages[0][1]
    assert [len(each) for each in messages] == [2, 1, 1]
    assert Counter(entry.cmdlet for entry in lab.journal.entries())["Connect-MicrosoftTeams"] == 1


def test_a_service_that_goes_on_refusing_is_asked_twice(connect: Connect, lab: Lab) -> None:
    client = connect("teams01", sessions=1, **IDENTITY)
    client.hello()
    lab.faults.order(OrderedFault("Grant-CsTeamsUpgradePolicy", texts.TOKEN_EXPIRED, times=None))
    lab.journal.clear()
    assert client.states(*map(granting, USERS[:2])) == ["failed", "failed"]
    asked = Counter(entry.cmdlet for entry in lab.journal.entries())
    assert (asked["Connect-MicrosoftTeams"], asked["Grant-CsTeamsUpgradePolicy"]) == (1, 3)


def test_secrets_that_were_replaced_are_used_for_the_next_sign_in(connect: Connect, lab: Lab) -> None:
    client = connect("teams01", sessions=1, teams_access_tokens=["lab-graph-token", "lab-teams-token"])
    client.hello()
    settings = lab.organisation.model.sign_ins.settings
    with mock.patch.object(settings, "access_tokens", ("new-graph-token", "new-teams-token")):
        lab.organisation.model.sign_ins.expire()
        renewed = options_for(lab.front["teams01"], teams_access_tokens=["new-graph-token", "new-teams-token"])
        client.service.renew(renewed.__getitem__)
        assert client.states(granting(USERS[0])) == ["completed"]
    assert not [secret for secret in client.service.secrets if secret in str(client.hello())]


def test_a_password_that_was_replaced_is_used_for_the_next_session(connect: Connect, lab: Lab) -> None:
    client = connect("teams01", sessions=1, **IDENTITY)
    client.hello()
    user, _password = ACCOUNT
    renewed = options_for(lab.front["teams01"], remote_password="the new one", **IDENTITY)
    # The simulated host has no way to change a password.
    with mock.patch.dict(lab.front["teams01"]._accounts._passwords, {user.casefold(): "the new one"}):
        client.service.renew(renewed.__getitem__)
        lab.front["teams01"].drop_shells()
        assert client.states(command("Get-CsOnlineUser", Identity=USERS[0])) == ["completed"]
