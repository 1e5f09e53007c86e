# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a user, from one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache
from typing import Any

from .identity import UserId, fold
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


class AccountKind(StrEnum):
    """What an account is, by its AccountType (R28, R72).

    USER: a person, or a type that is not known here. RESOURCE: a room, a call queue or the like. GUEST: another organisation's.
    INELIGIBLE: an account without a licence that counts, which module versions before 6.2 call Unknown.
    """

    USER = "user"
    RESOURCE = "resource"
    GUEST = "guest"
    INELIGIBLE = "ineligible"


_KINDS = {
    "resourceaccount": AccountKind.RESOURCE,
    "guest": AccountKind.GUEST,
    "ineligibleuser": AccountKind.INELIGIBLE,
    "unknown": AccountKind.INELIGIBLE,
}


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

    @property
    def account_kind(self) -> AccountKind:
        """What the account is."""
        return _KINDS.get(fold(self.account_type or ""), AccountKind.USER)

    @property
    def is_person(self) -> bool:
        """Whether the account is a person's of this organisation, as far as it says what it is (R28). A licence may come later."""
        return self.account_kind in (AccountKind.USER, AccountKind.INELIGIBLE)

    def to_result(self) -> dict[str, object]:
        """Return everything known under the names of results; what the side does not know is left out."""
        shown: dict[str, object] = {
            "homing": self.homing.value,
            "sip_address": self.sip_address or None,
            "user_principal_name": self.user_principal_name or None,
            "display_name": self.display_name or None,
            "side": self.side.value,
            "mode": self.mode.value if self.mode else None,  # on-prem, policies have no mode
        }
        if self.assigned is not None:
            shown["assigned"] = self.assigned or None
        shown |= {name: value for name in _AS_THEY_ARE if (value := getattr(self, name)) is not None}
        if self.side is Side.ONLINE:
            shown["inconsistent"] = self.inconsistent
            shown["licences"] = None if self.licences is None else sorted(self.licences)
            shown["validation_errors"] = None if self.validation_errors is None else list(self.validation_errors)
        return shown

    @classmethod
    def from_result(cls, user: UserId, shown: Mapping[str, object], side: Side) -> User:
        """Return the user that a result shows; the reverse of `to_result`. What it does not show is not known."""
        known: dict[str, Any] = {name: shown[name] for name in _AS_THEY_ARE if name in shown}
        known |= {name: str(shown.get(name) or "") for name in ("sip_address", "user_principal_name", "display_name")}
        licences = _texts(shown.get("licences"))
        homing = shown.get("homing")
        return cls(
            id=user,
            side=side,
            homing=Homing(str(homing)) if homing in list(Homing) else Homing.UNKNOWN,
            mode=Mode.read(shown.get("mode")),
            assigned=str(shown["assigned"] or "") if "assigned" in shown else None,
            licences=None if licences is None else _alike(licences),
            validation_errors=_texts(shown.get("validation_errors")),
            **known,
        )

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

    def before(self) -> dict[str, object]:
        """Return what is to be known of the user after changes, as far as this side tells: None where it was read that there is none."""
        if self.side is Side.ONPREM:
            known = {"registrar_pool": self.registrar_pool, "notify_policy": self.assigned}
        else:
            known = {"mode": self.mode and self.mode.value, "assigned": self.assigned}
        return {"homing": self.homing.value} | {
            name: value or None for name, value in known.items() if value is not None
        }

    def home(self) -> dict[str, object]:
        """Return what a result of a move shows as before and after: a pool means something on-prem only."""
        if self.homing is not Homing.ONPREM or self.registrar_pool is None:
            return {"homing": self.homing.value}
        return {"homing": self.homing.value, "registrar_pool": self.registrar_pool or None}


# Facts that results show as they are, under their own names.
_AS_THEY_ARE = tuple(
    each.name
    for each in fields(User)
    if each.name
    not in (
        "id",
        "side",
        "homing",
        "sip_address",
        "user_principal_name",
        "display_name",
        "mode",
        "assigned",
        "licences",
        "validation_errors",
        "why_unknown",
        "conferencing_policy",
    )
)


def _texts(value: object) -> tuple[str, ...] | None:
    return tuple(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else None


@lru_cache
def _alike(licences: tuple[str, ...]) -> frozenset[str]:
    """Return these licences, which many users have: as one set of a quarter of a kilobyte."""
    return frozenset(licences)
