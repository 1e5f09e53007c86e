# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user is drifted exactly when they are not as runs have left them, or as the plan says, however they were tampered with.

What is to be found is modelled here from the organisation before and after the tampering, and from the calls in the hosts' journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.records import (
    CLOUD_PROXY,
    ON_PREMISES,
    TEAMS_PLAN,
    AdUser,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extent import examples
from tests.lab.waves.job import Job
from tests.unit.properties.answers import meant, name_of, world, writes
from tests.unit.properties.in_process import Play

NOTIFY = datetime(2026, 11, 30, 20, tzinfo=UTC)
UPGRADE = datetime(2026, 12, 7, 20, tzinfo=UTC)
LOOK, NEXT_LOOK = (datetime(2026, 12, day, 2, tzinfo=UTC) for day in (9, 10))
POOL, OTHER_POOL = "pool01.contoso.com", "pool02.contoso.com"
# The waves, with the day of their upgrade: upgraded by now, being notified, and not due.
WAVES = {"done": "2026-12-07", "told": "2026-12-14", "later": "2027-02-01"}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "onprem": {"pool": POOL},
    "unlicensed": {"pool": POOL, "licences": ["MCOProfessional"]},
    "cloud": {"homing": "cloud"},
}
TAMPERINGS = ("nothing", "move", "move_back", "re_home", "un_notify", "mode", "licence", "teams_only", "unread")
ASSIGNED = {"mode": "SfBOnly", "teams_only": "UpgradeToTeams"}
User = tuple[str, str, str, bool]
USERS = st.lists(
    st.tuples(st.sampled_from(list(WAVES)), st.sampled_from(list(KINDS)), st.sampled_from(TAMPERINGS), st.booleans()),
    min_size=1,
    max_size=8,
)


def address(number: int) -> str:
    return f"user{number}@contoso.com"


@dataclass(frozen=True)
class Facts:
    """How the organisation has a user. `home` and `cloud` are where each side homes them; a side that does not know them has none."""

    home: str
    cloud: str
    pool: str | None
    notified_by: str | None
    assigned: str | None
    mode: str
    licensed: bool

    @property
    def online(self) -> bool:
        return (self.home or self.cloud) == "online"

    @property
    def teams_only(self) -> bool:
        return self.online and self.cloud == "online" and self.mode == "TeamsOnly"


def facts(lab: Lab) -> dict[str, Facts]:
    """Everybody, as the organisation has them."""
    licensed = {}
    with lab.organisation.quiet() as known:
        licensed = {name_of(user.sip or user.upn): user.licensed(TEAMS_PLAN) for user in known.tenant}
    found = {}
    for user in world(lab)["users"]:
        there = user.get("online") or user
        name = name_of(user["user"])
        home = _home(user["locator"]) if "online" in user else ""
        cloud = "onprem" if there["locator"] == ON_PREMISES else "online"
        notified_by = user.get("notify_policy") or None
        found[name] = Facts(
            home, cloud, user.get("pool"), notified_by, there["assigned"], there["mode"], licensed[name]
        )
    return found


def _home(locator: str) -> str:
    return {ON_PREMISES: "onprem", "": ""}.get(locator, "online")


def tamper(lab: Lab, number: int, how: str, synced: bool) -> None:
    """Do to a user what an administrator may do beside the runs. Unless `synced`, the cloud does not show a move yet."""
    if how == "unread":
        busy = OrderedFault("Get-CsUser", "The service is too busy.", user=address(number), in_filters=True, times=None)
        lab.faults.order(busy)
        return
    with lab.organisation.quiet() as known:
        here = next((user for user in known.directory.find(address(number)) if user.locator), None)
        (there,) = known.tenant.by_sip(address(number))
        if how in ASSIGNED:
            there.assigned = ASSIGNED[how]
        elif how == "licence":
            there.plans.pop(TEAMS_PLAN, None)
        elif here is not None:
            _tamper_onprem(here, how)
            if how in ("move", "move_back") and synced:
                there.locator = here.locator


