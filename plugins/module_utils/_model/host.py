# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host offers, as it answered when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .user import Side

_READING = ("Get-", "Test-", "Find-", "Debug-", "Import-")
MODULES = {Side.ONPREM: "SkypeForBusiness", Side.ONLINE: "MicrosoftTeams"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One cmdlet as the host exports it. `module` is empty for the proxies of a restricted endpoint.

    `listed_only`: parameters that such a proxy shows only because its role capability lists them; the cmdlet has none of that name.
    """

    module: str
    parameters: frozenset[str]
    listed_only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Host:
    """A host, its side, and what it offers. `projection`: Select-Object takes any property there."""

    name: str
    side: Side
    projection: bool
    cmdlets: Mapping[str, Sequence[Offer]]

    def offer(self, cmdlet: str) -> Offer | None:
        """Return the cmdlet of this side's module (R75), or the proxy that stands for it; None where there is none.

        A cmdlet that only the other side's module exports is not the same cmdlet: its name is, its meaning is not.
        """
        offers = self.cmdlets.get(cmdlet, ())
        other = {module for side, module in MODULES.items() if side is not self.side}
        mine = [offer for offer in offers if offer.module not in other]
        return next((offer for offer in mine if offer.module == MODULES[self.side]), next(iter(mine), None))

    def offers(self, cmdlet: str, parameter: str | None = None) -> bool:
        """Return whether the host has the cmdlet (and the parameter)."""
        offer = self.offer(cmdlet)
        return offer is not None and (parameter is None or parameter in offer.parameters)

    def hides(self, cmdlet: str, parameter: str) -> bool:
        """Return whether a restricted endpoint's proxy does not show the parameter, whether or not the cmdlet has it."""
        offer = None if self.projection else self.offer(cmdlet)
        return offer is not None and not offer.module and parameter not in offer.parameters | offer.listed_only

    @property
    def only_reads(self) -> bool:
        """Whether this is a restricted endpoint that shows nothing with which something could be changed."""
        return not self.projection and all(name.startswith(_READING) for name in self.cmdlets)
