# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rehearsal: the days of a plan on simulated hosts, one after the other, with the shipped playbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from ...module_utils._ledger.faults import LedgerFault
from ...module_utils._ledger.opening import open_ledger
from ...module_utils._model.wave_reasons import NOTICE_NOT_OVER
from ...module_utils._rules.plan_users import PlanProblem
from ...module_utils._wave.calendar import Calendar, ends_of_notice
from ...module_utils._wave.durations import Pace
from ...module_utils._wave.plan import Plan, UnsoundPlan, parse_now, read_plan
from ...module_utils._wave.rehearsal import Diary
from .._lab.app.lab import Lab
from .._lab.organisation.clock import Clock
from .organisation import RehearsalFault, organisation_of
from .playbooks import Playbooks

WAVES, DRIFT = "sfb.teams_upgrade.waves", "sfb.teams_upgrade.drift"
# Lab seconds in a second: meetings are converted after six minutes, so that a job leaves them to that of the day after, as a real one does.
RATE = 20
# A job waits for the directory's synchronisation, however long that takes: here a second.
SYNC = f"{RATE}s"
# What is waited for in real time is waited for in the lab's.
WAITING: Mapping[str, Any] = {
    "teams_upgrade_sync_timeout": 120,
    "teams_upgrade_sync_interval": 1,
    "teams_upgrade_meetings_wait_timeout": 60,
    "teams_upgrade_meetings_wait_interval": 1,
}
# The exports are of the day before: what was done on it is known on both sides.
BEFORE = timedelta(days=1)
NIGHT = timedelta(hours=6)
# Of jobs. A plan of a hundred waves has some three hundred.
MOST = 1000
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """What a rehearsal is given. `variables` are the role's that the daily job takes too; `kept` is the report's path without suffix."""

    plan: Any
    plan_dir: Path
    onprem: Path | None
    online: Path | None
    settings: Mapping[str, Any]
    waves: Sequence[str]
    now: str
    variables: Mapping[str, Any]
    duration: Mapping[str, Any]
    folder: Path
    collections: str
    kept: Path

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Job:
        """Return the job from what the task sends."""
        paths = {name: Path(given[name]) if given[name] else None for name in ("onprem", "online")}
        folders = {name: Path(given[name]) for name in ("plan_dir", "folder", "kept")}
        return cls(**{**given, **paths, **folders})

    def read_plan(self) -> Plan:
        """Return the plan. Raises UnsoundPlan."""
        plan = read_plan(self.plan, lambda path: (self.plan_dir / Path(path).expanduser()).read_bytes())
        return plan.only(self.waves)


def rehearse(given: Mapping[str, Any]) -> Iterator[Line]:
    """Rehearse, and yield what is shown meanwhile as `{"line": ...}`; at the end `{"report": ...}`, or why not as `{"fault": ...}`."""
    try:
        yield from Rehearsal(Job.of(given)).days()
    except UnsoundPlan as unsound:
        yield {"fault": " ".join(f"{each.message} {each.remedy}" for each in unsound.problems)}
    except LedgerFault as fault:
        yield {"fault": fault.reason.sentence}
    except (RehearsalFault, PlanProblem) as fault:
        yield {"fault": str(fault)}


