# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsGroupPolicyAssignment and Get-CsUserPolicyAssignment: what users have by being in a group (R8)."""

from __future__ import annotations

from collections.abc import Sequence

from .._connection.client import Remote
from .._connection.messages import Answer, Row
from .._model.host import Host
from .._model.identity import fold
from .._model.policy import name_in
from .._model.user import Side, User
from .command_builder import CommandBuilder
from .properties import text

_TYPE = "TeamsUpgradePolicy"


def read_group_policies(remote: Remote, host: Host, users: Sequence[User]) -> dict[User, str | None]:
    """Return, for users without an assignment of their own, the instance that a group gives them, "" for none; None where that could
    not be read.

    The service documents that it takes no such assignments for this type of policy; its own cmdlets show them where there are any. So
    one call tells whether there are, and only then users are asked for one by one.
    """
    asked = [user for user in users if user.assigned == ""]
    if host.side is not Side.ONLINE or not host.offers("Get-CsGroupPolicyAssignment"):
        return dict.fromkeys(asked, "")
    call = CommandBuilder.of("Get-CsGroupPolicyAssignment", host).with_(PolicyType=_TYPE)
    groups = remote.one(call.command)
    if not groups.rows or not host.offers("Get-CsUserPolicyAssignment"):
        unread = groups.rows or not groups.whole
        return dict.fromkeys(asked, None if unread else "")
    each = CommandBuilder.of("Get-CsUserPolicyAssignment", host).with_(PolicyType=_TYPE)
    each = each.showing("PolicyType", "PolicyName", "PolicySource")
    answers = remote.all([each.with_(Identity=user.user_principal_name or user.identity).command for user in asked])
    return dict(zip(asked, map(_by_group, answers), strict=True))


def _by_group(answer: Answer) -> str | None:
    """The sources are listed the nearest first: a user's own, then groups by rank. No answer means the tenant default, and a source that
    cannot be read, or a group's policy without a name, that it is not known.
    """
    if not answer.whole:
        return None
    rows = [row for row in answer.rows if fold(text(row, "PolicyType") or "") == fold(_TYPE)]
    found = [source for row in rows for source in _sources(row)]
    if any(not isinstance(one, dict) for one in found):
        return None
    named = [one for one in found if isinstance(one, dict) and fold(text(one, "AssignmentType") or "") == "group"]
    return name_in(named[0].get("PolicyName")) if named else ""


def _sources(row: Row) -> list[object]:
    value = row.get("PolicySource")
    return [one for one in (value if isinstance(value, list) else [value]) if one is not None]
