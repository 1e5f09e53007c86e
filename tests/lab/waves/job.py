# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of waves in this process: the steps in the order of the role's tasks, their modules on simulated hosts.

As a program it is a process of its own, which a test can kill: it reads its orders as JSON, and reaches hosts that another process has.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave import members
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calls import ModuleCall
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.document import document
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_run import unread_filter
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import WaveGoal
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_steps import ALL_STEPS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import DriftRun, Phase, RunState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.steps import unseen
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.answers import with_groups
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.drift import gather, look
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.stepping import do_step

from tests.controller import COLLECTION, COLLECTIONS, ROOT
from tests.in_process import InProcess
from tests.lab.wire import OverTheWire

TASKS = ROOT / "roles" / "teams_upgrade" / "tasks"
NOTIFY_POLICY = "TeamsUpgradeNotify"
HOSTS = {Side.ONPREM: "sfb01", Side.ONLINE: "teams01"}
Report = Mapping[str, Any]


def steps_of(name: str) -> Iterator[str]:
    """The steps of a file of the role's tasks, in order, with those of the files that it imports."""
    for task in yaml.safe_load((TASKS / name).read_text(encoding="utf-8")):
        if "ansible.builtin.import_tasks" in task:
            yield from steps_of(task["ansible.builtin.import_tasks"])
        else:
            step = task[f"{COLLECTION}.wave_step"]["step"]
            yield from [step] if isinstance(step, str) else step


