# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New- and Get-CsBatchPolicyAssignmentOperation: one grant to many users, carried out by the service in its own time (A.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .._connection.messages import Answer, Command, Row
from .._model.actions import GrantInBatch
from .._model.host import Host
from .._model.identity import address_of, fold
from .command_builder import CommandBuilder, for_identities
from .properties import number, text

# Users per operation that the service takes.
LIMIT = 5000
_ENDED = frozenset(("complete", "completed"))
_SUCCESS = "success"
_GET = "Get-CsBatchPolicyAssignmentOperation"
# What operations are named, so that the next run finds those of one that was killed and asks for nothing twice.
NAME = "sfb.teams_upgrade"


def new_operation(identities: Sequence[str], policy: str | None, host: Host) -> Command:
    """Start an operation for up to LIMIT users, named by SIP address or object id. An empty PolicyName takes assignments away.

    The operation is named after the policy.
    Raises NotOffered also where the host cannot say what came of it.
    """
    call = CommandBuilder.of(GrantInBatch.cmdlet, host)
    call = call.with_(Identity=list(identities), PolicyType="TeamsUpgradePolicy", PolicyName=policy or "")
    get_operation("", host)
    return call.where_offered(OperationName=_name(policy or ""), Confirm=False).command


def is_named(command: Command) -> bool:
    """Return whether an operation gets a name, by which it can be found again."""
    return "OperationName" in command.parameters


def _name(policy: str) -> str:
    return f"{NAME} {policy}".rstrip()


def merged(commands: Sequence[Command]) -> Command:
    """Return one operation for the users of several, which are for the same policy."""
    users = [user for command in commands for user in _users(command)]
    return for_identities(commands[0], users)


def policy_of(command: Command) -> str:
    """Return the policy that an operation assigns; empty where it takes assignments away."""
    return str(command.parameters["PolicyName"])


def _users(command: Command) -> Sequence[str]:
    named = command.parameters["Identity"]
    return [str(each) for each in named] if isinstance(named, list) else []


def list_operations(host: Host) -> Command:
    """Ask for the operations of the last 30 days, without the states of users."""
    return CommandBuilder.of(_GET, host).showing("OperationId", "OperationName", "OverallStatus").command


def at_work(answer: Answer, policy: str) -> list[str]:
    """Return the ids of operations that an earlier run has started for a policy, and that have not ended."""
    ours = [row for row in answer.rows if fold(text(row, "OperationName") or "") == fold(_name(policy))]
    running = [row for row in ours if fold(text(row, "OverallStatus") or "") not in _ENDED]
    return [found for row in running if (found := text(row, "OperationId"))]


def get_operation(operation: str, host: Host) -> Command:
    """Ask how far an operation has come, with the state of each user: a list of objects, of which only a projection returns more than
    their text.
    """
    call = CommandBuilder.of(_GET, host).with_(Identity=operation)
    return call.showing("OperationId", "OverallStatus", "CompletedCount", "ErrorCount", "UserState").command


def operation_id(answer: Answer) -> str | None:
    """Return the operation's id: the cmdlet returns text, in some versions an object that holds it."""
    for item in answer.output:
        found = text(item, "OperationId") if isinstance(item, dict) else str(item).strip()
        if found:
            return found
    return None


@dataclass(frozen=True, slots=True)
class OperationStatus:
    """How far an operation has come.

    `failed` says, by folded id or address, why a user failed; `succeeded` holds who did not, `waiting` whose turn has not come.
    `unread`: it says something of users that cannot be read, or nothing of any. `faultless`: it has ended and counts no error.
    """

    ended: bool
    succeeded: frozenset[str] = frozenset()
    failed: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = field(default=frozenset(), compare=False)
    unread: bool = field(default=False, compare=False)
    faultless: bool = field(default=False, compare=False)

    def unknown(self, asked: frozenset[str]) -> frozenset[str]:
        """Return those of the users `asked` for whose result is not known: they may well have been granted.

        Where users are named otherwise than they were asked for, or not at all, nobody knows who is meant.
        """
        named = self.succeeded | self.failed.keys() | self.waiting
        return asked - named if self.unread or not named <= asked else frozenset()


def progress_in(answer: Answer) -> OperationStatus | None:
    """Return what an operation's detail says; None when it could not be read. A completed operation may well hold failures."""
    if not answer.whole or not answer.rows:
        return None
    row = answer.rows[0]
    states = row.get("UserState")
    listed = states if isinstance(states, list) else [states]
    users = [each for each in listed if isinstance(each, dict) and _says_how(each)]
    results = {address_of(each.get("Id")): text(each, "Result") or "" for each in users if _is_done(each)}
    ended = fold(text(row, "OverallStatus") or "") in _ENDED
    return OperationStatus(
        ended=ended,
        succeeded=frozenset(user for user, result in results.items() if fold(result) == _SUCCESS),
        failed={user: result for user, result in results.items() if fold(result) != _SUCCESS},
        waiting=frozenset(address_of(each.get("Id")) for each in users if not _is_done(each)),
        unread=not users or len(users) < len(listed),
        faultless=ended and number(row, "ErrorCount") == 0 and bool(number(row, "CompletedCount")),
    )


def _is_done(state: Row) -> bool:
    return fold(text(state, "State") or "completed") == "completed"


def _says_how(state: Row) -> bool:
    """Return whether a user's state says who is meant, and of one who is done whether it worked."""
    return bool(state.get("Id")) and bool(not _is_done(state) or text(state, "Result"))
