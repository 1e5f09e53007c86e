# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading users: in bulk where a cmdlet allows it, singly where an answer is missing, so that the reason is known.

An error record from pipeline input or a filter does not say whom it is about. What does not come back from a bulk read is therefore
read again by its identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from .._model import faults, reasons
from .._model.decision import Reason, Scope
from .._model.host import Host
from .._model.identity import UserId, address_of
from .._model.user import Side, User
from .._remote import Answer, Command, Remote, Row
from . import get_csonlineuser, get_csuser
from .calling import Calling, fault_text, faults_of
from .properties import account_of, existing, is_deleted

Facts: TypeAlias = User | Reason


@dataclass(frozen=True, slots=True)
class Reader:
    """How users are read on one side: `single` by one identity, `bulk` many by their addresses, `by_names` many by their user principal
    names alone.
    """

    properties: tuple[str, ...]
    single: Callable[[str, Host], Command]
    bulk: Callable[[Sequence[UserId], Host], list[Command]]
    by_names: Callable[[Sequence[UserId], Host], list[Command]]
    parse: Callable[[UserId, Row], Facts]


READERS = {
    Side.ONPREM: Reader(
        get_csuser.PROPERTIES,
        get_csuser.by_identity,
        get_csuser.by_identities,
        get_csuser.by_names,
        get_csuser.user_from,
    ),
    Side.ONLINE: Reader(
        get_csonlineuser.PROPERTIES,
        get_csonlineuser.by_identity,
        get_csonlineuser.by_identities,
        get_csonlineuser.by_names,
        get_csonlineuser.user_from,
    ),
}


def read_users(
    remote: Remote, host: Host, users: Sequence[UserId], *, domain_controller: str | None = None
) -> dict[UserId, Facts]:
    """Return, for every user, the facts of this host's side or the reason why there are none.

    `domain_controller` is asked where one is named: another one would show what was written there only later (R29). Raises NotOffered
    where the host cannot read users at all.
    """
    return _Reading(remote, host, READERS[host.side], domain_controller).read(users)


