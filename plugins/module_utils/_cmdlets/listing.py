# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing users by filters instead of by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .._model import faults
from .._model.decision import Reason
from .._model.host import Host
from .._model.identity import InvalidUser, UserId, bare_address, fold
from .._model.user import AccountKind, Homing, Side, User
from .._remote import Command, Remote, Row
from .calling import Calling, fault_of, fault_text
from .properties import existing
from .users import READERS

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
        """Return whether a user is homed as asked; whoever's homing is unknown stays in, since that is worth knowing."""
        if self.homing is not None and user.homing not in (self.homing, Homing.UNKNOWN):
            return False
        return self.registrar_pool is None or fold(user.registrar_pool or "") == fold(self.registrar_pool)

    def holds(self, user: User) -> bool:
        """Return whether a user that was listed is meant."""
        if not self.narrows(user):
            return False
        kind = fold(user.account_type or "")
        return kind == fold(self.account_type) if self.account_type and kind else user.account_kind not in LEFT_OUT

    def command(self, host: Host) -> Command:
        """Return the call that lists them. Raises NotOffered for a filter that this side does not have."""
        cmdlet = "Get-CsUser" if host.side is Side.ONPREM else "Get-CsOnlineUser"
        onprem = (
            "HostingProvider -eq 'SRV:'"
            if host.side is Side.ONPREM and self.homing is Homing.ONPREM and not self.ldap_filter
            else None
        )
        call = Calling.of(cmdlet, host).with_(Filter=self.filter or onprem, LdapFilter=self.ldap_filter, OU=self.ou)
        return call.with_(AccountType=self.account_type).command


def list_users(remote: Remote, host: Host, selection: Selection) -> list[User] | Reason:
    """Return the users that `selection` means, or the reason why they could not be listed."""
    rows = list_accounts(remote, host, selection)
    if isinstance(rows, Reason):
        return rows
    return [user for row in rows for user in _user(host, row) if selection.holds(user)]


def list_accounts(remote: Remote, host: Host, selection: Selection) -> list[Row] | Reason:
    """Return the objects that the cmdlet lists for `selection`, whatever they are, or the reason why they could not be listed."""
    listing = selection.command(host)
    known = _properties(remote, host, listing)
    if known is not None and host.projection:
        listing = Command(listing.name, listing.parameters, listing.module, READERS[host.side].properties)
    answer = remote.one(listing)
    if fault := fault_of(answer):
        return faults.classify(fault)
    if answer.state.value != "completed":
        return Reason(
            "read_failed", f"{listing.name} on {host.name}: {fault_text(answer)}", "Run again once the host answers."
        )
    return [existing(row, known) for row in answer.rows]


def _properties(remote: Remote, host: Host, listing: Command) -> frozenset[str] | None:
    """Return which properties one whole object of the listing has; None where it has no object to show."""
    if not host.offers(listing.name, "ResultSize"):
        return None
    first = remote.one(Calling(host, listing).with_(ResultSize=1).command)
    return frozenset(first.rows[0]) if first.rows else None


def _user(host: Host, row: Row) -> Iterator[User]:
    address = bare_address(row.get("SipAddress") or row.get("UserPrincipalName"))
    try:
        found = READERS[host.side].parse(UserId.parse(address), row)
    except InvalidUser:
        return
    if isinstance(found, User):
        yield found
