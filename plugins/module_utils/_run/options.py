# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that several modules share, as values that merge; `doc_fragments/users.py` documents the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.failure import InvalidOption
from .._model.identity import UserId, parse_users

Params = Mapping[str, Any]
Spec = dict[str, Mapping[str, object]]

USERS: Spec = {"users": {"type": "list", "elements": "str"}}
ON_USERS: Spec = {
    "users": {"type": "list", "elements": "str", "required": True},
    "max_fail_percentage": {"type": "int", "default": 0},
    "max_failures": {"type": "int"},
    "stop_after_same_failures": {"type": "int", "default": 5},
    "retries": {"type": "int", "default": 3},
    "retry_delay": {"type": "int", "default": 30},
    "return_users": {"type": "str", "choices": ["changed", "all"], "default": "changed"},
}
# Options above that are refused when they are negative.
NOT_NEGATIVE = ("max_fail_percentage", "max_failures", "stop_after_same_failures", "retries", "retry_delay")


def refuse_negative(params: Params) -> None:
    """Raise InvalidOption for a number below 0 where that means nothing."""
    for name in NOT_NEGATIVE:
        if (given := params.get(name)) is not None and given < 0:
            raise InvalidOption(f"{name} is {given}: give 0 or more.")


def users_named(params: Params, notes: list[str]) -> list[UserId]:
    """Return the users of the option `users`, none where it is not given; `notes` as for `parse_users`. Raises InvalidUser."""
    return parse_users(params.get("users") or [], notes)
