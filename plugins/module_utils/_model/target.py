# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where users can be homed: the cloud behind a hosting provider, or a registrar pool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .decision import Reason
from .identity import fold
from .user import Homing, User


@dataclass(frozen=True, slots=True)
class HostingProvider:
    """A hosting provider of the deployment; `shared` is EnabledSharedAddressSpace.

    `homes_users` is false for one that only serves something else, as Exchange does for voice mail, or is the deployment itself.
    """

    proxy_fqdn: str
    enabled: bool
    shared: bool
    homes_users: bool = True


def default_target(providers: Iterable[HostingProvider]) -> str | None:
    """Return where users go when nobody says: the first enabled provider that shares the address space and homes users (R16)."""
    fitting = (each.proxy_fqdn for each in providers if each.enabled and each.shared and each.homes_users)
    return next(fitting, None)


@dataclass(frozen=True, slots=True)
class Target:
    """The cloud (a hosting provider's ProxyFqdn) or a registrar pool. `closed` is why nobody can come there from the other of the two."""

    fqdn: str
    homing: Homing
    closed: Reason | None = None

    def holds(self, user: User) -> bool:
        """Return whether the user is homed there already (R31)."""
        if user.homing is not self.homing:
            return False
        homed_at = user.hosting_provider or self.fqdn if self.homing is Homing.ONLINE else user.registrar_pool or ""
        return fold(homed_at) == fold(self.fqdn)
