# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that must not be what they are, and values as surveys write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import Phase
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.inputs import (
    PHASES_OF_WAVES,
    names_of,
    phases_of,
    refuse_unknown_reasons,
    truth,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.variables import (
    described,
    near_misses,
    options_of_role,
    refuse_extra_variables,
    refuse_near_misses,
    refuse_set,
    refuse_set_for_hosts,
    refuse_wrong_types,
)


@pytest.mark.parametrize(
    "name",
    [
        "teams_upgrade_users",
        "teams_upgrade_mode",
        "teams_upgrade_phase",
        "teams_upgrade_wave",
        "teams_upgrade_judge",
        "teams_upgrade_migrate_meetings",
        "teams_upgrade_failure_budget_percentage",
        "__teams_upgrade_wave",
        "__teams_upgrade_begun",
        "__teams_upgrade_anything",
    ],
)
def test_an_extra_variable_that_a_plan_overrules_is_refused_by_name(name: str) -> None:
    with pytest.raises(AnsibleActionFail, match=rf"The extra variable {name} .*Nothing was done\."):
        refuse_extra_variables(["teams_upgrade_plan", name], "wave")


def test_extra_variables_of_the_wave_itself_and_of_others_are_taken() -> None:
    refuse_extra_variables([*options_of_role()["wave"], "ansible_check_mode", "my_own"], "wave")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("teams_upgrade_without_telefony", "teams_upgrade_without_telephony"),
        ("teams_upgrade_meeting_wait", "teams_upgrade_meetings_wait"),
        ("teams_upgrade_report_directory", None),
        ("teams_upgrade_reports_dir", "teams_upgrade_report_dir"),
        ("team_upgrade_plan", "teams_upgrade_plan"),
        ("teams_upgrad_plan", "teams_upgrade_plan"),
        ("Teams_upgrade_plan_dir", "teams_upgrade_plan_dir"),
        ("teams_upgrade_skype_hosts", "teams_upgrade_skype_host"),
        ("teams_upgrade_move_credential_pasword", "teams_upgrade_move_credential_password"),
        ("teams_upgrade_accept_reasons", "teams_upgrade_accepted_reasons"),
        ("teams_upgrade_Now", "teams_upgrade_now"),
        ("teams_upgrade_plan_file", None),
        ("teams_upgrade_progress_seconds", None),
        ("teams_upgrade_result", None),
        ("teams_hosts", None),
        ("plan", None),
    ],
)
def test_a_name_that_is_nearly_one_of_the_roles_is_taken_for_a_typing_error(name: str, meant: str | None) -> None:
    assert list(near_misses([name, "teams_upgrade_plan"])) == ([] if meant is None else [(name, meant)])
    if meant is not None:
        with pytest.raises(AnsibleActionFail, match=f"There is no variable {name}: did you mean {meant}?"):
            refuse_near_misses([name])


def test_a_wave_named_for_other_entry_points_is_no_choice_of_waves() -> None:
    refuse_set({"teams_upgrade_wave": "users"}, "teams_upgrade_wave", "teams_upgrade_waves")
    with pytest.raises(
        AnsibleActionFail, match=r"teams_upgrade_wave has no effect .* did you mean teams_upgrade_waves\?"
    ):
        refuse_set({"teams_upgrade_wave": "pilot"}, "teams_upgrade_wave", "teams_upgrade_waves")


class HostVars(dict[str, dict[str, Any]]):
    """Variables by host, as an action gets them: raw, and templated on access."""

    def raw_get(self, host: str) -> dict[str, Any]:
        return self[host]


TARGET, USERS = "teams_upgrade_move_target", "teams_upgrade_users"


@pytest.mark.parametrize(
    ("of_host", "of_localhost", "values"),
    [
        ({}, {}, {}),
        ({TARGET: "a"}, {TARGET: "a"}, {TARGET: "b"}),
        ({TARGET: "a"}, {}, {TARGET: "a"}),
        ({TARGET: "a"}, {TARGET: "b"}, {TARGET: "b"}),
        ({USERS: ["alice@contoso.com"]}, {}, {TARGET: ""}),
        ({"ansible_port": 1, "teams_upgrade_lab_control": 2}, {}, {TARGET: ""}),
    ],
    ids=[
        "nothing",
        "set for all",
        "taken over by the play",
        "of the play's own host",
        "not of this entry point",
        "not of the role",
    ],
)
def test_variables_of_hosts_that_mislead_nobody_are_taken(
    of_host: dict[str, Any], of_localhost: dict[str, Any], values: dict[str, Any]
) -> None:
    found = HostVars(sfb01=of_host, teams01=of_host, localhost=of_localhost)
    refuse_set_for_hosts(found, ["sfb01", "teams01"], "localhost", values)


@pytest.mark.parametrize(
    ("of_host", "of_localhost", "value"),
    [
        ({TARGET: "a"}, {}, ""),
        ({TARGET: "a"}, {TARGET: "b"}, "b"),
        ({"teams_upgrade_waves": ["pilot"]}, {}, []),
        ({USERS: ["alice@contoso.com"]}, {}, ["bob@contoso.com"]),
    ],
)
def test_a_variable_of_the_role_that_is_set_for_a_delegated_host_is_refused(
    of_host: dict[str, Any], of_localhost: dict[str, Any], value: object
) -> None:
    # What the other host has as well is set for all.
    found, (name,) = HostVars(sfb01=of_host, teams01=of_localhost, localhost=of_localhost), of_host
    with pytest.raises(AnsibleActionFail, match=f"The variable {name} is set for the host sfb01 and has no effect"):
        refuse_set_for_hosts(found, ["sfb01", "teams01"], "localhost", {name: value})


