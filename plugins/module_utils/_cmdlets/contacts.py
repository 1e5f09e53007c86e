# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Debug- and Test-CsUnifiedContactStore: whose contacts are in Exchange, from where a move does not bring them along (R25)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .._connection.client import Remote
from .._connection.messages import Answer
from .._model.host import Host
from .._model.identity import fold
from .._model.user import User
from .command_builder import CommandBuilder
from .properties import number, text

# Of a pool, how many users' contacts are in Exchange or on their way there.
_THERE = ("UcsMigratedCount", "UcsMigratingCount")

# The test signs in as the user and asks Exchange: where that fails, it says nothing of the contacts. How it says so is not documented.
_NOT_TESTED = re.compile(
    r"\b40[13]\b|unauthori[sz]ed|access.{0,5}denied|sign in|timed? ?out|unreachable", re.IGNORECASE
)


def in_exchange(remote: Remote, host: Host, users: Sequence[User]) -> dict[User, bool | None]:
    """Return, for users homed on-prem, whether their contacts are in the unified contact store; None where that is not known.

    Each pool is asked first how many such users it has: where it has none, that is one call for all of its users. In other pools
    there is one call per user, since no cmdlet tells of many users at once whose contacts are where. The test succeeds for users whose
    contacts are there.
    """
    asked = [user for user in users if user.registrar_pool and user.sip_address]
    none_there = _pools_without(remote, host, {fold(user.registrar_pool or "") for user in asked})
    known: dict[User, bool | None] = {user: False for user in asked if fold(user.registrar_pool or "") in none_there}
    doubtful = [user for user in asked if user not in known]
    if doubtful and host.offers("Test-CsUnifiedContactStore"):
        call = CommandBuilder.of("Test-CsUnifiedContactStore", host)
        commands = [
            call.with_(TargetFqdn=user.registrar_pool, UserSipAddress=user.sip_address).command for user in doubtful
        ]
        known |= dict(zip(doubtful, map(_is_there, remote.all(commands)), strict=True))
    return {user: known.get(user) for user in users}


def _pools_without(remote: Remote, host: Host, pools: Iterable[str]) -> set[str]:
    if not host.offers("Debug-CsUnifiedContactStore", "PoolFqdn"):
        return set()
    asked = sorted(pools)
    call = CommandBuilder.of("Debug-CsUnifiedContactStore", host)
    answers = remote.all([call.with_(PoolFqdn=pool).command for pool in asked])
    return {pool for pool, answer in zip(asked, answers, strict=True) if _has_none(answer)}


def _has_none(answer: Answer) -> bool:
    """Whether every front end says that it has nobody; a count that is not shown says nothing."""
    counts = [number(row, name) for row in answer.rows for name in _THERE]
    return answer.whole and bool(counts) and all(count == 0 for count in counts)


def _is_there(answer: Answer) -> bool | None:
    """Return what the test says: any success counts, and a failure where it is one of the contacts and not of the test."""
    results = [fold(text(row, "Result") or "") for row in answer.rows]
    if not answer.whole or not results:
        return None
    if "success" in results:
        return True
    untested = any(_NOT_TESTED.search(text(row, "Error") or "") for row in answer.rows)
    return False if set(results) == {"failure"} and not untested else None
