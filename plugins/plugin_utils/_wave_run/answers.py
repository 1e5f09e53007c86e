# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules answer to a step, as plain values, and with what only the step knows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ...module_utils._model import organisation_reasons
from ...module_utils._model.user import Side

DROPPED = ("invocation", "_ansible_parsed", "_ansible_no_log")


def plain(value: Any) -> Any:
    """Return an answer as dictionaries, lists, texts, numbers and Booleans: newer cores wrap what modules return, warnings above all.

    Lists are changed in place, and equal texts are one: an answer may be about 100,000 users, of whom most things are the same.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items() if key not in DROPPED}
    if value.__class__ is list:
        for place, each in enumerate(value):
            value[place] = plain(each)
        return value
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    event = getattr(value, "event", None)
    return str(getattr(event, "msg", event)) if event is not None else sys.intern(str(value))


def with_groups(answer: dict[str, Any], side: Side, host: str) -> dict[str, Any]:
    """Return the answer; where the host is of the other side, with the groups that may be swapped."""
    reason = answer.get("reason")
    if not isinstance(reason, Mapping) or reason.get("code") != organisation_reasons.WRONG_SIDE.code:
        return answer
    group, other = ("skype_servers", "teams_hosts") if side is Side.ONPREM else ("teams_hosts", "skype_servers")
    groups = f"{host} is the host of the group {group}: look whether the hosts of {group} and {other} are swapped."
    return {**answer, "msg": f"{answer.get('msg', '')} {groups}"}
