# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the directory and the tenant know of one user. The two copies agree only after they were synchronised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ON_PREMISES = "SRV:"
CLOUD_PROXY = "sipfed.online.lync.com"
NO_TENANT = "00000000-0000-0000-0000-000000000000"

# Capabilities of service plans, and the feature each one gives.
FEATURES = {"Teams": "Teams", "MCOMEETADD": "AudioConferencing", "MCOEV": "PhoneSystem", "MCOPSTN1": "CallingPlan"}
TEAMS_PLAN, SKYPE_PLAN, CONFERENCING_PLAN, VOICE_PLAN = "Teams", "MCOProfessional", "MCOMEETADD", "MCOEV"


@dataclass(slots=True)
class Person:
    """The directory's facts about anybody, by the names that filters use."""

    display_name: str = ""
    given_name: str = ""
    surname: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class AdUser:
    """A user of the on-premises directory.

    `locator` is msRTCSIP-DeploymentLocator: `SRV:` for a user homed on-premises, the provider's proxy for one homed in the cloud,
    empty for one who was never enabled. `kind` separates users from rooms, phones and devices, which Get-CsUser does not return (R28).
    `mailbox_database` is homeMDB, which only those have whose mailbox is in Exchange on-premises (R26).
    """

    guid: str
    dn: str
    sam: str
    netbios: str
    domain: str
    upn: str
    sip: str
    person: Person
    locator: str = ON_PREMISES
    pool: str | None = None
    enabled: bool = True
    voice: bool = False
    line_uri: str | None = None
    dial_in: bool = False
    contacts: int = 0
    contacts_unified: bool = False
    mailbox_database: str = ""
    protected: bool = False
    kind: str = "user"
    policies: dict[str, str] = field(default_factory=dict)

    @property
    def on_premises(self) -> bool:
        """Whether the user is homed on-premises."""
        return self.locator == ON_PREMISES

    @property
    def logon(self) -> str:
        """The logon name, as in domain\\user."""
        return f"{self.netbios}\\{self.sam}"


@dataclass(slots=True)
class Plan:
    """A licence's service plan as assigned."""

    capability: str
    assigned: datetime
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Requested:
    """A meeting migration that was asked for before: its kind, its state, and how long ago that was."""

    kind: str
    state: str
    age: timedelta


@dataclass(slots=True)
class Calendar:
    """A user's future meetings by type. `large` ones are never migrated; of the others, `failing` fail with `message`.

    `attempts` is how often the migration of a failing meeting fails before it succeeds; None: always. `requests` are earlier migrations.
    """

    skype: int = 0
    teams: int = 0
    large: int = 0
    failing: int = 0
    attempts: int | None = None
    message: str = ""
    requests: Sequence[Requested] = ()


@dataclass(slots=True, eq=False)
class CloudUser:
    """A user of the tenant.

    `locator` is OnPremHostingProvider, the synchronised copy of the directory's. `assigned` is the instance granted to the user directly,
    None for none; until `assigned_at` plus the policy's delay the one before is in effect.
    """

    object_id: str
    upn: str
    sip: str
    alias: str
    person: Person
    anchor: str | None = None
    account_type: str = "User"
    enabled: bool = True
    locator: str | None = None
    onprem_sip: str | None = None
    onprem_line: str | None = None
    onprem_voice: bool = False
    assigned: str | None = None
    assigned_before: str | None = None
    assigned_at: datetime | None = None
    plans: dict[str, Plan] = field(default_factory=dict)
    mailbox: str = "online"
    calendar: Calendar = field(default_factory=Calendar)
    validation_errors: list[str] = field(default_factory=list)
    interpreted: str | None = None
    deleted: datetime | None = None
    usage_location: str = ""
    voice: bool = False
    line_uri: str | None = None
    routing_policy: str | None = None
    contacts: int = 0
    created: datetime | None = None
    changed: datetime | None = None

    @property
    def on_premises(self) -> bool:
        """Whether the tenant believes the user is homed on-premises."""
        return self.locator == ON_PREMISES

    def licensed(self, capability: str) -> bool:
        """Return whether a service plan is assigned and switched on."""
        plan = self.plans.get(capability)
        return plan is not None and plan.enabled
