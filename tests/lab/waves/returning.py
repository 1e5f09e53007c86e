# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organisation of users of every kind, upgraded and meddled with, and where each of them is once the wave was rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.records import (
    CLOUD_PROXY,
    ON_PREMISES,
    AdUser,
    CloudUser,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.world import World, effective, grant
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.in_process import InProcess
from tests.lab.waves.job import Report
from tests.lab.waves.rolling_back import RollbackJob
from tests.unit.properties.in_process import Play

NOTIFIED = "2026-11-30T09:00:00+01:00"
UPGRADED = "2026-12-07T19:00:00+01:00"
FOLLOWED = "2026-12-08T19:00:00+01:00"
BACK = "2026-12-09T19:00:00+01:00"
LATER = "2026-12-10T19:00:00+01:00"
POOLS = [f"pool0{number}.contoso.com" for number in (1, 2, 3)]
GONE = POOLS[2]
# The on-prem policies of before.
QUIET = "Quiet"
Meddle = Callable[[World, AdUser, CloudUser], None]


def _nothing(_world: World, _user: AdUser, _seen: CloudUser) -> None:
    """Nobody meddles."""


def homed(world: World, user: AdUser, seen: CloudUser, pool: str | None) -> None:
    """Home a user as an administrator does who knows nothing of the ledger, and let the directory synchronise."""
    user.locator, user.pool = (ON_PREMISES if pool else CLOUD_PROXY), pool
    seen.locator = user.locator
    grant(seen, None if pool else "UpgradeToTeams", world.now())


def _moved_back(world: World, user: AdUser, seen: CloudUser) -> None:
    homed(world, user, seen, POOLS[1])


def moved_up(world: World, user: AdUser, seen: CloudUser) -> None:
    homed(world, user, seen, None)


def _disabled(_world: World, user: AdUser, _seen: CloudUser) -> None:
    user.enabled = False


def _removed(world: World, user: AdUser, _seen: CloudUser) -> None:
    user.sip = user.locator = ""
    user.enabled = False
    world.directory.renamed(user)


def _unlicensed(_world: World, _user: AdUser, seen: CloudUser) -> None:
    seen.plans.clear()


