# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts with a SIP address that Get-CsUser does not return, since they are no users: rooms, phones, devices, endpoints (R28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._connection.client import Remote
from .._model import reasons
from .._model.decision import Reason
from .._model.host import Host
from .._model.identity import UserId
from .allowed_calls import NOT_USERS
from .command_builder import CommandBuilder
from .matching import match

# Up to how many users are asked for one by one; beyond, each cmdlet lists all that it knows in one call.
FEW = 20


def read_not_users(remote: Remote, host: Host, users: Sequence[UserId]) -> dict[UserId, Reason]:
    """Return, for those of these users that another cmdlet knows, a reason that says what they are.

    Cmdlets that the host does not offer are not asked; what none of those that are asked knows is not in the answer.
    """
    calls = [CommandBuilder.of(cmdlet, host) for cmdlet in NOT_USERS if users and host.offers(cmdlet, "Identity")]
    if len(users) > FEW:
        asked = [call.showing("SipAddress", "UserPrincipalName", "Identity") for call in calls]
    else:
        asked = [call.with_(Identity=user.sip) for call in calls for user in users]
    answers = remote.all([call.command for call in asked])
    found: dict[UserId, Reason] = {}
    for call, answer in zip(asked, answers, strict=True):
        for user in match(users, answer.rows):
            found.setdefault(user, _is(user, call.command.name, NOT_USERS))
    return found


def _is(user: UserId, cmdlet: str, kinds: Mapping[str, str]) -> Reason:
    return reasons.NOT_A_USER.format(user=user.text, what=f"{cmdlet} returns it as {kinds[cmdlet]}")
