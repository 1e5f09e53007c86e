# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service plans that an upgrade needs, and the names by which hosts call them."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from .identity import fold


class Plan(Enum):
    """A service plan: what people call it, then its names in AssignedPlan, the capability first and service plan names after it.

    Microsoft writes both: AssignedPlan shows capabilities (MCOProfessional), its tables of licences for telephony show service plan
    names (MCOSTANDARD). Government clouds have names of their own. MCOEV_VIRTUALUSER is not among those of Phone System: it is for
    resource accounts and gives a user no telephone.
    """

    TEAMS = ("Teams", "Teams", "TEAMS1", "TEAMS_GOV", "TEAMS_AR_GCCHIGH", "TEAMS_AR_DOD", "MCO_TEAMS_IW")
    SKYPE_PLAN_2 = ("Skype for Business Online (Plan 2)", "MCOProfessional", "MCOSTANDARD", "MCOSTANDARD_GOV")
    PHONE_SYSTEM = ("Phone System", "MCOEV", "MCOEV_GOV", "MCOEV_GCCHIGH", "MCOEV_DOD")
    AUDIO_CONFERENCING = ("Audio Conferencing", "MCOMEETADD", "MCOMEETADV", "MCOMEETADV_GOV")

    @property
    def title(self) -> str:
        """What people call the plan."""
        title: str = self.value[0]
        return title

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which hosts call it."""
        names: tuple[str, ...] = self.value[1:]
        return names

    def is_in(self, licences: Collection[str]) -> bool:
        """Return whether one of the plan's names is among the enabled ones, in any case."""
        return not {fold(name) for name in self.names}.isdisjoint(map(fold, licences))
