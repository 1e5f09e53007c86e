# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner that all playbook tests trust reports what really happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.controller import Controller, Task

LOCAL = {
    "all": {
        "hosts": {
            "here": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        }
    }
}


@pytest.fixture
def controller(short_folder: Path) -> Controller:
    return Controller(short_folder, LOCAL)


@pytest.mark.oldest
def test_tasks_answer_each_for_itself(controller: Controller, tmp_path: Path) -> None:
    made = tmp_path / "made"
    touch = {"path": str(made), "state": "directory"}
    check, do, again, failed, after = controller.tasks(
        "here",
        [
            Task("ansible.builtin.file", touch, check=True),
            Task("ansible.builtin.file", touch, diff=True),
            Task("ansible.builtin.file", touch),
            Task("ansible.builtin.file", {"state": "directory"}),
            Task("ansible.builtin.debug", {"msg": "still here"}),
        ],
    )
    assert (check["changed"], do["changed"], again["changed"]) == (True, True, False)
    assert "diff" in do
    assert failed["failed"]
    assert "path" in failed["msg"]
    assert after["msg"] == "still here"
    assert made.is_dir()


def test_a_failed_playbook_is_known_by_code_output_and_counts(controller: Controller) -> None:
    run = controller.playbook(
        [
            {
                "hosts": "all",
                "gather_facts": False,
                "tasks": [
                    {"name": "Seen", "ansible.builtin.debug": {"var": "wish"}},
                    {"name": "Not run", "ansible.builtin.debug": {}, "when": False},
                    {"name": "Refused", "ansible.builtin.fail": {"msg": "because"}},
                ],
            }
        ],
        extra_vars={"wish": "x"},
    )
    assert run.returncode == 2
    assert "because" in run.output
    assert run.one(task="Seen").result["wish"] == "x"
    assert run.one(action="fail").status == "failed"
    assert [result.status for result in run.of(host="here")] == ["ok", "skipped", "failed"]
    assert run.stats["here"]["failures"] == 1


def test_an_unreadable_playbook_is_no_empty_success(controller: Controller) -> None:
    with pytest.raises(AssertionError):
        controller.module("here", "no.such.module", {})
