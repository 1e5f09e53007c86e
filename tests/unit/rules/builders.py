# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts and decisions that read as sentences, for tables of rules."""

from __future__ import annotations

from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Pending,
    Refuse,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.sentences import whole

ALICE = UserId.parse("alice@contoso.com")


def cloud_user(homing: Homing, mode: Mode | None, assigned: str | None = "", **facts: Any) -> User:
    """A user as the tenant shows them."""
    facts = {"sip_address": "sip:alice@contoso.com", "user_principal_name": "alice@contoso.com"} | facts
    return User(ALICE, Side.ONLINE, homing, mode=mode, assigned=assigned, **facts)


def onprem(mode: Mode | None = Mode.ISLANDS, assigned: str | None = "", **facts: Any) -> User:
    """A user homed on-prem, seen from the cloud."""
    return cloud_user(Homing.ONPREM, mode, assigned, **facts)


def online(mode: Mode | None = Mode.TEAMS_ONLY, assigned: str | None = "", **facts: Any) -> User:
    """A user homed in the cloud, seen from the cloud."""
    return cloud_user(Homing.ONLINE, mode, assigned, **facts)


def server_user(homing: Homing = Homing.ONPREM, assigned: str | None = "", **facts: Any) -> User:
    """A user as Skype for Business Server shows them."""
    facts = {"sip_address": "sip:alice@contoso.com"} | facts
    return User(ALICE, Side.ONPREM, homing, assigned=assigned, **facts)


# Who is no user, or was not read, has no state.
STATELESS = frozenset(("not_a_user", "user_not_found", "not_enabled_onprem", "user_deleted", "ambiguous_user"))


def in_short(decision: Decision) -> str:
    """A decision in one word or two: keep, change, settling, refuse CODE, skip CODE, unread CODE. All of them are whole."""
    match decision:
        case Keep(state=state):
            assert state is not None
            return "keep"
        case Change(before=before, after=after, action=action):
            assert None not in (before, after, action)
            return f"change {action.cmdlet}"
        case Pending(state, reason):
            assert state is not None
            return f"settling {whole(reason).code}"
        case Refuse(reason, state, status):
            assert state is not None or reason.code in STATELESS
            return f"{'skip' if status.value == 'skipped' else 'refuse'} {whole(reason).code}"
        case Unknown(reason):
            return f"unread {whole(reason).code}"
