# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The world a lab simulates: what the service allows, and how long things take there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Profile:
    """A world.

    any_mode_online: users homed in the cloud may hold any mode (M3); otherwise they are TeamsOnly and nothing else (R2, R3).
    moves_upgrade: every move to the cloud makes the user TeamsOnly and converts meetings, with or without -MoveToTeams (M6, R32).
    moves_need_module: Move-CsUser needs the MicrosoftTeams module in a window of versions, and the server a recent build (R13 to R15).
    contacts_return: a move back on-premises brings the contacts back (R64).
    grant_controls_meetings: -MigrateMeetingsToTeams decides whether a grant converts meetings (M12).
    tenant_guarded: the service refuses TeamsOnly for the tenant while DNS points on-premises (R58).
    """

    name: str
    any_mode_online: bool
    moves_upgrade: bool
    moves_need_module: bool
    contacts_return: bool
    grant_controls_meetings: bool
    tenant_guarded: bool


TODAY = Profile(
    "today",
    any_mode_online=False,
    moves_upgrade=True,
    moves_need_module=True,
    contacts_return=False,
    grant_controls_meetings=False,
    tenant_guarded=True,
)
IN_2020 = Profile(
    "2020",
    any_mode_online=True,
    moves_upgrade=False,
    moves_need_module=False,
    contacts_return=True,
    grant_controls_meetings=True,
    tenant_guarded=False,
)
PROFILES = {profile.name: profile for profile in (TODAY, IN_2020)}


@dataclass(slots=True)
class Timing:
    """How long things take in the simulated world.

    sync: from a change in the directory until the tenant sees it (one delta cycle of the synchronisation).
    policy: from a grant until the effective mode follows (R12: up to a day).
    licence: from a licence until a user may be moved (R22: up to 30 minutes).
    meetings_listed: from a request for a migration until it is listed (R51: it may be absent at first).
    meetings, meetings_running: how long a migration waits, and then runs (R51: at least 90 minutes, about two hours).
    meetings_retry, meetings_retries: how long after a failure it is tried again, and how often (nine times in a day).
    batch, batch_per_user: how long a batch operation waits, and then takes for each user.
    """

    sync: timedelta = timedelta(minutes=30)
    policy: timedelta = timedelta(0)
    licence: timedelta = timedelta(minutes=30)
    meetings_listed: timedelta = timedelta(0)
    meetings: timedelta = timedelta(minutes=90)
    meetings_running: timedelta = timedelta(minutes=30)
    meetings_retry: timedelta = timedelta(minutes=160)
    meetings_retries: int = 9
    batch: timedelta = timedelta(seconds=10)
    batch_per_user: timedelta = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What a host has installed. `modules` are versions by module name; that of SkypeForBusiness is the server's build.

    privileged: the account that runs cmdlets may touch protected accounts of the directory.
    """

    name: str
    modules: dict[str, str] = field(default_factory=dict)
    privileged: bool = False
