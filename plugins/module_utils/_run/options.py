# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that several modules share, as values that merge; `doc_fragments/users.py` documents the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible.module_utils.common.parameters import env_fallback

from .._ledger.interrupted import INTERRUPTED_TIMEOUT
from .._model.failure import InvalidOption
from .._model.fault import SAME_FAILURES
from .._model.identity import UserId, parse_users

Params = Mapping[str, Any]
Spec = dict[str, Mapping[str, object]]

USERS: Spec = {"users": {"type": "list", "elements": "str"}}
# The ledger in which a task is recorded, and as a part of what.
RECORDED: Spec = {
    "ledger": {"type": "str"},
    "ledger_password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["TEAMS_UPGRADE_LEDGER_PASSWORD"])},
    "wave": {"type": "str"},
    "run": {"type": "str"},
    "claim_timeout": {"type": "int", "default": 300},
    "interrupted_timeout": {"type": "int", "default": INTERRUPTED_TIMEOUT},
}
# For faults that pass by themselves: how often is tried again what is read or sent, and how many seconds later.
RETRIES: Spec = {
    "retries": {"type": "int", "default": 3},
    "retry_delay": {"type": "int", "default": 30},
}
# Of modules that read users, and of those that change what is no single user's.
READ_USERS: Spec = USERS | RETRIES
ON_RESOURCE: Spec = RECORDED | RETRIES
ON_USERS: Spec = ON_RESOURCE | {
    "users": {"type": "list", "elements": "str", "required": True},
    "max_fail_percentage": {"type": "int", "default": 0},
    "max_failures": {"type": "int"},
    "stop_after_same_failures": {"type": "int", "default": SAME_FAILURES},
    "start_before": {"type": "str"},
    "return_users": {"type": "str", "choices": ["changed", "all"], "default": "changed"},
}
# Options above that are refused when they are negative.
NOT_NEGATIVE = (
    "interrupted_timeout",
    "max_fail_percentage",
    "max_failures",
    "stop_after_same_failures",
    "retries",
    "retry_delay",
)


def refuse_negative(params: Params) -> None:
    """Raise InvalidOption for a number below 0 where that means nothing."""
    if (given := params.get("claim_timeout")) is not None and given < 1:
        raise InvalidOption(f"claim_timeout is {given}: give 1 or more.")
    for name in NOT_NEGATIVE:
        if (given := params.get(name)) is not None and given < 0:
            raise InvalidOption(f"{name} is {given}: give 0 or more.")


def moment_of(params: Params, option: str) -> datetime | None:
    """Return the moment of an option; None where it is not given. Raises InvalidOption for what is no time with an offset."""
    text = params.get(option)
    if text is None:
        return None
    remedy = "Write it with its offset from UTC, such as 2026-12-07T23:00:00+01:00. Nothing was sent."
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidOption(f"{option} is {text!r}, which is no time.", remedy) from None
    if found.tzinfo is None:
        raise InvalidOption(f"{option} is {text!r}, without an offset from UTC.", remedy)
    return found


def users_named(params: Params, notes: list[str]) -> list[UserId]:
    """Return the users of the option `users`, none where it is not given; `notes` as for `parse_users`. Raises InvalidUser."""
    return parse_users(params.get("users") or [], notes)
