# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does steps of a wave: asks the run which users each is for, runs the module for them on this host, and records what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic, sleep
from typing import Any

from ansible.errors import AnsibleActionFail

from ..module_utils._ledger.faults import LedgerFault
from ..module_utils._model.outcome import WARNED
from ..module_utils._progress import Progress
from ..module_utils._rules.move import LOST_BY_MOVING_BACK
from ..module_utils._wave import members
from ..module_utils._wave.calls import ModuleCall
from ..module_utils._wave.drift_run import unread_filter
from ..module_utils._wave.plan import UnsoundPlan
from ..module_utils._wave.rollback_steps import ALL_STEPS
from ..module_utils._wave.run import RunState
from ..module_utils._wave.step_record import StepRecord
from ..module_utils._wave.steps import unseen
from ..plugin_utils._module_start import COLLECTION, StartsModules
from ..plugin_utils._progress_display import shown_for
from ..plugin_utils._wave_run import state_file
from ..plugin_utils._wave_run.answers import plain, with_groups
from ..plugin_utils._wave_run.awx import left_to
from ..plugin_utils._wave_run.drift import gather
from ..plugin_utils._wave_run.inputs import names_of
from ..plugin_utils._wave_run.ledger import RunLedger
from ..plugin_utils._wave_run.rollback_ledger import ledger_of
from ..plugin_utils._wave_run.stepping import Done, do_step

MEMBERS = "members"
CORES = ("warnings", "deprecations")
# What the report on a rollback says with the number of users.
SAID = (LOST_BY_MOVING_BACK,)


class ActionModule(StartsModules):
    """Does steps of a wave."""

    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the steps' counts. A step does not fail: what went wrong is recorded, and the report judges it."""
        super().run(tmp, task_vars)
        found, run = task_vars or {}, state_file.load()
        if left := left_to(run):
            return left
        if (steps := _steps(self._task.args.get("step"))) == [MEMBERS]:
            return self._find_members(run, found)
        done: list[Done] = []
        for step in steps:
            with shown_for(self, step, found):
                done += self._do(run, step, found)
            state_file.save(run)
        return _result(done)

    def _do(self, run: RunState, name: str, found: dict[str, Any]) -> Iterator[Done]:
        """Do one step, and yield what came of each of its calls."""
        options = dict(self._task.args.get("options") or {})
        try:
            state = run.wave(str(self._task.args.get("wave") or ""))
        except LookupError as error:
            raise AnsibleActionFail(str(error)) from None

        def answered(call: ModuleCall, args: Mapping[str, object]) -> dict[str, Any]:
            return with_groups(plain(self._call(call, args, found)), ALL_STEPS[name].side, self._host(found))

        return do_step(run, state, name, options, ledger_of(run, found, self._templar), answered)

    def _call(self, call: ModuleCall, args: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        """Run the module of a call, again and again where it waits for somebody, and return its last answer."""
        answer = self._module(call.module, args, found)
        if call.wait is None:
            return answer
        deadline, progress = monotonic() + call.wait.timeout, Progress.of_environment()
        while "users" in answer and (waiting := unseen(call, plain(answer))) and (left := deadline - monotonic()) > 0:
            done = f"{len(call.users) - len(waiting)} of {len(call.users)} users"
            progress.say(f"waiting until the cloud shows them, {done} so far, asked again every {call.wait.interval} s")
            sleep(min(max(1, call.wait.interval), left))
            answer = self._module(call.module, args, found)
        return answer

    def _module(self, name: str, args: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._execute_module(
            module_name=f"{COLLECTION}.{name}", module_args=dict(args), task_vars=found
        )
        # Newer cores give each answer the warnings of all calls of the task, in a list that is theirs.
        kept = {key: value for key, value in answer.items() if key not in CORES}
        return kept | {"warnings": kept.pop(WARNED, [])}

    def _find_members(self, run: RunState, found: dict[str, Any]) -> dict[str, Any]:
        """Find the members of waves that are due and chosen by a filter. Nobody is worked on where one of them cannot be found."""
        known: dict[str, list[str]] = {}
        read: set[str] = set()
        ledger = RunLedger.of(run, found, self._templar)
        for state in members.to_find(run):
            with shown_for(self, "members", found):
                answer = plain(self._module("csuser_info", dict(state.wave.filter), found))
            if answer.get("failed") or "users" not in answer:
                if run.drift is None:
                    raise AnsibleActionFail(
                        f"The members of wave {state.wave.name!r} could not be found, and nothing was done. {answer.get('msg', '')}"
                    )
                run.notes = (*run.notes, unread_filter(state, answer))
            else:
                read.add(state.wave.name)
            known[state.wave.name], odd = members.nameable(str(each["user"]) for each in answer.get("users", ()))
            said = map(str, answer.get("notes", ()))
            run.notes = (*run.notes, *members.notes_on(state.wave.name, odd, said))
        try:
            members.take(run, known, ledger.members(known))
            gather(run, ledger, read)
        except LedgerFault as fault:
            raise AnsibleActionFail(f"Nothing was done. {fault.reason.sentence}") from None
        except UnsoundPlan as unsound:
            raise AnsibleActionFail(f"Nothing was done, since the plan is not sound. {unsound}") from None
        state_file.save(run)
        counts = ", ".join(f"{name}: {len(users)} users" for name, users in known.items())
        return {"changed": False, "msg": counts}

    def _host(self, found: Mapping[str, Any]) -> str:
        return str(self._task.delegate_to or found.get("inventory_hostname"))


def _steps(value: object) -> list[str]:
    """Return the names of the steps. Raises AnsibleActionFail for what names no steps, before the first is done."""
    steps, known = names_of(value, "step"), f"The steps are {MEMBERS}, {', '.join(ALL_STEPS)}."
    if not steps:
        raise AnsibleActionFail(f"Nothing was done: step is empty. Name one or more. {known}")
    for name in steps:
        if name not in ALL_STEPS and name != MEMBERS:
            raise AnsibleActionFail(f"Nothing was done: there is no step {name!r}. {known}")
    if MEMBERS in steps and len(steps) > 1:
        raise AnsibleActionFail(
            f"Nothing was done: the step {MEMBERS} is for all waves and stands alone. Give it a task of its own, before the other steps."
        )
    return steps


def _result(done: Sequence[Done]) -> dict[str, Any]:
    """Return what a task shows of its calls. Whole lists of users are in the report."""
    answers = [each.answer for each in done]
    result: dict[str, Any] = {"changed": any(answer.get("changed") for answer in answers)}
    if not answers:
        return result | {"skipped": True, "skip_reason": "Nothing is to be done."}
    # Of users who are waited for, only what comes next is counted.
    summaries = [each.answer["summary"] for each in done if each.answer.get("summary") and not each.call.wait]
    result["summary"] = {key: sum(summary[key] for summary in summaries) for key in (summaries[0] if summaries else {})}
    result["msg"] = "; ".join(_sentence(each.record) for each in done if each.record)
    result["diff"] = [each for answer in answers if "diff" in answer for each in _listed(answer["diff"])]
    # Users are read in parts, each of which has the same to say of the host.
    warned = (each for answer in answers for each in answer.get("warnings", ()) if each not in SAID)
    result["warnings"] = list(dict.fromkeys(warned))
    return {key: value for key, value in result.items() if value or key == "changed"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _sentence(record: StepRecord) -> str:
    about = f"{record.wave}, {record.step}"
    return f"{about}: {record.fault}" if record.fault else f"{about}: {len(record.users)} users"
