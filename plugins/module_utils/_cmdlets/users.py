# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading users: in bulk where a cmdlet allows it, singly where an answer is missing, so that the reason is known.

An error record from pipeline input or a filter does not name its user. What does not come back from a bulk read is therefore
read again by its identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from .._connection.client import Remote
from .._connection.messages import Answer, Command, Row
from .._model import faults, reasons
from .._model.decision import Reason, Scope
from .._model.failure import read_or_reason
from .._model.host import Host
from .._model.identity import UserId, address_of
from .._model.user import Side, User
from . import address_filters, get_csonlineuser, get_csuser
from .command_builder import CommandBuilder, fault_text, faults_of
from .comparing import Facts, blanks_errors, by_type_alone, doubtful, hides_deletion, in_trouble, unlike
from .matching import match
from .not_users import read_not_users
from .properties import existing, is_deleted

_NOT_FOUND = reasons.USER_NOT_FOUND.code


@dataclass(frozen=True, slots=True)
class Listing:
    """One way to read many users at once: `commands` are the calls for them, none where the host does not offer it. `by_both` says that
    these find users by SIP address and by user principal name, so that nobody else of that name is left to be looked for.
    """

    commands: Callable[[Sequence[UserId], Host], list[Command]]
    by_both: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """How users are read on one side: `single` by one identity, `listings` many by their addresses, the cheapest way first, `by_names`
    many by their user principal names alone, of whom it takes those that `nameable` returns.
    """

    properties: tuple[str, ...]
    single: Callable[[str, Host], Command]
    listings: tuple[Listing, ...]
    by_names: Callable[[Sequence[UserId], Host], list[Command]]
    nameable: Callable[[Sequence[UserId]], list[UserId]]
    parse: Callable[[UserId, Row], User]


