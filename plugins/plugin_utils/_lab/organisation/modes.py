# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Coexistence modes and the instances of TeamsUpgradePolicy that are built into the service (M1, M4, R5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .identities import fold

GLOBAL = "Global"
TAG = "Tag:"


class Mode(StrEnum):
    """A coexistence mode."""

    ISLANDS = "Islands"
    SFB_ONLY = "SfBOnly"
    COLLAB = "SfBWithTeamsCollab"
    MEETINGS_FIRST = "SfBWithTeamsCollabAndMeetings"
    TEAMS_ONLY = "TeamsOnly"


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of the service's policy. `name` is what is granted; it is shown with `Tag:` before it, except Global."""

    name: str
    mode: Mode
    notify: bool
    description: str

    @property
    def identity(self) -> str:
        """The identity as Get-CsTeamsUpgradePolicy shows it (R6)."""
        return self.name if self.name == GLOBAL else TAG + self.name


_COLLABORATION = "Use Skype for Business and use Teams only for group collaboration"
_DESCRIBED = {
    Mode.ISLANDS: "Use either Skype for Business client or Teams client",
    Mode.SFB_ONLY: "Use only Skype for Business",
    Mode.COLLAB: _COLLABORATION,
    Mode.MEETINGS_FIRST: _COLLABORATION,
}
UPGRADE = Instance("UpgradeToTeams", Mode.TEAMS_ONLY, False, "Use Teams Only")
BUILT_IN = (
    UPGRADE,
    *(
        Instance(f"{mode}{suffix}", mode, notify, _DESCRIBED[mode])
        for mode in (Mode.ISLANDS, Mode.SFB_ONLY, Mode.COLLAB, Mode.MEETINGS_FIRST)
        for suffix, notify in (("", False), ("WithNotify", True))
    ),
)
DEFAULT = Instance(GLOBAL, Mode.ISLANDS, False, "Users can use either Skype for Business client or Teams client")
# A migration of meetings starts when a user is granted one of these.
CONVERTING = frozenset({Mode.TEAMS_ONLY, Mode.MEETINGS_FIRST})
_BY_NAME = {fold(instance.name): instance for instance in BUILT_IN}


def untagged(name: str) -> str:
    """Return a policy's name without `Tag:`."""
    name = name.strip()
    return name[len(TAG) :] if name[: len(TAG)].casefold() == TAG.casefold() else name


def built_in(name: str) -> Instance | None:
    """Return the grantable instance of that name, with or without `Tag:`, in any letter case (R6)."""
    return _BY_NAME.get(fold(untagged(name)))
