# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The on-premises directory: users by every name they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .identities import bare, fold, has_wildcard, pattern
from .records import AdUser


class Directory:
    """Users of Active Directory, indexed by SIP address, UPN, logon name, distinguished name and display name."""

    def __init__(self, users: Iterable[AdUser] = ()) -> None:
        self._users: dict[str, AdUser] = {}
        self._names: dict[str, list[AdUser]] = {}
        for user in users:
            self.add(user)

    def __iter__(self) -> Iterator[AdUser]:
        return iter(self._users.values())

    def __len__(self) -> int:
        return len(self._users)

    def add(self, user: AdUser) -> None:
        """Add a user. Raises ValueError when a SIP address, UPN or logon name is taken."""
        for name in (bare(user.sip), fold(user.upn), fold(user.logon)):
            if name and any(self._unique(other, name) for other in self._names.get(name, ())):
                raise ValueError(f"there are two users {name!r} in the directory")
        self._users[user.guid] = user
        self.renamed(user)

    def renamed(self, user: AdUser) -> None:
        """Index a user under the names that the user has now. An old one finds nobody any more."""
        for name in self._named(user):
            listed = self._names.setdefault(name, [])
            if user not in listed:
                listed.append(user)

    def find(self, identity: str) -> list[AdUser]:
        """Return the users that an identity names: one by a unique name, maybe several by a display name or a wildcard in one."""
        if has_wildcard(identity):
            wanted = pattern(identity.strip(), full=False)
            return [user for user in self if wanted.fullmatch(user.person.display_name)]
        name = bare(identity)
        return [user for user in self._names.get(name, ()) if name in self._named(user)]

    @staticmethod
    def _named(user: AdUser) -> set[str]:
        names = (bare(user.sip), fold(user.upn), fold(user.logon), fold(user.dn), fold(user.person.display_name))
        return {name for name in names if name}

    @staticmethod
    def _unique(user: AdUser, name: str) -> bool:
        return name in (bare(user.sip), fold(user.upn), fold(user.logon))
