# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts as results show them, and as they are read from results again."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope, as_sentence
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.onprem_dependencies import OnpremDependencies
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

ALICE = UserId.parse("alice@contoso.com")
ONLINE = User(
    ALICE,
    Side.ONLINE,
    Homing.ONPREM,
    sip_address="sip:alice@contoso.com",
    user_principal_name="alice@fabrikam.com",
    display_name="Alice",
    mode=Mode.TEAMS_ONLY,
    assigned="UpgradeToTeams",
    notify=False,
    hosting_provider="SRV:",
    enterprise_voice=True,
    line_uri="tel:+15551234",
    on_prem_hosting_provider="SRV:",
    on_prem_enterprise_voice=True,
    on_prem_line_uri="",
    dir_synced=True,
    account_type="User",
    interpreted_user_type="HybridOnpremTeamsOnlyUser",
    licences=frozenset(("Teams", "MCOEV")),
    validation_errors=("twice",),
    override_policy="UpgradeToTeams",
    policy_read_only="ModeAndNotifications",
)
SHOWN: dict[str, object] = {
    "homing": "onprem",
    "sip_address": "sip:alice@contoso.com",
    "user_principal_name": "alice@fabrikam.com",
    "display_name": "Alice",
    "side": "online",
    "mode": "TeamsOnly",
    "assigned": "UpgradeToTeams",
    "notify": False,
    "hosting_provider": "SRV:",
    "enterprise_voice": True,
    "line_uri": "tel:+15551234",
    "on_prem_hosting_provider": "SRV:",
    "on_prem_enterprise_voice": True,
    "on_prem_line_uri": "",
    "dir_synced": True,
    "account_type": "User",
    "interpreted_user_type": "HybridOnpremTeamsOnlyUser",
    "override_policy": "UpgradeToTeams",
    "policy_read_only": "ModeAndNotifications",
    "inconsistent": True,
    "licences": ["MCOEV", "Teams"],
    "validation_errors": ["twice"],
}
SERVER = User(ALICE, Side.ONPREM, Homing.ONLINE, assigned="", registrar_pool="", enabled=True)
SERVER_SHOWN: dict[str, object] = {
    "homing": "online",
    "sip_address": None,
    "user_principal_name": None,
    "display_name": None,
    "side": "onprem",
    "mode": None,
    "assigned": None,
    "registrar_pool": "",
    "enabled": True,
}


@pytest.mark.parametrize(("user", "shown"), [(ONLINE, SHOWN), (SERVER, SERVER_SHOWN)])
def test_a_user_is_shown_with_what_is_known_and_read_again(user: User, shown: dict[str, object]) -> None:
    assert user.to_result() == shown
    assert User.from_result(ALICE, shown, user.side) == user


def test_what_is_not_known_of_a_user_is_left_out_or_null() -> None:
    bare = User(ALICE, Side.ONLINE, Homing.UNKNOWN)
    shown = bare.to_result()
    assert shown == {
        "homing": "unknown",
        "sip_address": None,
        "user_principal_name": None,
        "display_name": None,
        "side": "online",
        "mode": None,
        "inconsistent": False,
        "licences": None,
        "validation_errors": None,
    }
    assert User.from_result(ALICE, shown, Side.ONLINE) == bare
    assert User.from_result(ALICE, {}, Side.ONLINE) == bare


@pytest.mark.parametrize(
    ("changed", "fact", "value"),
    [
        ({"homing": "elsewhere"}, "homing", Homing.UNKNOWN),
        ({"homing": None}, "homing", Homing.UNKNOWN),
        ({"mode": "islands"}, "mode", Mode.ISLANDS),
        ({"mode": "XXXX"}, "mode", None),
        ({"licences": []}, "licences", frozenset()),
        ({"licences": "Teams"}, "licences", None),
        ({"licences": None}, "licences", None),
        ({"licences": 5}, "licences", None),
        ({"validation_errors": []}, "validation_errors", ()),
        ({"validation_errors": [1]}, "validation_errors", ("1",)),
        ({"assigned": None}, "assigned", ""),
        ({"sip_address": None}, "sip_address", ""),
    ],
)
def test_a_result_that_says_something_else_is_read_as_it_is(changed: dict[str, Any], fact: str, value: object) -> None:
    assert getattr(User.from_result(ALICE, SHOWN | changed, Side.ONLINE), fact) == value


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (OnpremDependencies(), {}),
        (
            OnpremDependencies(True, False, None, frozenset(("contacts_in_exchange", "mailbox_onprem", "dial_in"))),
            {"contacts_in_exchange": True, "mailbox_onprem": False, "dial_in": None},
        ),
        (OnpremDependencies(dial_in=True, asked=frozenset(("dial_in",))), {"dial_in": True}),
        (OnpremDependencies(mailbox_onprem=None, asked=frozenset(("mailbox_onprem",))), {"mailbox_onprem": None}),
    ],
)
def test_what_a_user_has_onprem_is_shown_as_far_as_it_was_asked_for(
    found: OnpremDependencies, shown: dict[str, bool | None]
) -> None:
    assert found.to_result() == shown
    assert OnpremDependencies.from_result({"user": "alice@contoso.com", **shown}) == found


def test_what_was_read_unasked_is_shown_as_well() -> None:
    assert OnpremDependencies(dial_in=False).to_result() == {"dial_in": False}


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (
            {"code": "x", "message": "X.", "remedy": "Do Y.", "scope": "organisation", "retryable": True},
            Reason("x", "X.", "Do Y.", Scope.ORGANISATION),
        ),
        ({"code": "x", "message": "X.", "remedy": "Do Y.", "scope": "user"}, Reason("x", "X.", "Do Y.")),
        ({"code": "x", "message": None, "remedy": ""}, Reason("x", "", "")),
        ({"scope": "anything"}, Reason("", "", "")),
    ],
)
def test_a_reason_is_read_from_a_result(shown: dict[str, object], reason: Reason) -> None:
    assert Reason.of(shown) == reason


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It is busy", "It is busy."),
        ("It is busy.", "It is busy."),
        ("It is busy!", "It is busy!"),
        ("Is it busy?", "Is it busy?"),
        ("It said:", "It said:"),
        ("It is busy (very.)", "It is busy (very.)"),
        ("It is busy (very)", "It is busy (very)."),
        ("  It is\n\n  busy ", "It is busy."),
        ("It \x1b[31mis\x9b2J busy\u202e", "It \ufffd[31mis\ufffd2J busy\ufffd."),
        ("", ""),
        (" \n", ""),
    ],
)
def test_a_text_becomes_a_sentence_on_one_line(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence
