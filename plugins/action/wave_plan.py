# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Begins a run of waves: reads the plan, or takes users without one, and refuses what is not sound before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from ansible import context
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._model.identity import UserId
from ..module_utils._model.policy import Mode
from ..module_utils._rules.plan_users import listed_users
from ..module_utils._wave.broken_off import READINESS, STEPS_DUE
from ..module_utils._wave.members import to_find
from ..module_utils._wave.plan import Plan, percentage, read_plan
from ..module_utils._wave.readiness import WaveGoal
from ..module_utils._wave.run import DriftRun, Phase, RunState, WaveState
from ..module_utils._wave.wave import Due, Wave
from ..plugin_utils._wave_run import awx, state_file
from ..plugin_utils._wave_run.beginning import (
    claim_timeout_of,
    folder_of_files,
    interrupted_timeout_of,
    now_of,
    refuse,
    sound_plan,
)
from ..plugin_utils._wave_run.inputs import names_of, phases_of, plan_of, refuse_unknown_reasons, truth, whole_number
from ..plugin_utils._wave_run.ledger import RunLedger, default_url

_WHERE = (
    "with --extra-vars @plan.yml, or set it for all hosts or for the host of the play; the variables of the hosts that the role delegates "
    "to are not read."
)
NO_PLAN = f"Nothing was done: teams_upgrade_plan is not set, or empty. Give the plan {_WHERE}"
NEITHER = f"Nothing was done: neither teams_upgrade_plan nor teams_upgrade_users is set. Give one of them {_WHERE}"
PLAN_AND_USERS = (
    "Nothing was done: teams_upgrade_plan and teams_upgrade_users are both set. Leave out one of them; to look at some waves of the plan "
    "only, set teams_upgrade_waves."
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a run is begun for. `entry`: the entry point of the role whose variables count. `missing`: a sentence for what was not given."""

    entry: str
    planned: bool
    readiness: bool = False
    drift: bool = False
    missing: str = ""

    @property
    def reads_only(self) -> bool:
        """Whether the run changes nothing, whatever the playbook runs in."""
        return self.readiness or self.drift

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> Self:
        """Return what the options ask for. Only a look at readiness takes a plan or users, whichever is given."""
        readiness, drift = (truth(args.get(name), name) for name in ("readiness", "drift"))
        if not readiness:
            planned = "plan" in args
            entry = ("drift" if drift else "wave") if planned else "readiness"
            return cls(entry, planned, drift=drift, missing=NO_PLAN if planned and not args["plan"] else "")
        plan, users = args.get("plan"), args.get("users")
        missing = PLAN_AND_USERS if plan and users else "" if plan or users else NEITHER
        return cls("readiness" if users else "plan_readiness", not users, readiness=True, missing=missing)


class ActionModule(ActionBase):
    """Begins a run of waves."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return `waves`, each with what is due, and `work`, those for which something is due."""
        super().run(tmp, task_vars)
        args, found = self._task.args, task_vars or {}
        state_file.begin(self._task._uuid, str(found.get("inventory_hostname")))
        what = Beginning.of(args)
        refuse(what.entry, args, found, self._loader, self._templar, what.missing)
        now, planned = now_of(args), what.planned
        with sound_plan():
            run = self._planned(args, now, found, what) if planned else self._named(args, now)
        if what.reads_only:
            # Whatever a playbook calls, nothing is written: to no host, as in check mode, and nobody becomes a member.
            run.check_mode, run.phases, run.readiness = True, frozenset({Phase.READINESS}), what.readiness
        run.began = datetime.now(UTC)
        run.id = _joined(run, state_file.load_or_none())
        run.ledger = str(args.get("ledger") or "") or default_url(found)
        # A prediction is written to no host, and users without a plan wait for no notice.
        only_warn = run.check_mode or not planned
        awx.check_ledger(run.ledger, found, named=bool(args.get("ledger")), only_warn=only_warn)
        RunLedger.of(run, found, self._templar).begin(run, found)
        state_file.save(run)
        return {
            "changed": False,
            "waves": [each.wave.to_result(now) for each in run.waves.values()],
            "work": [] if run.left_to else _work(run),
            "msg": "; ".join(_sentence(each) for each in run.waves.values()),
            **awx.left_to(run),
        }

    def _planned(self, args: Mapping[str, Any], now: datetime, found: Mapping[str, Any], what: Beginning) -> RunState:
        folder = Path(folder_of_files(args, found))
        given = plan_of(args, found, self._templar)
        plan = read_plan(given, lambda path: (folder / Path(path).expanduser()).read_bytes())
        names = names_of(args.get("waves"), "teams_upgrade_waves")
        run = self._run(args, now, plan.only(names))
        if what.drift:
            run.drift = DriftRun(whole=not names)
            return run
        for state in run.waves.values():
            state.to_come = READINESS if what.readiness else STEPS_DUE[state.due]
        return run

    def _named(self, args: Mapping[str, Any], now: datetime) -> RunState:
        """Return the run with a wave of users that a playbook names, added to what this playbook has done so far."""
        mode = Mode.read(args.get("mode"))
        if mode is None:
            raise AnsibleActionFail(f"There is no mode {args.get('mode')!r}. The modes are {', '.join(Mode)}.")
        notes: list[str] = []
        users: Sequence[UserId] = listed_users(args.get("users"), "teams_upgrade_users", notes)
        wave = Wave(
            name=str(args["wave"]),
            upgrade_on=now.date(),
            lead_days=0,
            mode=mode,
            migrate_meetings=truth(args.get("migrate_meetings"), "teams_upgrade_migrate_meetings"),
            window=None,
            users=tuple(users),
        )
        run = self._run(args, now, Plan((), notes=tuple(notes)))
        due = Due.NOTIFY if args.get("phase") == "notify" else Due.UPGRADE
        budget = percentage(int(args.get("failure_budget_percentage") or 0))
        before = state_file.load_or_none()
        run.waves = {} if before is None else {name: each for name, each in before.waves.items() if not each.planned}
        run.waves[wave.name] = WaveState(wave, due, open=True, budget=budget, planned=False)
        return run

    def _run(self, args: Mapping[str, Any], now: datetime, plan: Plan) -> RunState:
        accepted = frozenset(names_of(args.get("accepted_reasons"), "teams_upgrade_accepted_reasons"))
        refuse_unknown_reasons(accepted)
        telephony = truth(args.get("without_telephony"), "teams_upgrade_without_telephony")
        run = RunState(
            now=now,
            check_mode=bool(self._task.check_mode),
            phases=phases_of(context.CLIARGS, self._task.tags) if plan.waves else frozenset(Phase),
            goal=WaveGoal(without_telephony=telephony, accepted=accepted),
            notes=plan.notes,
            notify_policy=str(args.get("notify_policy") or ""),
            fail_when_closed=truth(args.get("fail_when_closed"), "teams_upgrade_fail_when_closed"),
            most_users=whole_number(args.get("most_users"), "teams_upgrade_most_users"),
            claim_timeout=claim_timeout_of(args),
            interrupted_timeout=interrupted_timeout_of(args),
        )
        run.take(plan)
        return run


def _joined(run: RunState, before: RunState | None) -> str:
    """Return the id of the run of this playbook that users without a plan are added to; empty for a plan, which has a time of its own."""
    known = [] if before is None else [*before.waves.values(), *run.waves.values()]
    return "" if before is None or any(each.planned for each in known) else before.id


def _work(run: RunState) -> list[dict[str, str]]:
    """Return what the role works through: the waves for which something is due, and before them the members that a filter finds.

    Readiness is read of all waves.
    """
    if run.readiness:
        return [{"name": name, "due": Phase.READINESS.value} for name in run.waves]
    due = [{"name": name, "due": each.due.value} for name, each in run.waves.items() if each.due is not Due.NOTHING]
    return [{"name": "members", "due": "members"}, *due] if to_find(run) else due


def _sentence(state: WaveState) -> str:
    """Return what is due in a wave."""
    wave = state.wave
    what = "nothing is due" if state.due is Due.NOTHING else f"{state.due.noun} is due since {state.due_since}"
    count = len(wave.members)
    many = "users by filter" if wave.users is None else f"{count} user{'' if count == 1 else 's'}"
    return f"{wave.name}: {what} ({many}, notified from {wave.notify_on}, upgraded on {wave.upgrade_on})"
