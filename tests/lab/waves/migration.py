# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A migration of eight weeks with a daily job and a nightly check, while hosts, jobs and users go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.records import TEAMS_PLAN, Plan
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.in_process import InProcess
from tests.lab.interruptions import AFTER, interrupted, kill
from tests.lab.waves.job import Job, Report, start
from tests.lab.wire import OverTheWire
from tests.ledgers import Place
from tests.unit.properties.in_process import Play

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 30, tzinfo=PARIS)
DAYS = 56
LEAD = 7
WINDOW = {"days": ["mon", "tue", "wed", "thu"], "from": "19:00", "to": "23:00", "timezone": "Europe/Paris"}
# Hours of a day: the nightly check, the window, the daily job, and that job when it is late.
CHECK, OPENS, WORK, LATE, CLOSES = 2, 19, 20, 22, 23
# The waves: the day of their upgrade, counted from MONDAY, and their share of the users. One is chosen by a filter.
WAVES = {
    "pilot": (7, 0.05),
    "lyon": (14, 0.2),
    "paris": (21, 0.2),
    "north": (28, 0.15),
    "south": (35, 0.2),
    "rest": (42, 0.2),
}
BY_FILTER, POOL = "lyon", "pool02.contoso.com"
# Days on which something goes wrong: the job is killed, a host does not answer, the window closes during the job.
KILLED, AWAY, CLOSING = 14, 21, 35
# A week in which few users are started each day.
SMALL_WEEK = range(42, 49)
# Every so-manieth user is like this.
KINDS: Mapping[int, Mapping[str, Any]] = {
    7: {"homing": "online", "policy": "Islands"},
    11: {"meetings": {"skype": 2}},
    23: {"licences": ["MCOProfessional"]},
}
# Users who come to the filter's pool later than its other members, with the day: before their wave's upgrade, and after it.
NEWCOMERS = {"early@contoso.com": 10, "late@contoso.com": 16}
# The day on which everybody of a wave gets a licence, after that of its upgrade.
LICENSED, LICENSED_WAVE = 30, "paris"


