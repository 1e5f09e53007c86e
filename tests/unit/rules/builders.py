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


def in_short(decision: Decision) -> str:
    """A decision in one word or two: keep, change, settling, refuse CODE, skip CODE, unread CODE."""
    match decision:
        case Keep():
            return "keep"
        case Change(action=action):
            return f"change {action.cmdlet}"
        case Pending(reason=reason):
            return f"settling {reason.code}"
        case Refuse(reason, _, status):
            return f"{'skip' if status.value == 'skipped' else 'refuse'} {reason.code}"
        case Unknown(reason):
            return f"unread {reason.code}"
