# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that several modules share, as values that merge; `doc_fragments/users.py` documents the same ones."""

from __future__ import annotations

from collections.abc import Mapping

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
