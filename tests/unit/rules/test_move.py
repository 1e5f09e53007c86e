# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where users are moved (R16, R31 to R33, R63)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import (
    HostingProvider,
    Target,
    default_target,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.move import Move
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.builders import in_short, server_user

CLOUD = Target("sipfed.online.lync.com", Homing.ONLINE)
POOL = Target("pool01.contoso.com", Homing.ONPREM)
MOVE = "change Move-CsUser"


def to(target: Target) -> Move:
    return Move(target, MoveUser("", ""))


@pytest.mark.parametrize(
    ("target", "user", "decision"),
    [
        (CLOUD, server_user(), MOVE),
        (CLOUD, server_user(Homing.ONLINE), "keep"),
        (CLOUD, server_user(Homing.UNKNOWN), "unread homing_unknown"),
        (POOL, server_user(Homing.ONLINE), MOVE),
        (POOL, server_user(registrar_pool="POOL01.contoso.com"), "keep"),
        (POOL, server_user(registrar_pool="pool02.contoso.com"), MOVE),
        (POOL, server_user(Homing.UNKNOWN), "unread homing_unknown"),
    ],
)
def test_r31_a_user_who_is_homed_there_is_not_moved(target: Target, user: User, decision: str) -> None:
    assert in_short(to(target).decide(user)) == decision


def test_r31_a_move_names_the_user_and_the_target() -> None:
    decision = to(CLOUD).decide(server_user(registrar_pool="pool01.contoso.com"))
    assert isinstance(decision, Change)
    assert decision.action == MoveUser("sip:alice@contoso.com", "sipfed.online.lync.com")
    assert decision.before == {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}
    assert decision.after == {"homing": "online"}


SHARED = HostingProvider("sipfed.online.lync.com", enabled=True, shared=True)


@pytest.mark.parametrize(
    ("providers", "target"),
    [
        ([SHARED], "sipfed.online.lync.com"),
        ([HostingProvider("exap.um.outlook.com", enabled=True, shared=False), SHARED], "sipfed.online.lync.com"),
        ([HostingProvider("sipfed.online.lync.com", enabled=False, shared=True)], None),
        ([], None),
    ],
)
def test_r16_the_default_target_is_an_enabled_provider_with_a_shared_address_space(
    providers: list[HostingProvider], target: str | None
) -> None:
    assert default_target(providers) == target


@given(st.sampled_from(Homing), st.sampled_from([CLOUD, POOL]), st.booleans())
def test_r33_contacts_are_discarded_only_where_that_was_asked_for(
    homing: Homing, target: Target, discard: bool
) -> None:
    wish = Move(target, MoveUser("", "", discard_contacts_and_meetings=discard))
    decision = wish.decide(server_user(homing))
    if isinstance(decision, Change):
        assert isinstance(decision.action, MoveUser)
        assert decision.action.discard_contacts_and_meetings is discard


@pytest.mark.parametrize(
    ("user", "before"),
    [
        (server_user(Homing.ONLINE), {"homing": "online"}),
        (
            server_user(registrar_pool="pool02.contoso.com"),
            {"homing": "onprem", "registrar_pool": "pool02.contoso.com"},
        ),
    ],
)
def test_r63_a_move_to_a_pool_shows_the_pool(user: User, before: dict[str, object]) -> None:
    decision = to(POOL).decide(user)
    assert isinstance(decision, Change)
    assert decision.before == before
    assert decision.after == {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}
