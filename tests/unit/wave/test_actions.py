# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The actions that begin a run of waves and do its steps, with given answers of the modules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.sfb.teams_upgrade.plugins.action import wave_plan, wave_step
from ansible_collections.sfb.teams_upgrade.plugins.modules import wave_step as documented
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import state_file
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.variables import values_of

from tests.unit.wave.plans import plan, wave
from tests.unit.wave.runs import A, B, item, record, run
from tests.unit.wave.stepping import everybody_onprem, outcomes
from tests.unit.wave.test_variables import HostVars

NOW = "2026-12-07T19:00:00+01:00"
HOSTS = {"skype_host": "sfb01", "teams_host": "teams01"}
Result = Mapping[str, Any]
CORES = [("of", "both calls")]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of Ansible's for this run, where the run of waves is kept. Without an inventory, the ledger lies there, too."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def act(
    kind: Callable[..., ActionBase], args: Mapping[str, Any], found: Mapping[str, Any], *, uuid: str = "1", **more: Any
) -> Result:
    """Run an action as a task would; templates are given as values."""
    task = SimpleNamespace(args=dict(args), async_val=0, check_mode=False, tags=[], action="x", delegate_to=None)
    task._uuid = uuid
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="unused"))
    templar = SimpleNamespace(template=lambda value: value)
    action: Any = kind(
        task=task, connection=connection, play_context=None, loader=None, templar=templar, shared_loader_obj=None
    )
    for name, value in more.items():
        setattr(action, name, value)
    result: Result = action.run(None, dict(found))
    return result


def begin(
    folder: Path, waves: object, of_host: Mapping[str, Any] | None = None, *, args: Result | None = None, **found: Any
) -> Result:
    """Begin a run with a plan. `of_host` are variables of sfb01, `found` those of the play."""
    hosts = HostVars(sfb01={"ansible_port": 1, **(of_host or {})}, teams01={}, localhost={})
    known = {"inventory_hostname": "localhost", "groups": {"all": ["sfb01", "teams01"]}, "hostvars": hosts}
    given = {
        "plan": waves,
        "now": NOW,
        "report_folder": str(folder),
        "ledger": f"sqlite:///{folder}/ledger.db",
        **HOSTS,
        **(args or {}),
    }
    return act(wave_plan.ActionModule, given, {**known, "teams_upgrade_plan": waves, **found})


def test_a_run_begins_with_what_is_due(folder: Path) -> None:
    later = wave(name="later", users=[B], upgrade_on="2027-12-07")
    answer = begin(folder, plan(wave(), later))
    assert answer["work"] == [{"name": "pilot", "due": "upgrade"}]
    assert [each["name"] for each in answer["waves"]] == ["pilot", "later"]
    assert list(state_file.load().waves) == ["pilot", "later"]


@pytest.mark.parametrize(("upgrade_on", "steps"), [("2026-12-07", ["members", "upgrade"]), ("2027-12-07", [])])
def test_members_are_looked_for_where_a_wave_with_a_filter_is_due(
    folder: Path, upgrade_on: str, steps: list[str]
) -> None:
    by_pool = {"name": "paris", "upgrade_on": upgrade_on, "filter": {"registrar_pool": "pool01.contoso.com"}}
    assert [each["due"] for each in begin(folder, plan(by_pool))["work"]] == steps