def address(number: int) -> str:
    return f"user{number:04}@contoso.com"


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the migration, in Paris."""
    return MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day)


def people(total: int) -> dict[str, dict[str, dict[str, Any]]]:
    """The users of each wave, as a seed has them."""
    waves: dict[str, dict[str, dict[str, Any]]] = {}
    first = 0
    for name, (_day, share) in WAVES.items():
        numbers = range(first, first + round(total * share))
        first = numbers.stop
        waves[name] = {address(number): {"sip": address(number), **_kind(number)} for number in numbers}
    for user in waves[BY_FILTER].values():
        user["pool"] = POOL
    # Who is homed online has no pool, so that a filter does not find them.
    for name in [name for name, user in waves[BY_FILTER].items() if "homing" in user]:
        waves["rest"][name] = {key: value for key, value in waves[BY_FILTER].pop(name).items() if key != "pool"}
    return waves


def _kind(number: int) -> Mapping[str, Any]:
    return next((facts for each, facts in KINDS.items() if number % each == each - 1), {})


def plan_of(waves: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    chosen: dict[str, dict[str, Any]] = {name: {"users": list(users)} for name, users in waves.items()}
    chosen[BY_FILTER] = {"filter": {"registrar_pool": POOL}}
    planned = [
        {"name": name, "upgrade_on": moment(day, 0).date().isoformat(), **chosen[name]}
        for name, (day, _share) in WAVES.items()
    ]
    defaults = {"notify_days_before": LEAD, "window": WINDOW}
    return {"defaults": defaults, "failure_budget_percentage": 20, "waves": planned}


@dataclass
class Migration:
    """The hosts, the ledger, and what the jobs have reported: `checked` and `reports`, by day, of jobs that came to their end."""

    lab: Lab
    place: Place
    waves: Mapping[str, Mapping[str, Mapping[str, Any]]]
    most: int
    never: set[str] = field(default_factory=set)
    reports: dict[int, Report] = field(default_factory=dict)
    written_in_checks: int = 0

    def __post_init__(self) -> None:
        self.plan = plan_of(self.waves)
        self.ledger = RunLedger(self.place.url, self.place.password, 300, 1)

    def go(self) -> None:
        """Let the days pass."""
        self._order_faults()
        for day in range(DAYS):
            self._change_the_world(day)
            before = len(self.lab.journal.entries(writes=True))
            self._run(day, CHECK, check=True)
            self.written_in_checks += len(self.lab.journal.entries(writes=True)) - before
            if day == KILLED:
                self._killed(day)
            if day == CLOSING:
                self._closing(day)
            else:
                self.reports[day] = self._run(day, WORK)

    def _run(self, day: int, hour: int, *, check: bool = False) -> Report:
        """Run a job. Its sessions are its own."""
        now = moment(day, hour)
        if self.lab.clock.now() < now:
            self.lab.clock.set(now)
        choices = {"most_users": self.most} if day in SMALL_WEEK else {}
        with self._hosts(day) as play:
            return Job(play, self.ledger).run(now, self.plan, check=check, **choices)

    @contextmanager
    def _hosts(self, day: int) -> Iterator[InProcess]:
        """The hosts as they are on a day: over the protocol where one of them does not answer."""
        if day != AWAY:
            yield Play(self.lab)
            return
        self.lab.front["teams01"].refuse_connections()
        try:
            with OverTheWire(self.lab, start_timeout=5, connection_timeout=1) as play:
                yield play
        finally:
            self.lab.front["teams01"].refuse_connections(False)

    def _killed(self, day: int) -> None:
        """Run a job as a process of its own, and kill it when a host has carried out its third writing call."""
        self.lab.clock.set(moment(day, OPENS))
        process = start(self.lab, self.ledger, moment(day, OPENS), self.plan, sessions=2)
        with interrupted(self.lab, 3, AFTER, lambda: kill(process.pid)) as interruption:
            process.communicate(timeout=120)
        assert interruption.happened.is_set()

    def _closing(self, day: int) -> None:
        """Run a job two hours late. The window closes when it has made its fourth writing call."""
        closed = moment(day, CLOSES) + timedelta(seconds=1)
        with interrupted(self.lab, 4, AFTER, lambda: self.lab.clock.set(closed)) as interruption:
            self.reports[day] = self._run(day, LATE)
        assert interruption.happened.is_set()

    def _order_faults(self) -> None:
        """Of each wave but the first, some moves go wrong in each way. `never`: users who can never be moved."""
        order = self.lab.faults.order
        for users in list(self.waves.values())[1:]:
            passing, slow, lost, *odd = ready(users)[1:-1:2]
            order(OrderedFault("Move-CsUser", "The service is too busy.", user=passing))
            order(OrderedFault("Move-CsUser", "The operation has timed out.", user=slow, after=True))
            order(OrderedFault("Move-CsUser", user=lost, drop_shell=True, after=True))
            for user in odd[: 1 + len(users) // 100]:
                order(OrderedFault("Move-CsUser", f"Something odd happened to {user}.", user=user, times=None))
                self.never.add(user)

    def _change_the_world(self, day: int) -> None:
        """What administrators do meanwhile."""
        with self.lab.organisation.quiet() as world:
            for user in [user for user, when in NEWCOMERS.items() if when == day]:
                world.directory.find(user)[0].pool = POOL
            for user in self.waves[LICENSED_WAVE] if day == LICENSED else ():
                world.tenant.by_sip(user)[0].plans.setdefault(TEAMS_PLAN, Plan(TEAMS_PLAN, world.now()))


def ready(users: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    """Those of the users who are homed on-prem and licensed."""
    return [name for name, facts in users.items() if not {"homing", "licences"} & set(facts)]