def _tamper_onprem(user: AdUser, how: str) -> None:
    if how == "move":
        user.locator, user.pool = CLOUD_PROXY, None
    elif how == "move_back":
        user.locator, user.pool = ON_PREMISES, POOL
    elif how == "re_home" and user.on_premises:
        user.pool = OTHER_POOL
    elif how == "un_notify":
        user.policies.clear()


def expected(wave: str, before: Facts, after: Facts, called: Sequence[str], notified: bool) -> str:
    """What is to be found of a user who could be read. `called`: the cmdlets that runs have sent for them."""
    moved, touched = "Move-CsUser" in called, bool(called)
    if after.home != "online" and after.cloud == "onprem" and after.mode == "TeamsOnly":
        return "inconsistent"
    if after.home == "onprem" and after.cloud == "online" and not moved:
        return "inconsistent"
    if moved:
        same = after.teams_only and after.licensed
        waits = after.home == "online" and after.cloud == "onprem"
        return "in_state" if same else "pending" if waits else "drifted"
    if wave == "done" and after.online:
        return "in_state" if after.teams_only else "pending"
    if after.home == "online":
        return "drifted"
    if touched and changed(before, after):
        return "drifted"
    if wave == "later":
        return "not_due"
    return "in_state" if wave == "told" and (after.teams_only or notified) else "pending"


def changed(before: Facts, after: Facts) -> bool:
    """Whether anything but a licence differs."""
    return any(
        getattr(before, name) != getattr(after, name) for name in ("home", "pool", "notified_by", "assigned", "mode")
    )


@settings(max_examples=examples(2, long=30))
@given(USERS)
def test_r10_r11_r12_r36_drift_is_what_differs_from_ledger_and_plan(users: list[User]) -> None:
    seeded = [{"sip": address(number), **KINDS[kind]} for number, (_wave, kind, _how, _synced) in enumerate(users)]
    topology = {"pools": [{"fqdn": fqdn, "site": "Paris"} for fqdn in (POOL, OTHER_POOL)]}
    members: dict[str, list[str]] = {}
    for number, (wave, *_rest) in enumerate(users):
        members.setdefault(wave, []).append(address(number))
    plan = {"waves": [{"name": name, "upgrade_on": WAVES[name], "users": found} for name, found in members.items()]}
    seed = {"clock": "2026-11-30T07:00:00Z", "clock_rate": 0, "users": seeded, "topology": topology}
    with Lab(seed) as lab, TemporaryDirectory() as folder:
        job = Job(Play(lab), RunLedger(f"sqlite:///{Path(folder) / 'ledger.db'}", None, 300))
        for now in (NOTIFY, UPGRADE):
            lab.clock.set(now)
            job.run(now, plan)
        lab.clock.set(LOOK)
        before, written = facts(lab), writes(lab)
        untouched = {user["user"]: user["status"] for user in job.drift(LOOK, plan)["users"]}
        assert not {"drifted", "unknown", "inconsistent"} & set(untouched.values())
        for number, (_wave, _kind, how, synced) in enumerate(users):
            tamper(lab, number, how, synced)
        lab.clock.set(NEXT_LOOK)
        after = facts(lab)
        report = job.drift(NEXT_LOOK, plan)
        found = {user["user"]: user["status"] for user in report["users"]}
        assert writes(lab) == written
    wanted = {}
    for number, (wave, _kind, how, _synced) in enumerate(users):
        name = name_of(address(number))
        called = [entry.cmdlet for entry in written if name in meant([entry])]
        status = expected(wave, before[name], after[name], called, after[name].notified_by is not None)
        wanted[address(number)] = "unknown" if how == "unread" else status
    assert found == wanted
    new = {each["user"] for each in report["changes"]["new"]}
    assert new == {user for user, status in wanted.items() if status in ("drifted", "inconsistent")}