@pytest.mark.parametrize(
    ("args", "found", "of_host", "words"),
    [
        ({"waves": "pilot,pariss"}, {}, {}, "teams_upgrade_waves: there is no wave 'pariss'"),
        ({"teams_host": "teams02"}, {}, {}, r"The inventory has no host teams02\."),
        ({"teams_host": ""}, {}, {}, "Put a Skype for Business Server host into the group skype_servers"),
        ({"now": "tomorrow"}, {}, {}, "teams_upgrade_now is 'tomorrow', which is no time"),
        ({"accepted_reasons": ["not_licenced"]}, {}, {}, "Did you mean not_licensed"),
        ({}, {"teams_upgrade_sync_timeout": "soon"}, {}, "'teams_upgrade_sync_timeout' is of type .*Correct the value"),
        ({}, {"teams_upgrade_report_dir": ["a"]}, {}, "The variable teams_upgrade_report_dir has to be text"),
        ({}, {"teams_upgrade_report_name": "../x"}, {}, "write a file name without folders"),
        ({"plan": None}, {}, {}, "teams_upgrade_plan is not set, or empty"),
        ({"plan": {}}, {}, {}, "teams_upgrade_plan is not set, or empty"),
        ({}, {"teams_upgrade_wave": "pilot"}, {}, "did you mean teams_upgrade_waves"),
        ({}, {"teams_upgrade_reports_dir": "x"}, {}, "did you mean teams_upgrade_report_dir"),
        ({}, {}, {"teams_upgrade_reports_dir": "x"}, "did you mean teams_upgrade_report_dir"),
        (
            {},
            {"teams_upgrade_waves": []},
            {"teams_upgrade_waves": ["pilot"]},
            "is set for the host sfb01 and has no effect",
        ),
    ],
)
def test_what_is_wrong_is_refused_before_a_run_begins(
    folder: Path, args: Result, found: Result, of_host: Result, words: str
) -> None:
    with pytest.raises(AnsibleActionFail, match=words) as refused:
        begin(folder, plan(wave()), of_host, args=args, **found)
    assert re.search("Nothing was done|inventory|report_name", str(refused.value))
    assert state_file.load_or_none() is None


def test_a_run_is_for_one_host_of_a_play(folder: Path) -> None:
    begin(folder, plan(wave()))
    begin(folder, plan(wave()))
    with pytest.raises(AnsibleActionFail, match=r"Nothing was done for sfb02: .* it has begun for localhost"):
        begin(folder, plan(wave()), inventory_hostname="sfb02")


class Failing:
    """A templar for which one variable has the value omit, and another cannot be filled in."""

    def template(self, value: object) -> object:
        if value == "omitted":
            raise AnsibleError("A template was resolved to an Omit scalar.")
        if value == "broken":
            raise AnsibleError("'nothing' is undefined")
        return value


def test_a_variable_that_is_omitted_is_not_set_and_one_that_fails_is_named() -> None:
    names = ["teams_upgrade_move_target", "teams_upgrade_now", "teams_upgrade_waves", "teams_upgrade_plan"]
    found = {"omit": "no such value", "teams_upgrade_move_target": "omitted", "teams_upgrade_now": "no such value"}
    assert values_of(names, {**found, "teams_upgrade_waves": "pilot"}, Failing()) == {"teams_upgrade_waves": "pilot"}
    with pytest.raises(AnsibleActionFail, match=r"the variable teams_upgrade_now cannot be read: 'nothing' is undef"):
        values_of(names, {"teams_upgrade_now": "broken"}, Failing())


def test_numbers_and_booleans_may_be_text_as_a_survey_writes_them(folder: Path) -> None:
    texts: dict[str, Any] = {
        "teams_upgrade_sync_timeout": "60",
        "teams_upgrade_meetings_wait": "false",
        "teams_upgrade_waves": "pilot",
    }
    assert begin(folder, plan(wave()), **texts)["work"]