@dataclass(frozen=True)
class Kind:
    """Users of one kind: how they begin, what somebody else does after the notification and after the upgrade, how a rollback ends.

    `back`: it brings them back to where they began. `pool`: where they are then, unless that is the pool in which they began.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    notified: Meddle = _nothing
    upgraded: Meddle = _nothing
    outcome: tuple[str, str] = ("changed", "")
    back: bool = True
    pool: str = ""
    worlds: tuple[str, ...] = ("today", "2020")


KINDS: Mapping[str, Kind] = {
    "inheriting": Kind(),
    "granted": Kind({"policy": "SfBWithTeamsCollab"}),
    "quiet": Kind({"notify_policy": QUIET}),
    "both": Kind({"notify_policy": QUIET, "policy": "SfBOnly", "pool": POOLS[1]}),
    "meetings": Kind({"meetings": {"skype": 2}}),
    "gone": Kind({"pool": GONE}, pool=POOLS[0]),
    "notified": Kind(notified=_unlicensed),
    "returned": Kind({"policy": "SfBOnly"}, upgraded=_moved_back, pool=POOLS[1]),
    "online": Kind({"homing": "online", "policy": "Islands"}, worlds=("2020",)),
    "default": Kind({"homing": "online"}, worlds=("2020",)),
    "elsewhere": Kind(notified=moved_up, outcome=("skipped", "not_upgraded_by_us"), back=False),
    "never": Kind({"licences": []}, outcome=("skipped", "not_upgraded_by_us"), back=False),
    "disabled": Kind(upgraded=_disabled, outcome=("failed", "account_disabled"), back=False),
    "removed": Kind(upgraded=_removed, outcome=("failed", "not_enabled_onprem"), back=False),
}


@dataclass(frozen=True)
class State:
    """Where a user is, and which policies they are assigned, by the hosts themselves."""

    pool: str | None
    seen_onprem: bool
    policy: str | None
    assigned: str | None
    mode: str


class Returning:
    """A wave that was upgraded, with what the hosts held before."""

    def __init__(self, lab: Lab, play: InProcess, ledger: RunLedger, kinds: Mapping[str, Kind], total: int) -> None:
        self.lab, self.kinds = lab, kinds
        self.job = RollbackJob(play, ledger)
        self.users = {address: kinds[name] for address, name in _people(kinds, total).items()}
        self.plan: dict[str, Any] = {
            "waves": [{"name": "pilot", "upgrade_on": "2026-12-07", "users": list(self.users)}]
        }
        self.before = self.states()

    def at(self, moment: str) -> datetime:
        """Let the hosts' clock go on to a moment, and forget what they did so far."""
        now = datetime.fromisoformat(moment)
        if self.lab.clock.now() < now:
            self.lab.clock.set(now)
        self.lab.journal.clear()
        return now

    def upgrade(self) -> None:
        """Notify and upgrade the wave, with what others do meanwhile."""
        self.job.run(self.at(NOTIFIED), self.plan)
        self._meddle("notified")
        self.job.run(self.at(UPGRADED), self.plan)
        self.job.run(self.at(FOLLOWED), self.plan)
        self._meddle("upgraded")
        with self.lab.organisation.quiet() as world:
            world.topology.pools = [pool for pool in world.topology.pools if pool.fqdn != GONE]

    def back(self, moment: str = BACK, **choices: Any) -> Report:
        """Roll the wave back."""
        return self.job.back(self.at(moment), **{"wave": "pilot", "pool": POOLS[0]} | choices)

    def states(self) -> dict[str, State]:
        """Return where everybody is."""
        with self.lab.organisation.quiet() as world:
            seen = {user.sip.removeprefix("sip:"): user for user in world.tenant}
            found = {user.upn: user for user in world.directory}
            return {
                name: State(
                    found[name].pool if found[name].on_premises else None,
                    seen[name].on_premises,
                    found[name].policies.get("TeamsUpgradePolicy"),
                    seen[name].assigned,
                    effective(world, seen[name]).mode,
                )
                for name in self.users
            }

    def astray(self) -> list[str]:
        """Return who is not where they belong after a rollback, as sentences."""
        now = self.states()
        problems = []
        for name, kind in self.users.items():
            began = self.before[name]
            wanted = State(kind.pool or began.pool, began.seen_onprem, began.policy, began.assigned, began.mode)
            if kind.back and now[name] != wanted:
                problems.append(f"{name}: {now[name]} instead of {wanted}")
        return problems

    def _meddle(self, when: str) -> None:
        with self.lab.organisation.quiet() as world:
            for name, kind in self.users.items():
                user = world.directory.find(name)[0]
                seen = world.tenant.of(user.guid)
                assert seen is not None
                getattr(kind, when)(world, user, seen)


def _people(kinds: Mapping[str, Kind], total: int) -> dict[str, str]:
    names = list(kinds)
    return {f"{names[each % len(names)]}{each:03}@contoso.com": names[each % len(names)] for each in range(total)}


def seed_of(world: str, kinds: Mapping[str, Kind], total: int) -> dict[str, Any]:
    return {
        "profile": world,
        "clock": "2026-11-30T07:00:00Z",
        "topology": {"pools": [{"fqdn": pool} for pool in POOLS], "policies": [{"identity": QUIET, "notify": False}]},
        "users": [{"sip": name, **kinds[kind].facts} for name, kind in _people(kinds, total).items()],
    }


def kinds_of(world: str, *names: str) -> dict[str, Kind]:
    return {name: kind for name, kind in KINDS.items() if world in kind.worlds and (not names or name in names)}


@contextmanager
def upgraded(world: str, ledger: str, total: int = 0, *names: str) -> Iterator[Returning]:
    """Give a wave of so many users of the kinds of a world, or of those that are named, once it was upgraded."""
    kinds = kinds_of(world, *names)
    many = total or len(kinds)
    with Lab(seed_of(world, kinds, many)) as lab:
        returning = Returning(lab, Play(lab), RunLedger(ledger, None, 300, 1), kinds, many)
        returning.upgrade()
        yield returning


def outcomes(report: Report) -> dict[str, tuple[str, str]]:
    """Return how each user ended, with the code of the reason."""
    return {user["user"]: (user["status"], (user["reason"] or {}).get("code", "")) for user in report["users"]}


def actions(report: Report) -> dict[str, list[str]]:
    """Return the cmdlets that changed something, or would, by user and in order."""
    return {
        user["user"]: [
            action for step in user["steps"] if step["status"] == "changed" for action in sorted(step["actions"])
        ]
        for user in report["users"]
    }


def names(entries: Sequence[Any]) -> list[tuple[str, str]]:
    """Return the writing calls that reached hosts: the user's name with the cmdlet."""
    return [(str(each.parameters.get("Identity", "")).removeprefix("sip:"), each.cmdlet) for each in entries]
