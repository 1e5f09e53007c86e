# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a user, from one side."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .identity import UserId
from .policy import Mode


class Side(StrEnum):
    """Which of the two products answers on a host."""

    ONPREM = "onprem"
    ONLINE = "online"


class Homing(StrEnum):
    """Where the user's Skype for Business account lives. UNKNOWN: the host's properties were missing or contradict each other (R11)."""

    ONPREM = "onprem"
    ONLINE = "online"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class User:
    """Facts about one user as one side reads them. None means "not known"; an empty value means "read, and empty".

    `mode` is the effective coexistence mode and `assigned` the user's own policy instance ("" = none, inherits); on-prem there is
    no mode. `licences` holds service plan names that are enabled (Teams, MCOProfessional, MCOEV, MCOMEETADD).
    """

    id: UserId
    side: Side
    homing: Homing
    sip_address: str = ""
    user_principal_name: str = ""
    display_name: str = ""
    mode: Mode | None = None
    assigned: str | None = None
    notify: bool | None = None
    hosting_provider: str | None = None
    registrar_pool: str | None = None
    enabled: bool | None = None
    enterprise_voice: bool | None = None
    line_uri: str | None = None
    on_prem_hosting_provider: str | None = None
    on_prem_enterprise_voice: bool | None = None
    on_prem_line_uri: str | None = None
    conferencing_policy: str | None = None
    dir_synced: bool | None = None
    account_type: str | None = None
    interpreted_user_type: str | None = None
    licences: frozenset[str] | None = None
    validation_errors: tuple[str, ...] | None = None
    override_policy: str | None = None
    policy_read_only: str | None = None
    why_unknown: str = field(default="", compare=False)

    @property
    def identity(self) -> str:
        """What cmdlets are given as -Identity: the SIP address where there is one, else the user principal name."""
        return self.sip_address or self.user_principal_name or self.id.text

    @property
    def inconsistent(self) -> bool:
        """Whether the cloud calls a user TeamsOnly who is still homed on-prem (R10)."""
        return self.homing is Homing.ONPREM and self.mode is Mode.TEAMS_ONLY

    def state(self) -> dict[str, object]:
        """Return what a result shows as before and after: only what this side knows."""
        shown: dict[str, object] = {"homing": self.homing.value}
        if self.side is Side.ONLINE:
            shown["mode"] = self.mode.value if self.mode else None
        if self.assigned is not None:
            shown["policy"] = self.assigned or None
        if self.notify is not None:
            shown["notify"] = self.notify
        return shown

    def home(self) -> dict[str, object]:
        """Return what a result of a move shows as before and after: a pool means something on-prem only."""
        if self.homing is not Homing.ONPREM or self.registrar_pool is None:
            return {"homing": self.homing.value}
        return {"homing": self.homing.value, "registrar_pool": self.registrar_pool or None}
