# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shipped for AWX is what its tools take: names of options, references, templates, schedules, the execution environment.

`options.json` names the options of the modules of awx.awx (awx_collection/plugins/modules of ansible/awx at e21dd0a0933f), as far as the
roles of infra.aap_configuration 3.0.0 (redhat-cop/infra.aap_configuration at f2302146d4ad) pass them on.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.variables import options_of_role
from jinja2 import ChainableUndefined, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.awx.shipped import configuration, named
from tests.controller import COLLECTIONS, ROOT

SHIPPED = ROOT / "docs" / "awx"
FOUND = configuration(SHIPPED)
OPTIONS: dict[str, dict[str, dict[str, Any]]] = json.loads(
    Path(__file__).with_name("options.json").read_text(encoding="utf-8")
)
TYPES = {"str": str, "bool": bool, "int": int, "dict": dict, "list": list}
# What AWX makes by itself, or a user of it has made before.
KNOWN = {"organization": {"Default"}, "credential_type": {"Machine"}}
# Which variable defines the names that an option refers to.
REFERENCES = {
    "inventory": "controller_inventories",
    "project": "controller_projects",
    "execution_environment": "controller_execution_environments",
    "default_environment": "controller_execution_environments",
    "credential_type": "controller_credential_types",
    "credentials": "controller_credentials",
    "hosts": "controller_hosts",
    "unified_job_template": "controller_templates",
    "notification_templates_success": "controller_notifications",
    "notification_templates_error": "controller_notifications",
    "notification_templates_approvals": "controller_notifications",
    "organization": "",
}


