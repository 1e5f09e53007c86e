# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waves in this process: the steps in the order of the role's tasks, their modules on simulated hosts over the real protocol.

What is left out is Ansible's part, which takes most of a night: the playbook's own tests have it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calls import ModuleCall
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import WaveGoal
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.steps import STEPS, unseen
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.answers import with_groups
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.stepping import do_step

from tests.controller import COLLECTION, ROOT
from tests.engines import NewLab
from tests.lab.wire import OverTheWire
from tests.playbooks.stage import Outcome

TASKS = ROOT / "roles" / "teams_upgrade" / "tasks"
NOTIFY_POLICY = "TeamsUpgradeNotify"
HOSTS = {Side.ONPREM: "sfb01", Side.ONLINE: "teams01"}
DAY_BEFORE = "2026-11-30T07:00:00Z"


def steps_of(due: Due) -> Iterator[str]:
    """The steps of a wave, as the role orders them."""
    for part in yaml.safe_load((TASKS / f"wave_{due.value}.yml").read_text(encoding="utf-8")):
        for task in yaml.safe_load((TASKS / part["ansible.builtin.import_tasks"]).read_text(encoding="utf-8")):
            step = task[f"{COLLECTION}.wave_step"]["step"]
            yield from [step] if isinstance(step, str) else step


class Waves:
    """Simulated hosts on which waves are worked through."""

    def __init__(self, lab: Lab, play: OverTheWire, ledger: str) -> None:
        self.lab = lab
        self.play = play
        self.ledger = RunLedger(ledger, None, 300)

    def night(self, now: str, plan: Mapping[str, Any], *, check: bool = False, **choices: Any) -> Outcome:
        """Do what is due at a moment, with the hosts' clock set to it unless it is later there. `choices` are the role's."""
        moment = datetime.fromisoformat(now)
        if self.lab.clock.now() < moment:
            self.lab.clock.set(moment)
        accepted = frozenset(choices.pop("accepted_reasons", ()))
        run = RunState(
            moment,
            began=self.lab.clock.now(),
            check_mode=check,
            goal=WaveGoal(accepted=accepted),
            notify_policy=NOTIFY_POLICY,
            ledger=self.ledger.url,
            most_users=choices.pop("most_users", None),
            fail_when_closed=choices.pop("fail_when_closed", False),
        )
        run.take(read_plan(plan, lambda path: Path(path).read_bytes()))
        self.ledger.begin(run, {}, os.getpid())
        self.lab.journal.clear()
        for state in run.waves.values():
            for name in steps_of(state.due) if state.due is not Due.NOTHING else ():
                options = self._options(name, choices)
                answered = partial(self._answer, run, STEPS[name].side)
                list(do_step(run, state, name, options, self.ledger, answered, self.lab.clock.now))
        report = summarise(run)
        self.ledger.end(run, str(report["verdict"]))
        return Outcome(report, self.lab.journal.entries())

    def _options(self, step: str, choices: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self.lab.inventory()["all"]["vars"]
        credential = {name: known[f"teams_upgrade_move_{name}"] for name in ("credential_user", "credential_password")}
        return {
            "move": credential,
            "notify_onprem": {"policy": NOTIFY_POLICY},
            "sync": {"timeout": choices.get("sync_timeout", 3600), "interval": 600},
            "meetings": {"catch_up": choices.get("catch_up", False)},
        }.get(step, {})

    def _answer(self, run: RunState, side: Side, call: ModuleCall, args: Mapping[str, object]) -> dict[str, Any]:
        """The last answer of a module. Where a step waits, the lab's time passes instead."""
        host = HOSTS[side]
        answer = self.play.run(host, call.module, args, check=run.check_mode)
        for _dummy in range(call.wait.timeout // call.wait.interval if call.wait else 0):
            if not unseen(call, answer):
                break
            self.lab.clock.advance(timedelta(seconds=call.wait.interval if call.wait else 0))
            answer = self.play.run(host, call.module, args, check=run.check_mode)
        return with_groups(answer, side, host)


OpenWaves = Callable[..., AbstractContextManager[Waves]]


@contextmanager
def open_waves(new_lab: NewLab, seed: Mapping[str, Any], *, ledger: str = "", **options: Any) -> Iterator[Waves]:
    """Open hosts that hold what the seed says, with a ledger of their own unless one is named. `options` are the connection's."""
    with (
        new_lab({"clock": DAY_BEFORE} | dict(seed)) as lab,
        OverTheWire(lab, **options) as play,
        TemporaryDirectory() as folder,
    ):
        yield Waves(lab, play, ledger or f"sqlite:///{folder}/ledger.db")
