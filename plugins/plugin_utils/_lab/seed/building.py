# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a seed to the organisation's state."""

from __future__ import annotations

import copy
import uuid
from dataclasses import replace
from datetime import timedelta

from ..contract.loader import SKYPE
from ..contract.versions import server_build
from ..organisation.clock import Clock
from ..organisation.directory import Directory
from ..organisation.identities import fold, sip_uri
from ..organisation.modes import built_in
from ..organisation.profile import HostFacts
from ..organisation.records import CLOUD_PROXY, ON_PREMISES, AdUser, Calendar, CloudUser, Person, Plan
from ..organisation.shapes_onprem import CONFERENCING_POLICY, DIAL_IN, UPGRADE_POLICY
from ..organisation.tenant import Tenant
from ..organisation.topology import Topology
from ..organisation.world import World
from .model import CLOUD, NOWHERE, ONPREM, HostSeed, Seed, SeedError, UserSeed

_LONG_AGO = timedelta(days=90)
_NAMESPACE = uuid.UUID("6f6e1c5e-2b1e-4c43-9a57-0b7f2f0a4d11")


def build_world(seed: Seed, clock: Clock) -> World:
    """Return the organisation as the seed describes it; the seed can be used again. Raises SeedError."""
    # Users do not change: what becomes of them is in the world alone.
    seed = replace(
        seed,
        tenant=copy.deepcopy(seed.tenant),
        topology=copy.deepcopy(seed.topology),
        timing=copy.deepcopy(seed.timing),
        readings=copy.deepcopy(seed.readings),
    )
    world = World(
        profile=seed.profile,
        readings=seed.readings,
        timing=seed.timing,
        clock=clock,
        directory=Directory(),
        tenant=Tenant(seed.tenant),
        topology=seed.topology,
        hosts={host.name: _host(host) for host in seed.hosts},
        files=dict(seed.files),
    )
    try:
        for user in seed.users:
            _add(world, user)
    except ValueError as error:
        raise SeedError(f"The seed's users cannot be used: {error}; give each its own name.") from error
    return world


def _host(host: HostSeed) -> HostFacts:
    modules = {name: server_build(text) if name == SKYPE else text for name, text in host.modules.items()}
    return HostFacts(host.name, modules, host.privileged)


def _add(world: World, seed: UserSeed) -> None:
    _check(world, seed)
    person = _person(seed)
    user = _directory_user(world.topology, seed, person) if seed.in_directory else None
    if user is not None:
        world.directory.add(user)
    if seed.kind == "user" and (user is None or seed.synced or seed.cloud_sip is not None):
        seen = _cloud_user(world, seed, person)
        if user is not None and seed.synced:
            seen.anchor = user.guid
            seen.onprem_sip, seen.onprem_line, seen.onprem_voice = user.sip or None, user.line_uri, user.voice
        world.tenant.add(seen)


def _check(world: World, seed: UserSeed) -> None:
    if seed.policy is not None and built_in(seed.policy) is None:
        raise SeedError(f"User {seed.sip} has the policy {seed.policy!r}, which is none of the service's instances.")
    if seed.notify_policy is not None and world.topology.policy(seed.notify_policy) is None:
        raise SeedError(
            f"User {seed.sip} has the on-premises policy {seed.notify_policy!r}: list it under policies of the topology."
        )
    if seed.pool is not None and world.topology.pool(seed.pool) is None:
        raise SeedError(f"User {seed.sip} is on pool {seed.pool!r}: list it under pools of the topology.")


def _person(seed: UserSeed) -> Person:
    local = seed.sip.removeprefix("sip:").partition("@")[0]
    name = seed.name or local.replace(".", " ").title()
    given, _dummy, surname = name.partition(" ")
    return Person(name, given, surname, dict(seed.attributes))


def _directory_user(topology: Topology, seed: UserSeed, person: Person) -> AdUser:
    domain = seed.domain or topology.domain
    upn = seed.upn or seed.sip.removeprefix("sip:")
    components = ",".join(f"DC={part}" for part in domain.split("."))
    enabled = seed.homing not in (CLOUD, NOWHERE)
    homed = seed.homing == ONPREM
    pool = seed.pool or (topology.pools[0].fqdn if topology.pools else None)
    return AdUser(
        guid=str(uuid.uuid5(_NAMESPACE, f"directory {fold(upn)}")),
        dn=f"CN={person.display_name},{seed.ou},{components}",
        sam=seed.sam or upn.partition("@")[0],
        netbios=domain.partition(".")[0].upper(),
        domain=domain,
        upn=upn,
        sip=sip_uri(seed.sip) if enabled else "",
        person=person,
        locator=(ON_PREMISES if homed else CLOUD_PROXY) if enabled else "",
        pool=pool if homed else None,
        enabled=seed.enabled and enabled,
        voice=seed.voice,
        line_uri=seed.line,
        dial_in=seed.dial_in,
        contacts=seed.contacts if homed else 0,
        contacts_unified=seed.contacts_in == "exchange",
        mailbox_database="CN=DB01,CN=Databases" if seed.mailbox == "onprem" else "",
        protected=seed.protected,
        kind=seed.kind,
        policies=_policies(seed),
    )


def _policies(seed: UserSeed) -> dict[str, str]:
    granted = {UPGRADE_POLICY: seed.notify_policy, CONFERENCING_POLICY: DIAL_IN if seed.dial_in else None}
    return {policy: name for policy, name in granted.items() if name}


def _cloud_user(world: World, seed: UserSeed, person: Person) -> CloudUser:
    upn = seed.upn or seed.sip.removeprefix("sip:")
    licensed = seed.licensed_at or world.now() - _LONG_AGO
    locator = {ONPREM: ON_PREMISES, CLOUD: None, NOWHERE: None}.get(seed.cloud_homing or seed.homing, CLOUD_PROXY)
    instance = built_in(seed.policy) if seed.policy else None
    meetings = seed.meetings
    return CloudUser(
        object_id=str(uuid.uuid5(_NAMESPACE, f"tenant {fold(upn)}")),
        upn=upn,
        sip=sip_uri(seed.cloud_sip if seed.cloud_sip is not None else seed.sip) if seed.homing != NOWHERE else "",
        alias=upn.partition("@")[0],
        person=person,
        account_type=seed.account_type,
        enabled=seed.enabled,
        locator=locator,
        assigned=instance.name if instance else None,
        plans={name: Plan(name, licensed) for name in seed.licences},
        mailbox=seed.mailbox,
        calendar=Calendar(
            meetings.skype,
            meetings.teams,
            meetings.large,
            meetings.failing,
            meetings.attempts,
            meetings.message,
            meetings.requests,
        ),
        validation_errors=list(seed.validation_errors),
        interpreted=seed.interpreted_user_type,
        deleted=seed.deleted,
        usage_location=seed.usage_location,
        voice=seed.voice and seed.homing != ONPREM,
        line_uri=seed.line if seed.homing != ONPREM else None,
        contacts=0 if seed.homing == ONPREM else seed.contacts,
        created=licensed,
        changed=licensed,
    )