def items() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each item with the name of its variable, nodes of workflows among them."""
    for variable, every in FOUND.items():
        for item in every:
            yield variable, item
            yield from (("simplified_workflow_nodes", node) for node in item.get("simplified_workflow_nodes", ()))


def test_every_option_is_one_of_its_module_and_of_its_type() -> None:
    wrong = []
    for variable, item in items():
        options = OPTIONS[variable]
        wrong += [f"{variable}: {name}" for name in item if name not in options]
        wrong += [
            f"{variable}: {name} is missing"
            for name, each in options.items()
            if each.get("required") and not is_given(name, item)
        ]
        for name, value in item.items():
            kind, choices = (
                TYPES.get(options.get(name, {}).get("type", ""), object),
                options.get(name, {}).get("choices"),
            )
            if not isinstance(value, kind) or (choices and value not in choices):
                wrong.append(f"{variable}: {name} is {value!r}")
    assert wrong == []


def is_given(name: str, item: dict[str, Any]) -> bool:
    # The role takes the workflow of a node from where the node stands.
    return name in item or (name == "workflow_job_template" and "identifier" in item)


def test_every_name_that_is_referred_to_is_defined() -> None:
    defined = {variable: {item["name"] for item in every} for variable, every in FOUND.items()}
    missing = []
    for variable, item in items():
        for option, where in REFERENCES.items():
            value = item.get(option, [])
            names = set(value if isinstance(value, list) else [value])
            missing += [f"{variable}: {name}" for name in names - defined.get(where, set()) - KNOWN.get(option, set())]
    assert missing == []


def test_every_playbook_is_in_the_project_and_calls_one_of_the_collection() -> None:
    playbooks = {item["playbook"] for item in FOUND["controller_templates"]}
    assert playbooks <= {path.name for path in (SHIPPED / "project").glob("*.yml")}
    for name in playbooks:
        plays = yaml.safe_load((SHIPPED / "project" / name).read_text(encoding="utf-8"))
        called = f"sfb.teams_upgrade.{name.removesuffix('.yml')}"
        assert [play["import_playbook"] for play in plays] == ["read_plan.yml", called]
        assert (ROOT / "playbooks" / name).is_file()


@pytest.mark.parametrize("kind", FOUND["controller_credential_types"], ids=lambda kind: kind["name"])
def test_a_credential_type_is_one_that_awx_accepts(kind: dict[str, Any]) -> None:
    """The rules of CredentialTypeInputField and CredentialTypeInjectorField (awx/main/fields.py)."""
    fields = kind["inputs"]["fields"]
    allowed = {
        "type",
        "format",
        "choices",
        "id",
        "label",
        "help_text",
        "multiline",
        "secret",
        "ask_at_runtime",
        "default",
    }
    assert all(set(field) <= allowed for field in fields)
    assert all(re.fullmatch(r"[a-zA-Z_]+[a-zA-Z0-9_]*", field["id"]) and field["type"] == "string" for field in fields)
    assert set(kind["inputs"]["required"]) <= {field["id"] for field in fields}
    # A file would hold secrets, and so does the one that AWX writes for extra variables.
    assert set(kind["injectors"]) == {"env"}
    strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    given = {field["id"]: field["id"] for field in fields}
    rendered = {variable: strict.from_string(text).render(given) for variable, text in kind["injectors"]["env"].items()}
    assert sorted(rendered.values()) == sorted(given)
    assert all(variable.startswith("TEAMS_UPGRADE_") for variable in rendered)


def test_every_variable_of_the_environment_is_read() -> None:
    read = (ROOT / "roles/teams_upgrade/defaults/main.yml").read_text(encoding="utf-8")
    read += (SHIPPED / "configuration/inventory.yml").read_text(encoding="utf-8") + "TEAMS_UPGRADE_LEDGER_PASSWORD'"
    set_by = {name for kind in FOUND["controller_credential_types"] for name in kind["injectors"]["env"]}
    assert {name for name in set_by if f"{name}'" not in read} == set()


def test_the_answers_of_surveys_are_variables_of_the_role() -> None:
    entries = {"Teams upgrade - daily job": "wave", "Teams upgrade - rollback with approval": "rollback"}
    for item in (*FOUND["controller_templates"], *FOUND["controller_workflows"]):
        for question in item.get("survey_spec", {}).get("spec", ()):
            assert question["variable"] in options_of_role()[entries[item["name"]]]
            assert question["type"] in ("text", "textarea", "multiplechoice")
            assert {"question_name", "question_description", "required", "default"} <= set(question)
            assert question["default"] in question.get("choices", [question["default"]])


def test_what_a_schedule_answers_is_asked_by_its_survey() -> None:
    for schedule in FOUND["controller_schedules"]:
        template = named(FOUND["controller_templates"], schedule["unified_job_template"])
        asked = {question["variable"]: question for question in template.get("survey_spec", {}).get("spec", ())}
        answers = schedule.get("extra_data", {})
        assert set(answers) <= set(asked)
        assert {name for name, question in asked.items() if question["required"]} <= set(answers)


@pytest.mark.parametrize("schedule", FOUND["controller_schedules"], ids=lambda schedule: schedule["name"])
def test_a_schedule_comes_at_its_hour_in_summer_and_in_winter(schedule: dict[str, Any]) -> None:
    """With the rules of AWX: a start with a time zone, and an interval (SchedulePreviewSerializer in awx/api/serializers.py)."""
    rules = pytest.importorskip("dateutil.rrule")
    text = schedule["rrule"]
    (zone, start) = re.findall(r"^DTSTART;TZID=(\S+):(\d{8}T\d{6}) RRULE:[^ ]*INTERVAL=\d", text)[0]
    begins = datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(zone))
    days = timedelta(days=7 if "WEEKLY" in text else 1)
    times = rules.rrulestr(text.replace(" ", "\n")).between(begins - days, begins + timedelta(days=300))
    assert times[1] - times[0] == days
    assert {(each.hour, each.minute) for each in times} == {(begins.hour, begins.minute)}
    assert len({each.utcoffset() for each in times}) == 2


def test_the_daily_job_begins_inside_the_window_of_the_plan() -> None:
    plan = yaml.safe_load((SHIPPED / "project/plan.yml").read_text(encoding="utf-8"))["teams_upgrade_plan"]
    window = plan["defaults"]["window"]
    rule = named(FOUND["controller_schedules"], "Teams upgrade - every evening")["rrule"]
    assert f"TZID={window['timezone']}" in rule
    hour = re.findall(r"T(\d\d)(\d\d)00", rule)[0]
    assert window["from"] <= ":".join(hour) < window["to"]


def test_a_rollback_is_previewed_and_approved_before_it_is_done() -> None:
    (workflow,) = FOUND["controller_workflows"]
    nodes = {node["identifier"]: node for node in workflow["simplified_workflow_nodes"]}
    assert [(name, node.get("job_type"), node.get("success_nodes", [])) for name, node in nodes.items()] == [
        ("preview", "check", ["approval"]),
        ("approval", None, ["rollback"]),
        ("rollback", "run", []),
    ]
    assert all(not node.get("failure_nodes") and not node.get("always_nodes") for node in nodes.values())
    assert set(nodes["approval"]["approval_node"]) == {"name", "description", "timeout"}
    template = named(FOUND["controller_templates"], nodes["preview"]["unified_job_template"])
    assert (template["job_type"], template["ask_job_type_on_launch"], template["ask_variables_on_launch"]) == (
        "check",
        True,
        True,
    )


def test_no_job_template_is_sliced() -> None:
    assert {item["job_slice_count"] for item in FOUND["controller_templates"]} == {1}
    assert not any("ask_job_slice_count_on_launch" in item for item in FOUND["controller_templates"])


RESULT = {
    "verdict": "12 users: 11 changed, 1 skipped.",
    "counts": {"total": 12, "changed": 11, "skipped": 1},
    "reasons": [{"code": "not_licensed", "message": "bob@contoso.com has no licence.", "count": 1}],
    "report": "/var/lib/teams-upgrade/reports/report.html",
}


@pytest.mark.parametrize(
    ("artifacts", "subject", "lines"),
    [
        (
            {"teams_upgrade_result": RESULT},
            "Daily: 12 users: 11 changed, 1 skipped.",
            ["changed: 11, skipped: 1, total: 12", "bob@contoso.com has no licence.", f"Report: {RESULT['report']}"],
        ),
        ({}, "Daily: failed", ["It has left no report: the output says why.", "Report: none"]),
    ],
    ids=["with a report", "without one"],
)
def test_a_notification_says_what_came_of_a_job(artifacts: dict[str, Any], subject: str, lines: list[str]) -> None:
    """Rendered as JobNotificationMixin.build_notification_message does (awx/main/models/notifications.py)."""
    (notification,) = FOUND["controller_notifications"]
    sandbox = ImmutableSandboxedEnvironment(undefined=ChainableUndefined)
    context = {"job": {"name": "Daily", "id": 42, "status": "failed", "artifacts": artifacts}, "url": "https://awx/42"}
    for message in notification["messages"].values():
        assert sandbox.from_string(message["message"]).render(**context) == subject
        assert set(lines) <= set(sandbox.from_string(message["body"]).render(**context).splitlines())


def ansible_builder(folder: Path, *arguments: str) -> str:
    pytest.importorskip("ansible_builder")
    command = [str(Path(sys.executable).with_name("ansible-builder")), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_ansible_builder_takes_the_execution_environment(tmp_path: Path) -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    shutil.copy(SHIPPED / "execution-environment.yml", tmp_path)
    package = f"sfb-teams_upgrade-{version}.tar.gz"
    (tmp_path / package).touch()
    ansible_builder(tmp_path, "create", "--output-filename", "Containerfile")
    built = tmp_path / "context" / "_build"
    collections = yaml.safe_load((built / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    assert collections == [{"name": package, "type": "file"}]
    assert (built / package).is_file()
    assert "introspect" in (tmp_path / "context" / "Containerfile").read_text(encoding="utf-8")


def test_an_execution_environment_gets_what_the_collection_needs() -> None:
    """The driver of PostgreSQL among it: without it there is no ledger in AWX."""
    found = yaml.safe_load(ansible_builder(ROOT, "introspect", str(COLLECTIONS)))
    named = {re.split(r"[ \[>=]", line)[0] for line in found["python"]}
    assert named == {"pypsrp", "SQLAlchemy", "alembic", "psycopg"}
    assert any(line.startswith("krb5-workstation") for line in found["system"])
