# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a lab starts with: its hosts, its deployment, its tenant, its users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..contract.loader import SKYPE, TEAMS
from ..contract.readings import Readings
from ..organisation.profile import TODAY, Profile, Timing
from ..organisation.records import SKYPE_PLAN, TEAMS_PLAN, Requested
from ..organisation.tenant import Account, Application, SipDomain, TenantSettings
from ..organisation.topology import HostingProvider, Pool, Topology

ACCOUNT = ("lab-admin", "Lab-Passw0rd")
ADMIN = ("admin@contoso.onmicrosoft.com", "Tenant-Passw0rd")
TENANT_ID = "5b8d3a0c-2f53-4ec2-9d4e-6f1c5f0a7b21"
APPLICATION_ID = "c9f0b6de-7a0e-4c43-8f63-0d1f2a6b9e55"
THUMBPRINT = "9F3A6E2D41C85B07A6D4E1F29B0C7D8356E4A1B2"
# Homings of a user: on a pool; moved to the cloud; known to the cloud alone; enabled nowhere.
ONPREM, ONLINE, CLOUD, NOWHERE = "onprem", "online", "cloud", "none"
UNIT = "OU=People"
HOMINGS = (ONPREM, ONLINE, CLOUD, NOWHERE)
KINDS = (
    "user",
    "meeting_room",
    "common_area_phone",
    "analog_device",
    "exum_contact",
    "application_endpoint",
    "hybrid_endpoint",
    "trusted_endpoint",
)
ACCOUNT_TYPES = ("User", "ResourceAccount", "Guest", "IneligibleUser")


class SeedError(ValueError):
    """A seed that cannot be used; the message is one sentence that names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class HostSeed:
    """A host. `modules` are versions by name; that of SkypeForBusiness is a server build. Port 0 takes a free one."""

    name: str
    modules: Mapping[str, str]
    port: int = 0
    privileged: bool = False
    max_shells: int = 30

    @property
    def on_premises(self) -> bool:
        """Whether it is a Skype for Business Server."""
        return SKYPE in self.modules


@dataclass(frozen=True, slots=True)
class AuthenticationSeed:
    """How clients sign in to the hosts. `methods` are named as the inventory names them, whose own is the first.

    `https`: over TLS, with certificates of the lab's own authority; `tls` is the only version of it, or "any" from 1.2 on. `unencrypted`:
    whether messages over HTTP are taken that nothing encrypts. `channel_binding` is none, relaxed or strict. `keytab` has the keys of the
    hosts' service principals, and `principal` is one of them (such as HTTP/sfb01.contoso.com).
    `second_hop`: Move-CsUser works in sessions alone whose client lets the host sign in elsewhere, as to Active Directory.
    """

    methods: Sequence[str] = ("basic",)
    https: bool = False
    tls: str = "any"
    unencrypted: bool = True
    channel_binding: str = "relaxed"
    keytab: Path | None = None
    principal: str = ""
    second_hop: bool = False


@dataclass(frozen=True, slots=True)
class MeetingsSeed:
    """A user's future meetings. `attempts`: how often converting the failing ones fails before it succeeds; None: always.

    `requests` are migrations that were asked for before.
    """

    skype: int = 0
    teams: int = 0
    large: int = 0
    failing: int = 0
    attempts: int | None = None
    message: str = ""
    requests: Sequence[Requested] = ()


@dataclass(frozen=True, slots=True)
class UserSeed:
    """A user, or another account with a SIP address.

    `policy` is an instance granted online, `notify_policy` one granted on-premises. `cloud_sip` is the address that the tenant still has
    when it differs, `cloud_homing` where it still sees the user homed. `synced` false: the tenant does not know the user of the directory.
    `contacts_in` is `server` or `exchange`.
    """

    sip: str
    upn: str = ""
    name: str = ""
    sam: str = ""
    homing: str = ONPREM
    kind: str = "user"
    account_type: str = "User"
    pool: str | None = None
    ou: str = UNIT
    domain: str | None = None
    protected: bool = False
    enabled: bool = True
    synced: bool = True
    cloud_sip: str | None = None
    cloud_homing: str | None = None
    policy: str | None = None
    notify_policy: str | None = None
    licences: Sequence[str] = (TEAMS_PLAN, SKYPE_PLAN)
    licensed_at: datetime | None = None
    voice: bool = False
    line: str | None = None
    dial_in: bool = False
    contacts: int = 20
    contacts_in: str = "server"
    mailbox: str = "online"
    meetings: MeetingsSeed = field(default_factory=MeetingsSeed)
    validation_errors: Sequence[str] = ()
    interpreted_user_type: str | None = None
    deleted: datetime | None = None
    usage_location: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_directory(self) -> bool:
        """Whether the directory has the account: it has no guests and resources of the tenant, and not what was deleted there."""
        return self.account_type == "User" and not (self.deleted and self.homing in (CLOUD, NOWHERE))


def default_hosts() -> list[HostSeed]:
    """A server from which moves work, and a host with the module of the tenant."""
    return [
        HostSeed("sfb01", {SKYPE: "2019 CU8", TEAMS: "6.6.0"}),
        HostSeed("teams01", {TEAMS: "6.6.0"}),
    ]


def default_tenant() -> TenantSettings:
    """A hybrid tenant that accepts every way of signing in."""
    return TenantSettings(
        tenant_id=TENANT_ID,
        display_name="Contoso",
        initial_domain="contoso.onmicrosoft.com",
        domains=[SipDomain("contoso.com"), SipDomain("contoso.onmicrosoft.com", lyncdiscover="cloud")],
        accounts=[Account(*ADMIN)],
        applications=[Application(APPLICATION_ID, (THUMBPRINT,))],
        access_tokens=("lab-graph-token", "lab-teams-token"),
        managed_identity=True,
    )


def default_topology() -> Topology:
    """Two pools on two sites, and Microsoft 365 as hosting provider."""
    return Topology(
        pools=[
            Pool("pool01.contoso.com", "Paris", ("fe01.contoso.com",)),
            Pool("pool02.contoso.com", "Lyon", ("fe02.contoso.com",)),
        ],
        providers=[HostingProvider("Office365")],
        sites=("Paris", "Lyon"),
    )


@dataclass(slots=True)
class Seed:
    """Everything a lab starts with. `accounts` are the Windows accounts of all hosts, passwords by name."""

    profile: Profile = TODAY
    readings: Readings = field(default_factory=Readings)
    timing: Timing = field(default_factory=Timing)
    clock: datetime | None = None
    clock_rate: float = 1.0
    latency: str = "none"
    accounts: Mapping[str, str] = field(default_factory=lambda: dict([ACCOUNT]), repr=False)
    authentication: AuthenticationSeed = field(default_factory=AuthenticationSeed)
    hosts: Sequence[HostSeed] = field(default_factory=default_hosts)
    tenant: TenantSettings = field(default_factory=default_tenant)
    topology: Topology = field(default_factory=default_topology)
    users: Sequence[UserSeed] = ()
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)
