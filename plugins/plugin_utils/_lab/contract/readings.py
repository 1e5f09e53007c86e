# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Switches for what the documents leave open: where they contradict each other, a reading picks the side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

_OFFERED = ("by_version", "offered", "withdrawn")

# What each reading may be. `by_version` follows the ranges in the contract's data.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "move_to_teams": _OFFERED,
    "migrate_meetings": _OFFERED,
    "grant_should_process": _OFFERED,
    "grant_domain_controller": _OFFERED,
    "grant_triggers_meetings": ("yes", "no"),
    "tenant_guard": ("dns", "none"),
    "move_breaks_above": ("7.1", "7.2"),
    "batch_done": ("Completed", "Complete"),
    "meeting_summary": ("by_version", "json", "objects"),
    "assigned_plan": ("by_version", "objects", "json", "xml"),
    "user_policy_property": ("present", "absent"),
    "bypass_voice_check": ("honoured", "ignored"),
    "listed_users": (
        "by_version",
        "whole",
        "without_errors",
        "blank_errors",
        "without_policies",
        "blank_policies",
        "without_homing",
        "blank_homing",
    ),
    "onprem_policies": ("text", "objects"),
}


@dataclass(frozen=True, slots=True)
class Readings:
    """One choice for each open question.

    move_to_teams, migrate_meetings, grant_should_process, grant_domain_controller: is a parameter there (R32, R56)?
    grant_triggers_meetings: does a grant to one user start a meeting migration by itself?
    tenant_guard: does the service look at DNS before it makes a tenant TeamsOnly (R58)?
    move_breaks_above: the last MicrosoftTeams module whose presence lets Move-CsUser work on an older server (R15).
    batch_done: the word for an operation that is over.
    meeting_summary, assigned_plan: the shape of a value (R74).
    user_policy_property: does Get-CsUser show the on-premises TeamsUpgradePolicy?
    listed_users: what does Get-CsOnlineUser leave out, or show empty, where it lists users instead of returning one by -Identity?
    onprem_policies: how does Get-CsUser show the policies of a user?
    bypass_voice_check: does -BypassEnterpriseVoiceCheck still let a user move without a telephony licence (R24)?
    """

    move_to_teams: str = "by_version"
    migrate_meetings: str = "by_version"
    grant_should_process: str = "by_version"
    grant_domain_controller: str = "by_version"
    grant_triggers_meetings: str = "yes"
    tenant_guard: str = "dns"
    move_breaks_above: str = "7.1"
    batch_done: str = "Completed"
    meeting_summary: str = "by_version"
    assigned_plan: str = "by_version"
    user_policy_property: str = "present"
    bypass_voice_check: str = "honoured"
    listed_users: str = "by_version"
    onprem_policies: str = "text"

    def choice(self, name: str) -> str:
        """Return the choice for a reading by its name. Raises KeyError."""
        if name not in CHOICES:
            raise KeyError(name)
        return str(getattr(self, name))

    def chosen(self, choices: Mapping[str, str]) -> Readings:
        """Return these readings with some choices changed. Raises ValueError for an unknown one."""
        for name, choice in choices.items():
            if name not in CHOICES:
                raise ValueError(f"there is no reading {name!r}; there are {', '.join(CHOICES)}")
            if choice not in CHOICES[name]:
                raise ValueError(f"reading {name} cannot be {choice!r}; it is one of {', '.join(CHOICES[name])}")
        return replace(self, **choices)