@dataclass
class Rehearsal:
    """The state of a rehearsal between its days."""

    job: Job
    diary: Diary = field(init=False)
    calendar: Calendar = field(init=False)
    playbooks: Playbooks = field(init=False)
    clock: Clock = field(init=False)

    def days(self) -> Iterator[Line]:
        """Yield a line for each step of each day, and the report."""
        job, began = self.job, monotonic()
        plan = job.read_plan()
        now = parse_now(job.now) if job.now else None
        self.calendar = Calendar(plan, now.tzinfo if now else datetime.now().astimezone().tzinfo, now)
        organisation = organisation_of(job.onprem, job.online, job.settings)
        self.clock = Clock(min(self.calendar.next.values()) - BEFORE, RATE)
        assumed = (*organisation.assumptions, *filters_assumed(plan))
        self.diary = Diary(plan, assumed, self._pace())
        with Lab(synchronised(organisation.seed), clock=self.clock) as lab:
            users = len(lab.seed.users)
            yield {"line": f"{users} users on simulated hosts after {monotonic() - began:.0f} s"}
            self.playbooks = Playbooks.prepared(job.folder, job.collections, job.kept, lab.inventory())
            while (moment := self.calendar.due()) is not None and self.diary.jobs < MOST:
                yield from self._day(moment)
        if job.duration["note"]:
            self.diary.notes += (job.duration["note"],)
        yield {"report": self.diary.report()}

    def _pace(self) -> Pace:
        given = self.job.duration
        return Pace(given["sessions"], given["skype_hosts"], given["teams_hosts"], given["measured"])

    def _day(self, moment: datetime) -> Iterator[Line]:
        """Run the job of a day, and the look for drift of the night after.

        Nobody else changes anything here, so that only the last look is at all waves: the others are at those that the job was given.
        """
        began, worked_on = monotonic(), self.calendar.worked_on(moment)
        given = self.calendar.waves_for(moment)
        report = self._run(WAVES, moment, f"{self.diary.jobs + 1}-waves", given)
        self.diary.add(moment, worked_on, report)
        self.calendar.done(moment, report["users"], self._notices(worked_on, report, moment))
        yield {"line": f"{self.diary.line(self.calendar)}; {monotonic() - began:.0f} s"}
        began, last = monotonic(), self.calendar.due() is None
        found = self._run(DRIFT, moment + NIGHT, f"{self.diary.jobs}-drift", self.job.waves if last else given)
        self.diary.add_drift(found)
        yield {"line": f"{self.diary.drift_line()}; {monotonic() - began:.0f} s"}

    def _run(self, playbook: str, moment: datetime, name: str, waves: Sequence[str]) -> dict[str, Any]:
        with suppress(ValueError):
            # The clock goes on while a job runs, and may be later already.
            self.clock.set(moment)
        job = self.job
        known = {
            "teams_upgrade_plan": job.plan,
            "teams_upgrade_plan_dir": str(job.plan_dir),
            "teams_upgrade_waves": list(waves),
            "teams_upgrade_now": moment.isoformat(),
            "teams_upgrade_ledger": self._ledger,
            "teams_upgrade_report_dir": str(self.playbooks.reports),
            "teams_upgrade_report_name": name,
        }
        return self.playbooks.run(playbook, name, {**job.variables, **WAITING, **known})

    @property
    def _ledger(self) -> str:
        return f"sqlite:///{self.job.folder / 'ledger.db'}"

    def _notices(self, waves: Sequence[str], report: Mapping[str, Any], now: datetime) -> dict[str, list[date]]:
        """Return for each wave the days on which the notice of somebody who waits for it is over."""
        waiting: dict[str, list[str]] = {name: [] for name in waves}
        for user in report["users"]:
            if (user["reason"] or {}).get("code") == NOTICE_NOT_OVER.code and user["wave"] in waiting:
                waiting[user["wave"]].append(user["user"])
        if not any(waiting.values()):
            return {}
        found = {}
        with open_ledger(self._ledger) as ledger:
            for wave in (wave for wave in self.calendar.plan.waves if waiting.get(wave.name)):
                moments = ledger.notices(wave.name, waiting[wave.name]).values()
                found[wave.name] = ends_of_notice(wave, moments, now.tzinfo)
        return found


def synchronised(seed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a seed whose directory is synchronised at once, unless it says another time."""
    return {**seed, "timing": {"sync": SYNC, **seed.get("timing", {})}}


def filters_assumed(plan: Plan) -> Iterator[str]:
    """Yield what is assumed of waves whose filter may name attributes that no export has."""
    names = [wave.name for wave in plan.waves if {"filter", "ldap_filter"} & wave.filter.keys()]
    if names:
        yield (
            f"Attributes that are not in the exports, such as the department, are empty here: the filters of {', '.join(names)} may find "
            "others on the servers. List these users, or choose them by registrar_pool or ou."
        )
