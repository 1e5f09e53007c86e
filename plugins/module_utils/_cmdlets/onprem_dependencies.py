# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users homed on-prem have there beside their accounts: contacts, mailbox, dial-in conferencing (R23, R25, R26)."""

from __future__ import annotations

from collections.abc import Sequence

from .._connection.client import Remote
from .._connection.messages import Command
from .._model.host import Host
from .._model.identity import address_of
from .._model.onprem_dependencies import OnpremDependencies
from .._model.policy import GLOBAL, bare_name, same_instance
from .._model.user import Homing, Side, User
from .address_filters import ldap_sip
from .command_builder import CommandBuilder, in_chunks
from .contacts import in_exchange
from .properties import flag, text

# Users per LDAP filter: each clause is some 70 characters.
CHUNK = 50


def read_onprem_dependencies(
    remote: Remote, host: Host, users: Sequence[User], checks: frozenset[str]
) -> dict[User, OnpremDependencies]:
    """Return what each user homed on-prem has, as far as the `checks` contacts, mailbox and conferencing ask for it."""
    if host.side is not Side.ONPREM:
        return {}
    here = [user for user in users if user.homing is Homing.ONPREM]
    contacts = in_exchange(remote, host, here) if "contacts" in checks else {}
    mailboxes = mailboxes_onprem(remote, host, here) if "mailbox" in checks else {}
    dialling = dial_in(remote, host, here) if "conferencing" in checks else {}
    names = {"contacts": "contacts_in_exchange", "mailbox": "mailbox_onprem", "conferencing": "dial_in"}
    asked = frozenset(names[check] for check in checks & names.keys())
    return {
        user: OnpremDependencies(contacts.get(user), mailboxes.get(user), dialling.get(user), asked) for user in here
    }


def mailboxes_onprem(remote: Remote, host: Host, users: Sequence[User]) -> dict[User, bool | None]:
    """Return whose mailbox is on-prem; None where that could not be read (R26).

    The directory shows homeMDB, the mailbox database, for those alone. Get-CsUser shows no such property, but filters by it.
    """
    if not host.offers("Get-CsUser", "LdapFilter"):
        return dict.fromkeys(users)
    named = [user for user in users if user.sip_address]
    chunks = in_chunks(named, CHUNK)
    found: dict[User, bool | None] = dict.fromkeys(users)
    for chunk, answer in zip(chunks, remote.all([_with_mailbox(chunk, host) for chunk in chunks]), strict=True):
        if not answer.whole:
            continue
        there = {address_of(row.get("SipAddress")) for row in answer.rows}
        found |= {user: address_of(user.sip_address) in there for user in chunk}
    return found


def _with_mailbox(users: Sequence[User], host: Host) -> Command:
    addresses = "".join(ldap_sip(user.sip_address) for user in users)
    call = CommandBuilder.of("Get-CsUser", host).with_(LdapFilter=f"(&(homeMDB=*)(|{addresses}))")
    return call.showing("SipAddress").command


def dial_in(remote: Remote, host: Host, users: Sequence[User]) -> dict[User, bool | None]:
    """Return who can be dialled in to on-prem: their conferencing policy allows it, and there is a number to dial (R23).

    None where that is not known. Users without a policy of their own have that of their site, which is not known here, or Global's.
    """
    if not host.offers("Get-CsConferencingPolicy"):
        return dict.fromkeys(users)
    if host.offers("Get-CsDialInConferencingAccessNumber"):
        numbers = remote.one(CommandBuilder.of("Get-CsDialInConferencingAccessNumber", host).command)
        if numbers.whole and not numbers.rows:
            return dict.fromkeys(users, False)
    rows = remote.one(CommandBuilder.of("Get-CsConferencingPolicy", host).command).rows
    allowed = {bare_name(text(row, "Identity")) or GLOBAL: flag(row, "EnableDialInConferencing") for row in rows}
    return {user: _allows(user.conferencing_policy, allowed) for user in users}


def _allows(policy: str | None, allowed: dict[str, bool | None]) -> bool | None:
    if policy is None:
        return None
    if policy:
        return next((value for name, value in allowed.items() if same_instance(name, policy)), None)
    shared = {value for name, value in allowed.items() if ":" in name or same_instance(name, GLOBAL)}
    return shared.pop() if len(shared) == 1 else None
