# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsUser: users as Skype for Business Server knows them."""

from __future__ import annotations

from collections.abc import Sequence

from .._connection.messages import Command, Row
from .._model.host import Host
from .._model.identity import UserId, fold
from .._model.policy import name_in
from .._model.user import Homing, Side, User
from .address_filters import by_addresses, ldap_by_addresses, plain
from .command_builder import CommandBuilder, in_chunks
from .properties import flag, text

PROPERTIES = (
    "Identity",
    "SipAddress",
    "UserPrincipalName",
    "DisplayName",
    "HostingProvider",
    "RegistrarPool",
    "Enabled",
    "EnterpriseVoiceEnabled",
    "LineURI",
    "ConferencingPolicy",
    "TeamsUpgradePolicy",
)
# Users per call: enough to make the round trip cheap, few enough to spread over the sessions. A filter has some 140 characters a user.
CHUNK = 50
HOMED_ONPREM = "srv:"


def by_identity(identity: str, host: Host) -> Command:
    """Read one user by SIP address or user principal name."""
    return CommandBuilder.of("Get-CsUser", host).with_(Identity=identity).command


def by_ldap_filter(users: Sequence[UserId], host: Host) -> list[Command]:
    """Read many users by an LDAP filter on their addresses; nothing where the host has no such parameter."""
    if not host.offers("Get-CsUser", "LdapFilter"):
        return []
    call = CommandBuilder.of("Get-CsUser", host)
    return [call.with_(LdapFilter=ldap_by_addresses(chunk)).command for chunk in in_chunks(users, CHUNK)]


def by_filter(users: Sequence[UserId], host: Host) -> list[Command]:
    """Read many users by a filter on their addresses. Users with unusual characters are left out; all where the host has no filter."""
    if not host.offers("Get-CsUser", "Filter"):
        return []
    call = CommandBuilder.of("Get-CsUser", host)
    return [call.with_(Filter=by_addresses(chunk)).command for chunk in in_chunks(plain(users), CHUNK)]


def by_pipeline(users: Sequence[UserId], host: Host) -> list[Command]:
    """Read many users by SIP address, through the pipeline (Identity binds by value)."""
    return _piped([user.sip for user in users], host)


def by_names(users: Sequence[UserId], host: Host) -> list[Command]:
    """Read many users by user principal name, as above; a user who has none of these is an error in the answer."""
    return _piped([user.address for user in users], host)


def _piped(identities: Sequence[str], host: Host) -> list[Command]:
    call = CommandBuilder.of("Get-CsUser", host)
    return [call.piping(chunk).command for chunk in in_chunks(identities, CHUNK)]


def user_from(user: UserId, row: Row) -> User:
    """Return the facts in an object of Get-CsUser. HostingProvider tells the homing: `SRV:` on-prem, else the cloud (section 10)."""
    provider = text(row, "HostingProvider")
    homing = Homing.UNKNOWN
    if provider:
        homing = Homing.ONPREM if fold(provider) == HOMED_ONPREM else Homing.ONLINE
    return User(
        id=user,
        side=Side.ONPREM,
        homing=homing,
        sip_address=text(row, "SipAddress") or "",
        user_principal_name=text(row, "UserPrincipalName") or "",
        display_name=text(row, "DisplayName") or "",
        assigned=assigned(row),
        hosting_provider=provider,
        registrar_pool=text(row, "RegistrarPool"),
        enabled=flag(row, "Enabled"),
        enterprise_voice=flag(row, "EnterpriseVoiceEnabled"),
        line_uri=text(row, "LineURI"),
        conferencing_policy=named(row, "ConferencingPolicy"),
        why_unknown="" if provider else "HostingProvider is empty or missing",
    )


def assigned(row: Row) -> str | None:
    """Return the user's own TeamsUpgradePolicy: "" for none, None where that cannot be read (R74)."""
    return named(row, "TeamsUpgradePolicy")


def named(row: Row, policy: str) -> str | None:
    """Return the name of the policy that a user was granted: "" for none, None where it is not shown, or shown without its name."""
    return name_in(row[policy]) if policy in row else None
