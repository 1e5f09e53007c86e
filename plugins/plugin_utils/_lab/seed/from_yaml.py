# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seeds from a YAML file. Every value has a default; an unknown name is a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import yaml

from ..contract.loader import SKYPE, TEAMS
from ..contract.readings import Readings
from ..contract.versions import parse, server_build
from ..organisation.latency import latencies
from ..organisation.profile import PROFILES, TODAY, Timing
from .authentication_yaml import read_authentication
from .exports import ONLINE_EXPORT, ONPREM_EXPORT, Export
from .fitting import fitting
from .from_csv import exported_users
from .model import HostSeed, Seed, SeedError, UserSeed, default_hosts
from .synthetic import synthetic_users
from .tables import Table
from .tenant_yaml import read_tenant, read_topology
from .users_yaml import read_user


def load(path: Path) -> Seed:
    """Return the seed of a file. Raises SeedError."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SeedError(f"There is no seed file {path}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"The seed file {path} cannot be read: {error}.") from error
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise SeedError(f"The seed file {path} is not YAML: {problem}.") from error
    return from_mapping({} if values is None else values, path.parent)


def from_mapping(values: object, folder: Path) -> Seed:
    """Return the seed that a mapping describes; files it names are looked for in `folder`. Raises SeedError."""
    table = Table(values)
    profile = PROFILES[table.one_of("profile", tuple(PROFILES), TODAY.name)]
    seed = Seed(
        profile=profile,
        readings=_readings(table),
        timing=_timing(table.table("timing")),
        clock=table.moment("clock"),
        clock_rate=table.rate("clock_rate", 1.0),
        latency=table.checked("latency", _known_latency, "none"),
        authentication=read_authentication(table.table("authentication"), folder),
        hosts=_hosts(table),
        tenant=read_tenant(table.table("tenant")),
        topology=read_topology(table.table("topology")),
    )
    if accounts := table.strings("accounts"):
        seed.accounts = accounts
    seed.users = _users(table, seed, folder)
    table.end()
    return fitting(seed) if "csv" in table else seed


def _readings(table: Table) -> Readings:
    try:
        return Readings().chosen(table.strings("readings"))
    except ValueError as error:
        raise SeedError(f"In the seed, readings cannot be used: {error}.") from error


def _known_latency(text: str) -> str:
    latencies(text)
    return text


def _timing(table: Table) -> Timing:
    timing = Timing()
    for name in (one.name for one in fields(Timing) if one.name != "meetings_retries"):
        setattr(timing, name, table.duration(name, getattr(timing, name)))
    timing.meetings_retries = table.number("meetings_retries", timing.meetings_retries)
    table.end()
    return timing


def _hosts(table: Table) -> Sequence[HostSeed]:
    hosts = [_host(name, inside) for name, inside in table.items("hosts")]
    return hosts or default_hosts()


def _host(name: str, table: Table) -> HostSeed:
    modules: dict[str, str] = {}
    if "skype" in table:
        modules[SKYPE] = table.checked("skype", server_build, "")
    if "teams" in table:
        modules[TEAMS] = table.checked("teams", _version, "")
    if not modules:
        raise SeedError(f"In the seed, host {name} has neither skype nor teams: give it a version of one of them.")
    host = HostSeed(
        name,
        modules,
        port=table.number("port", 0),
        privileged=table.flag("privileged", False),
        max_shells=table.number("max_shells", 30),
    )
    table.known("skype", "teams")
    table.end()
    return host


def _version(text: str) -> str:
    parse(text)
    return text


def _users(table: Table, seed: Seed, folder: Path) -> list[UserSeed]:
    defaults = table.table("defaults")
    listed = [read_user(entry.over(defaults)) for entry in table.tables("users")]
    exports = table.table("csv")
    named = ((exports.optional("onprem"), ONPREM_EXPORT), (exports.optional("online"), ONLINE_EXPORT))
    exports.end()
    onprem, online = (Export(folder / name, source) if name else None for name, source in named)
    if onprem or online:
        listed += exported_users(onprem, online).users
    made = table.table("synthetic")
    if "count" in made:
        pools = [pool.fqdn for pool in seed.topology.pools]
        listed += synthetic_users(made.number("count", 0), pools, seed=made.number("seed", 1))
    made.known("count", "seed")
    made.end()
    return listed
