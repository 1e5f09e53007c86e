# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What messages call a host."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostName:
    """A host in messages: its name in the inventory. Only what concerns the network says its address ("host:port") as well."""

    name: str
    address: str

    def __str__(self) -> str:
        return self.name

    @property
    def with_address(self) -> str:
        """The name, and the address where it is another."""
        return self.name if self.name == self.address else f"{self.name} ({self.address})"
