# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant online: its users by every name they have, and its settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .identities import bare, fold
from .modes import DEFAULT, Instance
from .records import CloudUser


@dataclass(slots=True)
class SipDomain:
    """A SIP domain. `lyncdiscover` is where its public record points: `onprem`, `cloud`, or `none` when there is no record."""

    name: str
    enabled: bool = True
    lyncdiscover: str = "onprem"
    address: str = "203.0.113.10"


@dataclass(frozen=True, slots=True)
class GroupGrant:
    """A policy granted to a group: it counts for its members in the order of rank (R8)."""

    group: str
    instance: str
    rank: int
    members: frozenset[str]


@dataclass(slots=True)
class Account:
    """An account that may sign in to the tenant. Without a role it may sign in and do nothing."""

    user: str
    password: str = field(repr=False)
    mfa: bool = False
    role: bool = True


@dataclass(slots=True)
class Application:
    """An application with certificates that may sign in."""

    application_id: str
    thumbprints: tuple[str, ...] = ()
    role: bool = True


@dataclass(slots=True)
class TenantSettings:
    """Everything about the tenant but its users."""

    tenant_id: str
    display_name: str
    initial_domain: str
    service_instance: str = "MicrosoftCommunicationsOnline/NOAM-4A-S7"
    default: Instance = DEFAULT
    override: str | None = None
    read_only: str | None = None
    shared_sip_address_space: bool = True
    meeting_migration: bool = True
    allow_federated_users: bool = True
    download_teams: bool = True
    meeting_join: str = "NativeLimitedClient"
    block_legacy_authorization: bool = False
    domains: list[SipDomain] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    access_tokens: tuple[str, ...] = field(default=(), repr=False)
    managed_identity: bool = False
    group_grants: list[GroupGrant] = field(default_factory=list)


class Tenant:
    """Users of the tenant, indexed by object id, SIP address, UPN, alias and display name."""

    def __init__(self, settings: TenantSettings, users: Iterable[CloudUser] = ()) -> None:
        self.settings = settings
        self._users: dict[str, CloudUser] = {}
        self._names: dict[str, list[CloudUser]] = {}
        self._display: dict[str, list[CloudUser]] = {}
        self._anchors: dict[str, CloudUser] = {}
        for user in users:
            self.add(user)

    def __iter__(self) -> Iterator[CloudUser]:
        return iter(self._users.values())

    def __len__(self) -> int:
        return len(self._users)

    def add(self, user: CloudUser) -> None:
        """Add a user. Raises ValueError when a SIP address or UPN is taken."""
        for name in {bare(user.sip), fold(user.upn)} - {""}:
            if any(name in (bare(other.sip), fold(other.upn)) for other in self._names.get(name, ())):
                raise ValueError(f"there are two users {name!r} in the tenant")
        self._users[fold(user.object_id)] = user
        for name in {bare(user.sip), fold(user.upn), fold(user.alias)} - {""}:
            self._names.setdefault(name, []).append(user)
        self._display.setdefault(fold(user.person.display_name), []).append(user)
        if user.anchor:
            self._anchors[user.anchor] = user

    def rename(self, user: CloudUser, sip: str) -> None:
        """Give a user another SIP address."""
        old, new = bare(user.sip), bare(sip)
        user.sip = sip
        if old and old not in (new, fold(user.upn), fold(user.alias)):
            self._names[old].remove(user)
        if new and user not in self._names.setdefault(new, []):
            self._names[new].append(user)

    def of(self, anchor: str) -> CloudUser | None:
        """Return the user that a user of the directory is synchronised to."""
        return self._anchors.get(anchor)

    def find(self, identity: str, *, display_names: bool = False) -> CloudUser | None:
        """Return the user that an object id, SIP address, UPN or alias names; display names count only in old modules."""
        name = bare(identity)
        if name in self._users:
            return self._users[name]
        found = self._names.get(name) or (self._display.get(name) if display_names else None)
        return found[0] if found else None

    def named(self, name: str) -> list[CloudUser]:
        """Return the users whose SIP address, UPN or alias is `name`."""
        return self._names.get(bare(name), [])

    def by_sip(self, address: str) -> list[CloudUser]:
        """Return the users with a SIP address, or the one with an object id: what batch operations accept."""
        name = bare(address)
        if name in self._users:
            return [self._users[name]]
        return [user for user in self._names.get(name, ()) if bare(user.sip) == name]

    def groups_of(self, user: CloudUser) -> list[GroupGrant]:
        """Return the grants that reach a user through groups, the first in rank first."""
        names = {bare(user.sip), fold(user.upn), fold(user.object_id)}
        return sorted(
            (grant for grant in self.settings.group_grants if names & grant.members), key=lambda grant: grant.rank
        )