@dataclass
class Job:
    """Runs of waves with the modules of `play`, remembered in a ledger."""

    play: InProcess
    ledger: RunLedger

    def run(self, now: datetime, plan: Mapping[str, Any], *, check: bool = False, **choices: Any) -> Report:
        """Do what is due at a moment, and return the report. `choices` are the role's."""
        accepted = frozenset(choices.pop("accepted_reasons", ()))
        clock = self.play.lab.clock
        run = RunState(
            now,
            began=clock.now(),
            check_mode=check,
            goal=WaveGoal(accepted=accepted),
            notify_policy=NOTIFY_POLICY,
            ledger=self.ledger.url,
            most_users=choices.pop("most_users", None),
            fail_when_closed=choices.pop("fail_when_closed", False),
        )
        run.take(read_plan(plan, lambda path: Path(path).read_bytes()))
        self.ledger.begin(run, {}, os.getpid())
        self._find_members(run)
        for state in run.waves.values():
            for name in steps_of(f"wave_{state.due.value}.yml") if state.due is not Due.NOTHING else ():
                options = self._options(name, choices)
                answered = partial(self._answer, run, ALL_STEPS[name].side)
                list(do_step(run, state, name, options, self.ledger, answered, clock.now))
        report = document(summarise(run), written="", now=now.isoformat(), campaign=self.ledger.campaign(run))
        self.ledger.end(run, str(report["verdict"]))
        return report

    def drift(self, now: datetime, plan: Mapping[str, Any], *, fail_on_drift: bool = False, **choices: Any) -> Report:
        """Look for drift at a moment, and return the report: as tasks/drift.yml does."""
        goal = WaveGoal(accepted=frozenset(choices.pop("accepted_reasons", ())))
        names: Sequence[str] = choices.pop("waves", ())
        run = RunState(now, check_mode=True, goal=goal, notify_policy=NOTIFY_POLICY, ledger=self.ledger.url)
        run.phases, run.drift, run.began = frozenset({Phase.READINESS}), DriftRun(whole=not names), datetime.now(UTC)
        run.take(read_plan(plan, lambda path: Path(path).read_bytes()).only(names))
        self.ledger.begin(run, {}, os.getpid())
        self._find_members(run)
        for name in ("readiness_onprem", "readiness_online"):
            answered = partial(self._answer, run, ALL_STEPS[name].side)
            list(do_step(run, run.wave(""), name, {}, self.ledger, answered))
        report = look(run, self.ledger, fail_on_drift=fail_on_drift)
        self.ledger.end(run, str(report["verdict"]))
        return report

    def _find_members(self, run: RunState) -> None:
        known: dict[str, list[str]] = {}
        read: set[str] = set()
        for state in members.to_find(run):
            answer = self.play.run(HOSTS[Side.ONPREM], "csuser_info", dict(state.wave.filter), check=run.check_mode)
            if run.drift is not None and "users" not in answer:
                run.notes = (*run.notes, unread_filter(state, answer))
            else:
                read.add(state.wave.name)
            known[state.wave.name] = [str(each["user"]) for each in answer.get("users", ())]
        members.take(run, known, self.ledger.members(known))
        gather(run, self.ledger, read)

    def _options(self, step: str, choices: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self.play.lab.inventory()["all"]["vars"]
        credential = {name: known[f"teams_upgrade_move_{name}"] for name in ("credential_user", "credential_password")}
        return {
            "move": credential,
            "notify_onprem": {"policy": NOTIFY_POLICY},
            "notify_late_onprem": {"policy": NOTIFY_POLICY},
            "sync": {"timeout": choices.get("sync_timeout", 3600), "interval": 600},
            "meetings": {"catch_up": choices.get("catch_up", False)},
        }.get(step, {})

    def _answer(self, run: RunState, side: Side, call: ModuleCall, args: Mapping[str, object]) -> dict[str, Any]:
        """The last answer of a module. Where a step waits, the hosts' time passes instead."""
        host = HOSTS[side]
        answer = self.play.run(host, call.module, args, check=run.check_mode)
        for _dummy in range(call.wait.timeout // call.wait.interval if call.wait else 0):
            if not unseen(call, answer):
                break
            self.play.lab.clock.advance(timedelta(seconds=call.wait.interval if call.wait else 0))
            answer = self.play.run(host, call.module, args, check=run.check_mode)
        return with_groups(answer, side, host)


@dataclass(frozen=True)
class RealTime:
    """The time of this machine. What passes for the hosts takes a `rate`th of it here."""

    rate: float

    def now(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        time.sleep(by.total_seconds() / self.rate)


@dataclass(frozen=True)
class HostsElsewhere:
    """Hosts that another process has: what a job asks of a lab, to reach them and to let time pass."""

    known: Mapping[str, Any]
    clock: RealTime

    def inventory(self) -> dict[str, Any]:
        return dict(self.known)


def start(
    lab: Lab, ledger: RunLedger, now: datetime, plan: Mapping[str, Any], *, sessions: int = 1, **choices: Any
) -> subprocess.Popen[str]:
    """Start a run of waves on the hosts of a lab as a process of its own, which leads a process group. It writes its report."""
    return launch("job", lab, ledger, sessions, now=now.isoformat(), plan=plan, choices=choices)


def launch(program: str, lab: Lab, ledger: RunLedger, sessions: int, **orders: Any) -> subprocess.Popen[str]:
    """Start a program of this folder with orders, as a process of its own on the hosts of a lab."""
    known = {
        "inventory": lab.inventory(),
        "rate": lab.clock.rate,
        "sessions": sessions,
        "ledger": [ledger.url, ledger.password, ledger.claim_timeout, ledger.interrupted_timeout],
    }
    paths = os.pathsep.join(map(str, (ROOT, COLLECTIONS)))
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        json.dump(known | orders, file)
        file.seek(0)
        return subprocess.Popen(
            [sys.executable, "-m", f"tests.lab.waves.{program}"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": paths},
            stdin=file,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


@contextmanager
def ordered() -> Iterator[tuple[OverTheWire, RunLedger, dict[str, Any]]]:
    """Give what the orders on the standard input name: the hosts, the ledger, and all else."""
    orders = json.load(sys.stdin)
    hosts = HostsElsewhere(orders.pop("inventory"), RealTime(orders.pop("rate")))
    with OverTheWire(cast(Lab, hosts), sessions=orders.pop("sessions")) as play:
        yield play, RunLedger(*orders.pop("ledger")), orders


def main() -> None:
    """Do what the orders on the standard input say, and write the report to the standard output."""
    with ordered() as (play, ledger, orders):
        report = Job(play, ledger).run(datetime.fromisoformat(orders["now"]), orders["plan"], **orders["choices"])
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