def test_a_task_with_two_steps_does_one_after_the_other(folder: Path) -> None:
    state = everybody_onprem(run(ledger=f"sqlite:///{folder}/ledger.db", id="monday"))
    state.wave("pilot").record(record("move", [A, B], item(A, "changed"), item(B, "changed")))
    state_file.save(state)
    asked: list[str] = []

    def execute(module_name: str, module_args: Result, task_vars: Result) -> dict[str, Any]:
        asked.append(module_name.rpartition(".")[2])
        if asked[-1] == "csuser_info":
            return {"users": [{"user": A, "homing": "online"}], "summary": {"total": 2}, "changed": False}
        assert set(module_args) == {"users", "mode", "ledger", "wave", "run", "claim_timeout", "interrupted_timeout"}
        assert (module_args["ledger"], module_args["wave"], module_args["run"]) == (state.ledger, "pilot", "monday")
        return {
            "users": [item(A, "changed")],
            "summary": {"total": 1},
            "changed": True,
            "_warned": ["Odd."],
            "warnings": CORES,
        }

    args = {"step": ["sync", "grant"], "wave": "pilot", "options": {"timeout": 0, "interval": 1}}
    answer = act(wave_step.ActionModule, args, {}, _execute_module=execute)
    assert asked == ["csuser_info", "teams_upgrade_policy"]
    assert (answer["changed"], answer["summary"], answer["warnings"]) == (True, {"total": 1}, ["Odd."])
    # Of what ansible-core says of all calls of the task nothing is taken, and its list is left as it is.
    assert CORES == [("of", "both calls")]
    assert answer["msg"] == "pilot, sync: 2 users; pilot, grant: 1 users"
    assert {user: status for user, status in outcomes(state_file.load()).items() if user in (A, B)} == {
        A: "changed",
        B: "pending",
    }


def test_a_task_shows_what_its_documentation_says_counts_added_up(folder: Path) -> None:
    state = everybody_onprem(run(ledger=f"sqlite:///{folder}/ledger.db"))
    state.wave("pilot").record(record("move", [A], item(A, "changed")))
    state_file.save(state)
    asked: list[str] = []

    def execute(module_name: str, **_call: object) -> dict[str, Any]:
        asked.append(module_name.rpartition(".")[2])
        return {"users": [item(A, "changed")], "summary": {"total": 1, "changed": 1}, "changed": True, "diff": {}}

    answer = act(wave_step.ActionModule, {"step": "grant,meetings", "wave": "pilot"}, {}, _execute_module=execute)
    assert asked == ["teams_upgrade_policy", "meeting_migration"]
    assert answer["summary"] == {"total": 2, "changed": 2}
    nothing = act(wave_step.ActionModule, {"step": "notify_onprem", "wave": "pilot"}, {}, _execute_module=execute)
    returned = {*answer, *nothing} - {"changed", "skipped", "warnings", "diff", "deprecations"}
    assert returned == set(yaml.safe_load(documented.RETURN))


def test_a_task_whose_steps_have_nothing_to_do_is_skipped() -> None:
    state_file.save(everybody_onprem(run()))
    args = {"step": ["sync", "grant"], "wave": "pilot", "options": {"timeout": 0, "interval": 1}}
    assert act(wave_step.ActionModule, args, {})["skipped"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"step": "mov"}, "Nothing was done: there is no step 'mov'"),
        ({"step": ["sync", "grnat"]}, "Nothing was done: there is no step 'grnat'"),
        ({"step": "sync,grnat"}, "Nothing was done: there is no step 'grnat'"),
        ({"step": ["Sync"]}, "there is no step 'Sync'. The steps are members, readiness_onprem, "),
        ({"step": ["members", "grnat"]}, "there is no step 'grnat'"),
        ({"step": ["members", "readiness_onprem"]}, "the step members is for all waves and stands alone"),
        ({"step": ["readiness_onprem", "members"]}, "the step members is for all waves and stands alone"),
        ({"step": []}, "Nothing was done: step is empty. Name one or more. The steps are members, "),
        ({"step": ""}, "Nothing was done: step is empty"),
        ({}, "Nothing was done: step is empty"),
        ({"step": [["sync"]]}, "which names nothing"),
        ({"step": "move"}, "no wave 'other'"),
        ({"step": "move", "wave": None}, "no wave ''"),
    ],
)
def test_a_step_or_a_wave_that_does_not_exist_is_refused(args: Result, words: str) -> None:
    """Before anything is done."""
    state_file.save(everybody_onprem(run()))
    called: list[object] = []

    def execute(**call: object) -> dict[str, Any]:
        called.append(call)
        return {}

    more = {"wave": "pilot"} if isinstance(args.get("step"), list) else {"wave": "other"}
    with pytest.raises(AnsibleActionFail, match=words):
        act(wave_step.ActionModule, {**more, **args}, {}, _execute_module=execute)
    assert called == []