@pytest.mark.parametrize("entry", ["wave", "readiness"])
def test_each_entry_point_checks_the_variables_that_follow_it(entry: str) -> None:
    assert {"teams_upgrade_move_target", "teams_upgrade_meetings_wait", "teams_upgrade_report_dir"} <= set(
        described(entry)
    )
    assert ("teams_upgrade_users" in described(entry)) is (entry == "readiness")
    refuse_wrong_types(entry, {"teams_upgrade_meetings_wait": "yes", "teams_upgrade_sync_timeout": "60"})
    with pytest.raises(AnsibleActionFail, match=r"Nothing was done\. argument 'teams_upgrade_sync_timeout' is of type"):
        refuse_wrong_types(entry, {"teams_upgrade_sync_timeout": "soon"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("teams_upgrade_report_dir", ["a"]),
        ("teams_upgrade_report_dir", {"path": "a"}),
        ("teams_upgrade_report_dir", []),
        ("teams_upgrade_report_dir", True),
        ("teams_upgrade_report_dir", 5),
        ("teams_upgrade_plan_dir", ["a"]),
        ("teams_upgrade_report_name", ["a"]),
        ("teams_upgrade_move_credential_password", ["hidden"]),
        ("teams_upgrade_skype_host", {"sfb01": None}),
    ],
)
def test_a_list_or_a_dictionary_is_no_text_and_a_path_is_one(name: str, value: object) -> None:
    with pytest.raises(AnsibleActionFail, match=rf"Nothing was done\. The variable {name} has to be text\.") as refused:
        refuse_wrong_types("wave", {name: value})
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("value", ["a", "~/reports", "", None])
def test_a_path_is_text_or_unset(value: object) -> None:
    refuse_wrong_types("wave", {"teams_upgrade_report_dir": value, "teams_upgrade_plan_dir": value})


def test_texts_that_yaml_reads_as_something_else_are_accepted() -> None:
    date = datetime(2026, 12, 7, 19, 0, tzinfo=UTC)
    refuse_wrong_types("wave", {"teams_upgrade_now": date, "teams_upgrade_report_name": 7})


def test_no_variable_of_the_role_is_taken_for_another() -> None:
    for options in options_of_role().values():
        assert list(near_misses(options)) == []


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("pilot", ["pilot"]),
        ("pilot, paris,", ["pilot", "paris"]),
        (["pilot", " paris "], ["pilot", "paris"]),
        (2026, ["2026"]),
        ([2026, "rest"], ["2026", "rest"]),
        ("", []),
        ([], []),
        (None, []),
    ],
)
def test_names_are_a_list_or_a_text_as_a_survey_makes_it(value: object, names: list[str]) -> None:
    assert names_of(value, "x") == names


@pytest.mark.parametrize("value", [True, False, [""], " , ", {"pilot": True}, [["pilot"]], [None, True]])
def test_what_names_nothing_does_not_mean_everything(value: object) -> None:
    with pytest.raises(AnsibleActionFail, match=r"teams_upgrade_waves is .*, which names nothing"):
        names_of(value, "teams_upgrade_waves")


@pytest.mark.parametrize(
    ("value", "is_true"), [("yes", True), ("False", False), (True, True), ("", False), (None, False), (0, False)]
)
def test_a_survey_writes_booleans_as_text(value: object, is_true: bool) -> None:
    assert truth(value, "x") is is_true


def test_what_is_no_boolean_is_refused() -> None:
    with pytest.raises(AnsibleActionFail, match=r"x is .perhaps.\. Write true or false"):
        truth("perhaps", "x")


def test_a_reason_that_does_not_exist_cannot_be_accepted() -> None:
    refuse_unknown_reasons(["not_licensed", "server_too_old"])
    with pytest.raises(
        AnsibleActionFail, match=r"has not_licenced, which is no reason's code\. Did you mean not_licensed\?"
    ):
        refuse_unknown_reasons(["not_licenced"])


EVERYTHING = set(PHASES_OF_WAVES)
READ = {Phase.READINESS}


@pytest.mark.parametrize(
    ("arguments", "phases"),
    [
        ({}, EVERYTHING),
        ({"tags": ["all"], "skip_tags": []}, EVERYTHING),
        ({"tags": ["readiness"]}, READ),
        ({"tags": ["report"]}, READ),
        ({"tags": ["report", "upgrade"]}, READ | {Phase.UPGRADE}),
        ({"tags": ["notify"]}, READ | {Phase.NOTIFY}),
        ({"tags": ["meetings", "upgrade"]}, READ | {Phase.UPGRADE, Phase.MEETINGS}),
        ({"tags": ["all"], "skip_tags": ["meetings"]}, EVERYTHING - {Phase.MEETINGS}),
        ({"tags": ["all"], "skip_tags": ["report"]}, EVERYTHING),
        ({"tags": ["mine"]}, EVERYTHING),
        ({"tags": ["all"], "skip_tags": ["molecule-notest", "notest"]}, EVERYTHING),
    ],
)
def test_tags_choose_phases(arguments: dict[str, Any], phases: set[Phase]) -> None:
    assert phases_of(arguments, ["mine", "always"]) == phases


@pytest.mark.parametrize("key", ["tags", "skip_tags"])
def test_a_tag_that_does_not_exist_does_not_do_everything(key: str) -> None:
    with pytest.raises(AnsibleActionFail, match=r"there is no tag readines\. Did you mean readiness\?"):
        phases_of({key: ["readines"]}, ["always"])
