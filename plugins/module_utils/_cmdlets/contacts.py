# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test-CsUnifiedContactStore: whose contacts are in Exchange, from where a move does not bring them along (R25)."""

from __future__ import annotations

from collections.abc import Sequence

from .._model.host import Host
from .._model.identity import fold
from .._model.user import Homing, User
from .._remote import Answer, Remote, State
from .calling import Calling
from .properties import text


def in_exchange(remote: Remote, host: Host, users: Sequence[User]) -> dict[User, bool | None]:
    """Return, for every user homed on-prem, whether their contacts are in the unified contact store; None where that is not known.

    The test succeeds for users whose contacts are there. There is no cmdlet for many users at once: this is one call per user.
    """
    asked = [user for user in users if user.homing is Homing.ONPREM and user.registrar_pool and user.sip_address]
    if not host.offers("Test-CsUnifiedContactStore"):
        return dict.fromkeys(users)
    call = Calling.of("Test-CsUnifiedContactStore", host)
    commands = [call.with_(TargetFqdn=user.registrar_pool, UserSipAddress=user.sip_address).command for user in asked]
    answers = dict(zip(asked, remote.all(commands), strict=True))
    return {user: _is_there(answers[user]) if user in answers else None for user in users}


def _is_there(answer: Answer) -> bool | None:
    if answer.errors or answer.state is not State.COMPLETED or not answer.rows:
        return None
    return {"success": True, "failure": False}.get(fold(text(answer.rows[0], "Result") or ""))
