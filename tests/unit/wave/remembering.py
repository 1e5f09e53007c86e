# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of waves whose notice counts, with what earlier runs have left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory, UserMemory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState

from tests.unit.wave.runs import NOON, Shown, run, wave
from tests.unit.wave.stepping import do, of, ready
from tests.unit.wave.test_readiness import Item, skype, teams

INSTANCE = {"changed": True}
LACKS = "sfb01 does not offer Get-CsTeamsUpgradePolicy."
MISSING = {"code": "cmdlet_missing", "message": LACKS, "scope": "organisation"}
NO_INSTANCES = {"failed": True, "msg": "It has none.", "reason": MISSING}
ONPREM: tuple[Item, Item] = (skype(), teams())


def notified(**when: str | None) -> Memory:
    """What is remembered of users of contoso.com: when they were notified, if they were."""
    return Memory(
        {
            f"{name}@contoso.com": UserMemory(
                UserPhase.NOTIFIED if text else UserPhase.PLANNED, datetime.fromisoformat(text) if text else None
            )
            for name, text in when.items()
        }
    )


def on_the_day(
    users: Mapping[str, tuple[Item, Item]], memory: Memory | None = None, *, now: datetime = NOON, **facts: Any
) -> RunState:
    """A run on the day of the upgrade, or after it, that has read its users on both sides."""
    choices = {
        key: facts.pop(key) for key in ("check_mode", "phases", "most_users", "budget", "notify_policy") if key in facts
    }
    state = run(wave(users=list(users), **{"enforces_notice": True} | facts), now=now, **choices)
    state.wave("pilot").memory = memory or Memory()
    ready(
        state,
        [of(user, here) for user, (here, _dummy) in users.items()],
        [of(user, there) for user, (_dummy, there) in users.items()],
    )
    return state


def users_of(calls: Sequence[Shown]) -> list[str]:
    """The users of the calls of a step that name users."""
    return [user for call in calls for user in call.get("users", ())]


def late(state: RunState, side: str, *items: Shown) -> list[str]:
    """Notify late users of a side, with these items as the answer; return for whom the module was called."""
    answers = [INSTANCE] if side == "onprem" else []
    return users_of(do(state, f"notify_late_{side}", *answers, {"users": list(items)}))


def shown(state: RunState) -> dict[str, tuple[str, str]]:
    """The outcome of each user with the code of its reason."""
    found: Shown = summarise(state)
    return {user["user"]: (user["outcome"], user["code"]) for each in found["waves"] for user in each["users"]}


def sentence(state: RunState, user: str) -> str:
    """What the report says of a user."""
    found: Shown = summarise(state)
    return next(str(each["message"]) for each in found["waves"][0]["users"] if each["user"] == user)
