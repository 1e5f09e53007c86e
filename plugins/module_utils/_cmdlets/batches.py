# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New- and Get-CsBatchPolicyAssignmentOperation: one grant to many users, carried out by the service in its own time (A.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .._model.actions import GrantInBatch
from .._model.host import Host
from .._model.identity import address_of, fold
from .._remote import Answer, Command, Row
from .calling import Calling
from .properties import text

# Users per operation that the service takes.
LIMIT = 5000
_ENDED = frozenset(("complete", "completed"))
_SUCCESS = "success"


def new_operation(identities: Sequence[str], policy: str | None, host: Host) -> Command:
    """Start an operation for up to LIMIT users, named by SIP address or object id. An empty PolicyName takes assignments away."""
    call = Calling.of(GrantInBatch.cmdlet, host)
    call = call.with_(Identity=list(identities), PolicyType="TeamsUpgradePolicy", PolicyName=policy or "")
    return call.where_offered(Confirm=False).command


def get_operation(operation: str, host: Host) -> Command:
    """Ask how far an operation has come, with the state of each user."""
    return Calling.of("Get-CsBatchPolicyAssignmentOperation", host).with_(Identity=operation).command


def operation_id(answer: Answer) -> str | None:
    """Return the operation's id: the cmdlet returns text, in some versions an object that holds it."""
    for item in answer.output:
        found = text(item, "OperationId") if isinstance(item, dict) else str(item).strip()
        if found:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation has come. `failed` says, by folded id or address, why a user failed; `succeeded` holds who did not."""

    ended: bool
    succeeded: frozenset[str] = frozenset()
    failed: Mapping[str, str] = field(default_factory=dict)


def progress_in(answer: Answer) -> Progress | None:
    """Return what an operation's detail says; None when it could not be read. A completed operation may well hold failures."""
    if not answer.whole or not answer.rows:
        return None
    row = answer.rows[0]
    states = row.get("UserState")
    users = [each for each in (states if isinstance(states, list) else [states]) if isinstance(each, dict)]
    results = {address_of(each.get("Id")): text(each, "Result") or "" for each in users if _is_done(each)}
    return Progress(
        ended=fold(text(row, "OverallStatus") or "") in _ENDED,
        succeeded=frozenset(user for user, result in results.items() if fold(result) == _SUCCESS),
        failed={user: result for user, result in results.items() if fold(result) != _SUCCESS},
    )


def _is_done(state: Row) -> bool:
    return fold(text(state, "State") or "completed") == "completed"
