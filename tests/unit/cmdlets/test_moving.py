# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The call that moves a user, on hosts that offer different things (R23, R24, R32 to R34, R78)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.acting import command_for
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Credential
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cmdlets.hosts import onprem

SIP = "sip:alice@contoso.com"
CLOUD = "sipfed.online.lync.com"


def sent(action: MoveUser, host: Host) -> dict[str, object]:
    """The parameters that a move sends to a host."""
    return dict(command_for(action, host).parameters)


BARE_MOVE = {"Identity": SIP, "Target": CLOUD, "MoveToTeams": True, "Confirm": False}


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({}, {}),
        (
            {"credential_user": "admin@contoso.com", "credential_password": "s3cret"},
            {"Credential": Credential("admin@contoso.com", "s3cret")},
        ),
        ({"credential_user": "admin@contoso.com"}, {}),
        ({"hosted_migration_override_url": "https://admin1a"}, {"HostedMigrationOverrideUrl": "https://admin1a"}),
        ({"proxy_pool": "pool02"}, {"ProxyPool": "pool02"}),
        ({"domain_controller": "dc1"}, {"DomainController": "dc1"}),
        ({"without_telephony": True}, {"BypassEnterpriseVoiceCheck": True}),
        ({"discard_contacts_and_meetings": True}, {"Force": True}),
    ],
)
def test_r32_a_move_sends_what_was_asked_for_and_nothing_else(options: dict[str, Any], more: dict[str, object]) -> None:
    assert sent(MoveUser(SIP, CLOUD, **options), onprem()) == BARE_MOVE | more


@pytest.mark.parametrize(
    ("to_teams", "host", "parameters"),
    [
        (True, onprem(), BARE_MOVE),
        (False, onprem(), {"Identity": SIP, "Target": CLOUD, "Confirm": False}),
        (
            True,
            onprem(Move_CsUser="Identity Target Credential Confirm"),
            {"Identity": SIP, "Target": CLOUD, "Confirm": False},
        ),
        (True, onprem("", Move_CsUser="Identity Target"), {"Identity": SIP, "Target": CLOUD}),
    ],
)
def test_r32_move_to_teams_is_sent_where_it_is_asked_for_and_offered(
    to_teams: bool, host: Host, parameters: dict[str, object]
) -> None:
    assert sent(MoveUser(SIP, CLOUD, to_teams=to_teams), host) == parameters


moves = st.builds(
    MoveUser,
    st.just(SIP),
    st.sampled_from([CLOUD, "pool01.contoso.com"]),
    to_teams=st.booleans(),
    without_telephony=st.booleans(),
    discard_contacts_and_meetings=st.booleans(),
    credential_user=st.none() | st.just("admin@contoso.com"),
    credential_password=st.none() | st.just("s3cret"),
    hosted_migration_override_url=st.none() | st.just("https://admin1a"),
    proxy_pool=st.none() | st.just("pool02"),
    domain_controller=st.none() | st.just("dc1"),
    report_dir=st.none() | st.just("D:\\Reports"),
)


@given(moves)
def test_r33_force_means_data_loss_and_is_sent_for_nothing_else(move: MoveUser) -> None:
    parameters = sent(move, onprem())
    assert ("Force" in parameters) is move.discard_contacts_and_meetings
    assert ("BypassEnterpriseVoiceCheck" in parameters) is move.without_telephony
    # R23: never by default, and there is no option for it.
    assert not {"BypassAudioConferencingCheck", "UseOAuth"} & set(parameters)
    assert ("Report" in parameters) is (move.report_dir is not None)


@given(moves)
def test_r34_a_move_never_asks_for_confirmation(move: MoveUser) -> None:
    assert sent(move, onprem())["Confirm"] is False


def test_r78_a_password_is_in_no_text_of_a_command() -> None:
    command = command_for(MoveUser(SIP, CLOUD, credential_user="admin", credential_password="s3cret"), onprem())
    assert "s3cret" not in repr(command)
    assert command.to_request()["parameters"] == BARE_MOVE | {
        "Credential": {"type": "credential", "user": "admin", "password": "s3cret"}
    }