READERS = {
    Side.ONPREM: Reader(
        get_csuser.PROPERTIES,
        get_csuser.by_identity,
        (
            Listing(get_csuser.by_ldap_filter),
            Listing(get_csuser.by_filter),
            Listing(get_csuser.by_pipeline, by_both=False),
        ),
        get_csuser.by_names,
        list,
        get_csuser.user_from,
    ),
    Side.ONLINE: Reader(
        get_csonlineuser.PROPERTIES,
        get_csonlineuser.by_identity,
        (Listing(get_csonlineuser.by_filter),),
        get_csonlineuser.by_names,
        address_filters.plain,
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
    found = _Reading(remote, host, READERS[host.side], domain_controller).read(users)
    unknown = [user for user, fact in found.items() if isinstance(fact, Reason) and fact.code == _NOT_FOUND]
    return found | read_not_users(remote, host, unknown)


def read_singly(remote: Remote, host: Host, users: Sequence[UserId]) -> dict[UserId, Facts]:
    """Return the same of users that a listing has shown, each read by identity. Raises NotOffered."""
    return _Reading(remote, host, READERS[host.side], None).singly(users)


class _Reading:
    """One round of reading. Whole objects of the first users show which properties exist; the others are projected to those.

    That holds for one kind of read: a filter, or pipeline input, may show less than a read by identity. So the first user is read in
    both ways, and where they do not say the same, the next way is tried, and everybody is read by identity where there is none.
    """

    # How many users are tried before giving up on finding one that exists, whose object shows the properties.
    SAMPLES = 3
    # More rows than a call can have asked for: the host returns everybody, whatever the filter is.
    MOST = 4 * get_csuser.CHUNK

    def __init__(self, remote: Remote, host: Host, reader: Reader, domain_controller: str | None) -> None:
        self._domain_controller = domain_controller
        self._remote = remote
        self._host = host
        self._reader = reader
        self._sample: tuple[UserId, Row] | None = None
        self._known: frozenset[str] | None = None
        self._listed: frozenset[str] | None = None
        self._compared: Facts | None = None
        self._whole = True
        # Users for whom a listing has shown whoever has their address as a name, too.
        self._looked_up: set[UserId] = set()

    def read(self, users: Sequence[UserId]) -> dict[UserId, Facts]:
        found: dict[UserId, Facts] = {}
        rest = iter(users)
        for user in islice(rest, self.SAMPLES):
            found |= self._singly([user])
            if self._sample is not None:
                break
        others = list(rest)
        found |= self._in_bulk(others)
        found |= self._singly([user for user in others if user not in found])
        found = self._unless_somebody_elses_name(found)
        return {user: found[user] for user in users}

    def singly(self, users: Sequence[UserId]) -> dict[UserId, Facts]:
        """Return the facts of each user, read by identity."""
        return self._singly(users[:1]) | self._singly(users[1:])

    def _in_bulk(self, users: Sequence[UserId]) -> dict[UserId, Facts]:
        """Return the facts that a listing shows of users. Users that it may show in part are left out."""
        sampled = [] if self._sample is None else [self._sample[0]]
        for way in self._reader.listings if users else ():
            rows = self._listed_by(way.commands([*sampled, *users], self._host), way is self._reader.listings[-1])
            if rows is None:
                continue
            matched = match([*sampled, *users], rows)
            if way.by_both and self._whole:
                self._looked_up = {*matched}
            facts = {
                user: self._facts(user, row, self._listed) if isinstance(row, dict) else row
                for user, row in matched.items()
                if user not in sampled or isinstance(row, Reason)
            }
            return self._verified(facts, rows)
        return {}

    def _listed_by(self, commands: Sequence[Command], last: bool) -> list[Row] | None:
        """Return the rows of these calls, None where they are not to be believed, which the first call alone shows, or another way may
        show more; `last` is the last of the ways.
        """
        self._listed, self._whole = None, True
        rows: list[Row] = []
        for some in (commands[:1], commands[1:]):
            answers = self._remote.all([self._prepared(command, self._listed) for command in some])
            rows += [row for answer in answers for row in answer.rows]
            self._whole = self._whole and all(answer.whole for answer in answers)
            self._listed = self._listed or _shown(rows)
            if any(len(answer.rows) > self.MOST for answer in answers) or not self._believed(rows, last):
                return None
        return rows

    def _believed(self, rows: Sequence[Row], last: bool) -> bool:
        """Return whether a listing says of the user that was read by identity what that read said."""
        if hides_deletion(self._known, self._listed):
            return False
        if self._sample is None:
            return bool(rows) or last
        user, single = self._sample
        listed = match([user], rows).get(user)
        if not isinstance(listed, dict):
            return listed is not None or last
        self._compared = self._facts(user, single, self._known)
        return not blanks_errors(single, listed) and not unlike(self._compared, self._facts(user, listed, self._listed))

    def _verified(self, facts: Mapping[UserId, Facts], rows: Sequence[Row]) -> dict[UserId, Facts]:
        """Return the facts, without users who are to be read by identity; nothing where doubts about the listing prove right."""
        listed = {user: fact for user, fact in facts.items() if isinstance(fact, User)}
        probes = doubtful(listed, rows, self._compared)
        if self._compared is None:
            probes = list(dict.fromkeys([*list(listed)[:1], *probes]))
        probed = self._singly(probes)
        doubts = {user: fact for user, fact in probed.items() if isinstance(fact, User)}
        # A probe that failed proves nothing of the listing.
        if len(doubts) < len(probed) or any(unlike(fact, listed[user]) for user, fact in doubts.items()):
            return dict(doubts)
        unsure = {user for user, fact in listed.items() if fact.why_unknown or by_type_alone(fact) or in_trouble(fact)}
        return {user: fact for user, fact in facts.items() if user not in unsure} | doubts

    def _unless_somebody_elses_name(self, found: dict[UserId, Facts]) -> dict[UserId, Facts]:
        """Return the facts, with a reason for users who were found by SIP address while the user principal name is another user's, or
        while nobody knows whose it is, since that could not be read.
        """
        by_sip = [
            user
            for user, fact in found.items()
            if isinstance(fact, User) and user not in self._looked_up and _by_sip_alone(user, fact)
        ]
        rows, left = self._named(by_sip)
        failed: dict[UserId, Facts] = {}
        for user, answer in self._asked(left, [user.address for user in left]):
            rows += answer.rows
            if not answer.rows and (why := self._why_nobody(user, answer)).code != _NOT_FOUND:
                failed[user] = why
        others = {address_of(row.get("UserPrincipalName")) for row in rows if not is_deleted(row)}
        ambiguous = {user: reasons.AMBIGUOUS_USER.format(user=user.text) for user in by_sip if user.key in others}
        return found | failed | ambiguous

    def _named(self, users: Sequence[UserId]) -> tuple[list[Row], list[UserId]]:
        """Return the rows of those who have these names, and the users whose names are still to be asked for one by one."""
        commands = self._reader.by_names(users, self._host)
        known = self._listed or self._known
        answers = self._remote.all([self._prepared(command, known) for command in commands])
        whole = all(answer.whole or faults.is_not_found(faults_of(answer)) for answer in answers)
        named = set(self._reader.nameable(users)) if commands and whole else set()
        return [row for answer in answers for row in answer.rows], [user for user in users if user not in named]

    def _asked(self, users: Sequence[UserId], names: Sequence[str]) -> Iterable[tuple[UserId, Answer]]:
        """Read users by identity, each by a name of theirs, and return each with the answer."""
        commands = [self._prepared(self._reader.single(name, self._host), self._known) for name in names]
        return zip(users, self._remote.all(commands), strict=True)

    def _singly(self, users: Sequence[UserId]) -> dict[UserId, Facts]:
        found: dict[UserId, Facts] = {}
        missing: dict[UserId, Facts] = {}
        for as_sip in (True, False):
            asked = [user for user in users if user not in found and (as_sip or not user.is_sip)]
            for user, answer in self._asked(asked, [user.sip if as_sip else user.address for user in asked]):
                fact = self._from_answer(user, answer)
                if isinstance(fact, User) or fact.code != _NOT_FOUND:
                    found[user] = fact
                else:
                    missing[user] = fact
        return missing | found

    def _prepared(self, command: Command, known: frozenset[str] | None) -> Command:
        """Return a read as it is sent: projected to what is read, or whole while it is not known which properties exist."""
        calling = CommandBuilder(self._host, command)
        if self._domain_controller is not None:
            calling = calling.with_(DomainController=self._domain_controller)
        return (calling.whole() if known is None else calling.showing(*self._reader.properties)).command

    def _from_answer(self, user: UserId, answer: Answer) -> Facts:
        row = match([user], answer.rows).get(user)
        if isinstance(row, dict):
            if self._sample is None:
                self._sample, self._known = (user, row), frozenset(row)
            return self._facts(user, row, self._known)
        return row if isinstance(row, Reason) else self._why_nobody(user, answer)

    def _why_nobody(self, user: UserId, answer: Answer) -> Reason:
        """Return why an answer shows nobody."""
        found = faults_of(answer)
        if answer.errors and not faults.is_not_found(found):
            return unread(user, faults.together(found))
        if answer.state.value in ("completed", "failed"):
            return reasons.USER_NOT_FOUND.format(user=user.text, host=self._host.name)
        return reasons.READ_FAILED.format(user=user.text, fault=fault_text(answer))

    def _facts(self, user: UserId, row: Row, known: frozenset[str] | None) -> Facts:
        return read_or_reason(self._reader.parse, user, existing(row, known))


def _shown(rows: Sequence[Row]) -> frozenset[str] | None:
    return frozenset(name for row in rows for name in row) or None


def _by_sip_alone(user: UserId, fact: User) -> bool:
    name = address_of(fact.user_principal_name)
    return not user.is_sip and bool(name) and name != user.key == address_of(fact.sip_address)


def unread(user: UserId, fault: faults.Fault) -> Reason:
    """Return why a user could not be read: the fault itself where it would meet everybody alike, else that this read failed."""
    reason = faults.classify(fault)
    if reason.scope is Scope.ORGANISATION:
        return reason
    return replace(reasons.READ_FAILED.format(user=user.text, fault=reason.message), retryable=reason.retryable)