class _Reading:
    """One round of reading. Whole objects of the first users show which properties exist; the others are projected to those."""

    # How many users are tried before giving up on finding one that exists, whose object shows the properties.
    SAMPLES = 3

    def __init__(self, remote: Remote, host: Host, reader: Reader, domain_controller: str | None) -> None:
        self._domain_controller = domain_controller
        self._remote = remote
        self._host = host
        self._reader = reader
        self._known: frozenset[str] | None = None

    def read(self, users: Sequence[UserId]) -> dict[UserId, Facts]:
        found: dict[UserId, Facts] = {}
        rest = iter(users)
        for user in islice(rest, self.SAMPLES):
            found |= self._singly([user])
            if self._known is not None:
                break
        others = list(rest)
        found |= self._in_bulk(others)
        found |= self._singly([user for user in others if user not in found])
        found = self._unless_somebody_elses_name(found)
        return {user: found[user] for user in users}

    def _in_bulk(self, users: Sequence[UserId]) -> dict[UserId, Facts]:
        commands = [self._projected(command) for command in self._reader.bulk(users, self._host)]
        rows = [row for answer in self._remote.all(commands) for row in answer.rows]
        facts = {
            user: self._facts(user, row) if isinstance(row, dict) else row for user, row in match(users, rows).items()
        }
        # A user whose facts a listing leaves out is read by identity before anything is called unknown.
        return {user: fact for user, fact in facts.items() if not (isinstance(fact, User) and fact.why_unknown)}

    def _unless_somebody_elses_name(self, found: dict[UserId, Facts]) -> dict[UserId, Facts]:
        """Return the facts, with a reason for whoever was found by SIP address while the user principal name is another user's."""
        by_sip = [user for user, fact in found.items() if isinstance(fact, User) and _by_sip_alone(user, fact)]
        commands = [self._projected(command) for command in self._reader.by_names(by_sip, self._host)]
        named = [row for answer in self._remote.all(commands) for row in answer.rows]
        others = {address_of(row.get("UserPrincipalName")) for row in named if not is_deleted(row)}
        ambiguous = {user: reasons.AMBIGUOUS_USER.about(user=user.text) for user in by_sip if user.key in others}
        return found | ambiguous

    def _singly(self, users: Sequence[UserId]) -> dict[UserId, Facts]:
        found: dict[UserId, Facts] = {}
        missing: dict[UserId, Facts] = {}
        for as_sip in (True, False):
            asked = [user for user in users if user not in found and (as_sip or not user.is_sip)]
            names = [user.sip if as_sip else user.address for user in asked]
            commands = [self._projected(self._reader.single(name, self._host)) for name in names]
            for user, answer in zip(asked, self._remote.all(commands), strict=True):
                fact = self._from_answer(user, answer)
                if isinstance(fact, User) or fact.code != reasons.USER_NOT_FOUND.code:
                    found[user] = fact
                else:
                    missing[user] = fact
        return missing | found

    def _projected(self, command: Command) -> Command:
        if self._domain_controller is not None:
            named = Calling(self._host, command).with_(DomainController=self._domain_controller).command
            command = replace(command, parameters=named.parameters)
        if self._known is None or not self._host.projection:
            return command
        return Command(command.name, command.parameters, command.module, self._reader.properties, command.input)

    def _from_answer(self, user: UserId, answer: Answer) -> Facts:
        row = match([user], answer.rows).get(user)
        if isinstance(row, dict):
            if self._known is None:
                self._known = frozenset(row)
            return self._facts(user, row)
        if isinstance(row, Reason):
            return row
        found = faults_of(answer)
        if answer.errors and not faults.is_not_found(found):
            return unread(user, faults.together(found))
        if answer.state.value in ("completed", "failed"):
            return reasons.USER_NOT_FOUND.about(user=user.text, host=self._host.name)
        return reasons.READ_FAILED.about(user=user.text, fault=fault_text(answer))

    def _facts(self, user: UserId, row: Row) -> Facts:
        return self._reader.parse(user, existing(row, self._known))


def _by_sip_alone(user: UserId, fact: User) -> bool:
    name = address_of(fact.user_principal_name)
    return not user.is_sip and bool(name) and name != user.key == address_of(fact.sip_address)


def unread(user: UserId, fault: faults.Fault) -> Reason:
    """Return why a user could not be read: the fault itself where it would meet everybody alike, else that this read failed."""
    reason = faults.classify(fault)
    if reason.scope is Scope.ORGANISATION:
        return reason
    return replace(reasons.READ_FAILED.about(user=user.text, fault=reason.message), retryable=reason.retryable)


def match(users: Sequence[UserId], rows: Sequence[Row]) -> dict[UserId, Row | Reason]:
    """Return the row of each user, by SIP address before user principal name; a Reason where that means different people.

    A deleted account is listed beside the one that took its place, and counts only where it is the only one (R72).
    """
    return dict(_matches(users, _by_address(rows, "SipAddress"), _by_address(rows, "UserPrincipalName")))


def _by_address(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.get(name):
            found.setdefault(address_of(row[name]), []).append(row)
    return found


def _matches(
    users: Sequence[UserId], by_sip: dict[str, list[Row]], by_name: dict[str, list[Row]]
) -> Iterator[tuple[UserId, Row | Reason]]:
    for user in users:
        sips, names = by_sip.get(user.key, []), [] if user.is_sip else by_name.get(user.key, [])
        meant = {account_of(row): row for row in (*sips, *names)}
        alive = [row for row in meant.values() if not is_deleted(row)] or list(meant.values())
        if len(alive) > 1:
            yield user, reasons.AMBIGUOUS_USER.about(user=user.text)
        elif alive:
            yield user, alive[0]
