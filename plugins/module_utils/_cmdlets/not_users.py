# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts with a SIP address that Get-CsUser does not return, since they are no users: rooms, phones, devices, endpoints (R28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._model import reasons
from .._model.decision import Reason
from .._model.host import Host
from .._model.identity import UserId
from .._remote import Remote
from .calling import Calling
from .calls import NOT_USERS
from .matching import match


def read_not_users(remote: Remote, host: Host, users: Sequence[UserId]) -> dict[UserId, Reason]:
    """Return, for those of these users whom another cmdlet knows, a reason that says what they are.

    Cmdlets that the host does not offer are not asked; what none of those that are asked knows is not in the answer.
    """
    offered = [cmdlet for cmdlet in NOT_USERS if host.offers(cmdlet, "Identity")]
    asked = [(user, cmdlet) for user in users for cmdlet in offered]
    answers = remote.all([Calling.of(cmdlet, host).with_(Identity=user.sip).command for user, cmdlet in asked])
    found: dict[UserId, Reason] = {}
    for (user, cmdlet), answer in zip(asked, answers, strict=True):
        if match([user], answer.rows):
            found.setdefault(user, _is(user, cmdlet, NOT_USERS))
    return found


def _is(user: UserId, cmdlet: str, kinds: Mapping[str, str]) -> Reason:
    return reasons.NOT_A_USER.about(user=user.text, what=f"{cmdlet} returns it as {kinds[cmdlet]}")
