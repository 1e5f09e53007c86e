# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing users by filters instead of by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .._connection.client import Remote
from .._connection.messages import Command, Row
from .._model import faults, reasons
from .._model.decision import Reason
from .._model.failure import Failure
from .._model.host import Host
from .._model.identity import InvalidUser, UserId, bare_address, fold
from .._model.user import AccountKind, Homing, Side, User
from .command_builder import CommandBuilder, fault_of, fault_text
from .comparing import MORE, Facts, by_type_alone, doubtful, in_trouble, unlike, without
from .properties import existing, is_deleted
from .users import READERS, read_singly

# Objects of these kinds come along in a listing without being users who could be upgraded (R72).
LEFT_OUT = (AccountKind.GUEST, AccountKind.INELIGIBLE)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which users are meant. `filter`, `ldap_filter` and `ou` are handed to the cmdlet; the rest is checked on what it returns, too."""

    filter: str | None = None
    ldap_filter: str | None = None
    ou: str | None = None
    account_type: str | None = None
    registrar_pool: str | None = None
    homing: Homing | None = None

    def narrows(self, user: User) -> bool:
        """Return whether a user is homed as asked. A user whose homing is unknown stays in, since that is worth knowing."""
        if self.homing is not None and user.homing not in (self.homing, Homing.UNKNOWN):
            return False
        return self.registrar_pool is None or fold(user.registrar_pool or "") == fold(self.registrar_pool)

    def holds(self, user: User) -> bool:
        """Return whether a user that was listed is meant."""
        if not self.narrows(user):
            return False
        kind = fold(user.account_type or "")
        return kind == fold(self.account_type) if self.account_type and kind else user.account_kind not in LEFT_OUT

    def may_hold(self, user: User, hidden: frozenset[str]) -> bool:
        """Return whether a user may be meant whose listing does not show the `hidden` facts."""
        return bool(hidden & {"account_type", "homing", "registrar_pool"}) or self.holds(user)

    def command(self, host: Host) -> Command:
        """Return the call that lists them. Raises NotOffered for a filter that this side does not have."""
        cmdlet = "Get-CsUser" if host.side is Side.ONPREM else "Get-CsOnlineUser"
        onprem = (
            "HostingProvider -eq 'SRV:'"
            if host.side is Side.ONPREM and self.homing is Homing.ONPREM and not self.ldap_filter
            else None
        )
        call = CommandBuilder.of(cmdlet, host).with_(
            Filter=self.filter or onprem, LdapFilter=self.ldap_filter, OU=self.ou
        )
        return call.with_(AccountType=self.account_type).command


def list_users(remote: Remote, host: Host, selection: Selection) -> list[User]:
    """Return the users that `selection` means. Raises Failure where they could not be listed.

    What a listing does not show of users is read by identity, as in `read_users`, or unknown where that fails. `remote.notes` gets what
    the host says of it, such as that it shows some alone, and the accounts that no module can name.
    """
    rows = list_accounts(remote, host, selection)
    listed, unnamed = list[User](), list[str]()
    for row in rows:
        listed += _user(host, row, unnamed)
    if unnamed:
        some = ", ".join(unnamed[:MORE]) + (", ..." if len(unnamed) > MORE else "")
        remote.notes.append(
            f"{host.name} lists accounts that nobody can name, and that are left out ({len(unnamed)}): {some}"
        )
    return [user for user in _completed(remote, host, listed, rows, selection) if selection.holds(user)]


def _completed(
    remote: Remote, host: Host, listed: Sequence[User], rows: Sequence[Row], selection: Selection
) -> list[User]:
    """Return the users with what their listing leaves out: it is compared with what is read of the first by identity."""
    known = {user.id: user for user in listed}
    read = read_singly(remote, host, list(known)[:1])
    first = next((fact for id, fact in read.items() if not unlike(fact, known[id])), None)
    read |= read_singly(remote, host, [id for id in doubtful(known, rows, first) if id not in read])
    hidden = _hidden(read, known)
    unsure = [
        user for user in listed if user.id not in read and _unsure(user, hidden) and selection.may_hold(user, hidden)
    ]
    for some in (unsure[:MORE], unsure[MORE:]):
        more = read_singly(remote, host, [user.id for user in some])
        read |= more
        if not hidden and not _hidden(more, known):
            break  # The listing says all that can be known of them.
    return [found for user in listed if (found := _either(read.get(user.id), user, hidden))]


def _hidden(read: Mapping[UserId, Facts], listed: Mapping[UserId, User]) -> frozenset[str]:
    return frozenset[str]().union(*(unlike(fact, listed[id]) for id, fact in read.items() if _says(fact)))


def _unsure(user: User, hidden: frozenset[str]) -> bool:
    return bool(hidden or user.why_unknown) or by_type_alone(user) or in_trouble(user)


def _says(fact: Facts) -> bool:
    """Return whether a single read says something of the user: one that failed does not."""
    return isinstance(fact, User) or fact.code == reasons.USER_DELETED.code


def _either(read: Facts | None, listed: User, hidden: frozenset[str]) -> User | None:
    """Return what is known of a user from both reads; None for one who turns out to be deleted."""
    if isinstance(read, User):
        return read
    if read is not None and _says(read):
        return None
    return without(listed, hidden)


def list_accounts(remote: Remote, host: Host, selection: Selection) -> list[Row]:
    """Return the objects that the cmdlet lists for `selection`, whatever they are. Raises Failure where they could not be listed."""
    listing = selection.command(host)
    known = _properties(remote, host, listing)
    calling = CommandBuilder(host, listing)
    answer = remote.one((calling.whole() if known is None else calling.showing(*READERS[host.side].properties)).command)
    remote.notes += [f"{host.name} said of {listing.name}: {text}" for text in dict.fromkeys(answer.warnings)]
    if fault := fault_of(answer):
        raise Failure(faults.classify(fault))
    if answer.state.value != "completed":
        unread = f"{listing.name} on {host.name}: {fault_text(answer)}"
        raise Failure(Reason("read_failed", unread, "Run again once the host answers."))
    return [existing(row, known) for row in answer.rows]


def _properties(remote: Remote, host: Host, listing: Command) -> frozenset[str] | None:
    """Return which properties one whole object of the listing has; None where it has no object to show."""
    if not host.offers(listing.name, "ResultSize"):
        return None
    first = remote.one(CommandBuilder(host, listing).with_(ResultSize=1).whole().command)
    return frozenset(first.rows[0]) if first.rows else None


def _user(host: Host, row: Row, unnamed: list[str]) -> Iterator[User]:
    """Yield the user of a row. `unnamed` gets the address of one that no user can have; without an address it is no user."""
    address = bare_address(row.get("SipAddress") or row.get("UserPrincipalName"))
    try:
        yield READERS[host.side].parse(UserId.parse(address), row)
    except InvalidUser:
        unnamed += [address] if "@" in address and not is_deleted(row) else []
    except Failure:
        return  # no user to act on
