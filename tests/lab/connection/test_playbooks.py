# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection under Ansible: one process per host for a whole playbook, and nothing left when that ends."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT, ADMIN

from tests.controller import Controller, Run, end
from tests.extent import in_long_runs
from tests.lab.waiting import Eventually

LIBRARY = str(Path(__file__).parent / "library")
USERS = [f"sip:user{number}@contoso.com" for number in range(8)]
MOVE = {
    "name": "Move-CsUser",
    "parameters": {
        "Identity": USERS[0],
        "Target": "sipfed.online.lync.com",
        "Confirm": False,
        "Credential": {"type": "credential", "user": ADMIN[0], "password": ADMIN[1]},
    },
}
READ = {"name": "Get-CsUser", "parameters": {"Identity": USERS[1]}, "select": ["SipAddress"]}


def task(*commands: Mapping[str, Any], name: str = "probe", **keywords: Any) -> dict[str, Any]:
    return {"name": name, "runspace_probe": {"commands": list(commands)}, **keywords}


def play(*tasks: Mapping[str, Any], hosts: str = "sfb01") -> dict[str, Any]:
    return {"name": "A play", "hosts": hosts, "gather_facts": False, "tasks": list(tasks)}


@dataclass(frozen=True)
class Playbook:
    """Runs plays with the module for tests, or starts them."""

    controller: Controller

    def run(self, *plays: Mapping[str, Any], **options: Any) -> Run:
        environment = {"ANSIBLE_LIBRARY": LIBRARY, **options.pop("environment", {})}
        return self.controller.playbook(plays, environment=environment, **options)

    def start(self, *plays: Mapping[str, Any]) -> subprocess.Popen[bytes]:
        path = self.controller.folder / "play.json"
        path.write_text(json.dumps(plays), encoding="utf-8")
        command = self.controller.command(str(path), check=False, diff=False, extra_vars=None)
        environment = self.controller.environment(self.controller.folder / "record") | {"ANSIBLE_LIBRARY": LIBRARY}
        return self.controller.start(command, environment, self.controller.folder / "output.txt")

    def left_behind(self) -> list[str]:
        """Sockets of connections, and processes that were started in this controller's environment."""
        sockets = [str(path) for path in (self.controller.folder / "home").rglob("*") if path.is_socket()]
        return sockets + [str(pid) for pid in self._processes()]

    def _processes(self) -> Iterator[int]:
        mark = f"ANSIBLE_HOME={self.controller.folder}/home\0".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (
                    mark in (process / "environ").read_bytes()
                    and b"connection_cli_stub" in (process / "cmdline").read_bytes()
                ):
                    yield int(process.name)
            except OSError:
                continue


@pytest.fixture
def playbook(controller: Controller) -> Playbook:
    return Playbook(controller)


@pytest.mark.oldest
def test_a_playbook_of_several_plays_opens_its_sessions_once(
    lab: Lab, playbook: Playbook, eventually: Eventually
) -> None:
    reads = [{**READ, "parameters": {"Identity": user}} for user in USERS]
    run = playbook.run(play(task(*reads), hosts="all"), play(task(READ), hosts="all"))
    assert run.returncode == 0
    for host in ("sfb01", "alone01"):
        assert lab.front[host].shells_opened == 4
    assert len(lab.journal.entries("Connect-MicrosoftTeams")) == 4
    eventually(lambda: not lab.journal.shells(still_open=True))
    eventually(lambda: not playbook.left_behind())


# Every day on the oldest supported ansible-core alone.
@pytest.mark.repeats
@pytest.mark.oldest
def test_check_mode_reaches_the_connection_per_task_and_per_play(lab: Lab, playbook: Playbook) -> None:
    run = playbook.run(play(task(MOVE, READ, check_mode=True, name="in check mode"), task(READ, name="after")))
    states = [answer["state"] for answer in run.one(task="in check mode").result["answers"]]
    assert states == ["refused", "completed"]
    run = playbook.run(play(task(MOVE, name="off", check_mode=False), task(MOVE, name="on")), check=True)
    assert [answer["state"] for answer in run.one(task="on").result["answers"]] == ["refused"]
    assert [answer["state"] for answer in run.one(task="off").result["answers"]] == ["completed"]
    assert len(lab.journal.entries(writes=True)) == 1


# Every day on the oldest supported ansible-core alone.
@pytest.mark.repeats
@pytest.mark.oldest
def test_loops_delegated_tasks_and_those_tried_again_share_the_sessions(lab: Lab, playbook: Playbook) -> None:
    looped = task(READ, name="looped", loop=[1, 2])
    delegated = task(READ, name="delegated", delegate_to="sfb01")
    # A task that is tried again is known to Ansible as another user's than at first.
    again = task(READ, name="again", register="found", until="found.attempts > 1", retries=3, delay=0)
    run = playbook.run(play(looped, again), play(delegated, hosts="alone01"))
    assert run.returncode == 0
    assert run.one(task="delegated").result["hello"]["host"] == "sfb01"
    assert run.one(task="again").result["attempts"] == 2
    assert lab.front["sfb01"].shells_opened == 4
    assert lab.front["alone01"].shells_opened == 0


def test_a_host_that_no_module_asks_for_sessions_leaves_no_process(
    lab: Lab, playbook: Playbook, eventually: Eventually
) -> None:
    run = playbook.run(play({"name": "local", "ansible.builtin.ping": {}}))
    assert run.returncode == 0
    assert lab.front["sfb01"].shells_opened == 0
    eventually(lambda: not playbook.left_behind())


def test_a_later_task_reaches_the_process_that_is_there_without_a_program(playbook: Playbook) -> None:
    run = playbook.run(play(task(READ), task(READ), task(READ)), arguments=["-vvvv"])
    assert run.returncode == 0
    assert run.output.count("local domain socket does not exist, starting it") == 1
    assert "found existing local domain socket" not in run.output


@in_long_runs
def test_hosts_at_the_same_address_have_sessions_of_their_own(lab: Lab, playbook: Playbook) -> None:
    shared = {**lab.inventory()["all"]["children"]["skype_servers"]["hosts"]["sfb01"], "ansible_runspace_sessions": 1}
    port = shared.pop("ansible_port")
    hosts = {
        "one": {**shared, "ansible_psrp_port": port, "ansible_runspace_side": "onprem"},
        "two": {**shared, "ansible_psrp_port": port, "ansible_runspace_side": "online"},
        "three": {**shared, "ansible_psrp_port": lab.front["alone01"].port},
    }
    inventory = {"all": {"hosts": hosts, "vars": lab.inventory()["all"]["vars"]}}
    playbook.controller.inventory.write_text(json.dumps(inventory), encoding="utf-8")
    run = playbook.run(play(task(), hosts="all"), play(task(), hosts="all"))
    sides = {
        result.host: (result.result["hello"]["host"], result.result["hello"]["side"]) for result in run.of(task="probe")
    }
    assert sides == {"one": ("one", "onprem"), "two": ("two", "online"), "three": ("three", "onprem")}
    assert lab.front["sfb01"].shells_opened == 2


def test_a_host_that_refuses_fails_its_task_and_is_tried_again_by_the_next(lab: Lab, playbook: Playbook) -> None:
    lab.front["sfb01"].limit_shells(0)
    refused = task(name="refused", ignore_errors=True)
    run = playbook.run(play(refused, task(name="again", ignore_errors=True)))
    assert "gives this account no more PowerShell sessions" in run.one(task="refused").result["msg"]
    assert "gives this account no more PowerShell sessions" in run.one(task="again").result["msg"]
    assert "Traceback" not in run.output
    assert "Task failed." not in run.output


def test_a_wrong_password_is_reported_and_not_shown(playbook: Playbook) -> None:
    run = playbook.run(play(task()), extra_vars={"ansible_password": "Wrong-Passw0rd"}, arguments=["-vvvvv"])
    assert run.one(task="probe").result["code"] == "authentication"
    assert "Traceback" not in run.output
    assert "Wrong-Passw0rd" not in run.output.replace('"ansible_password": "Wrong-Passw0rd"', "")


def test_a_password_that_a_play_corrects_is_used_by_its_next_task(playbook: Playbook) -> None:
    wrong = {"ansible.builtin.set_fact": {"ansible_password": "Wrong-Passw0rd"}}
    right = {"ansible.builtin.set_fact": {"ansible_password": ACCOUNT[1]}}
    tasks = [wrong, task(name="wrong", ignore_errors=True), right, task(READ, name="right")]
    run = playbook.run(play(*tasks))
    assert run.one(task="wrong").result["code"] == "authentication"
    assert [answer["state"] for answer in run.one(task="right").result["answers"]] == ["completed"]


@in_long_runs
def test_secrets_are_in_no_output_and_no_log(lab: Lab, playbook: Playbook, tmp_path: Path) -> None:
    log = tmp_path / "ansible.log"
    inventory = lab.inventory()
    inventory["all"]["children"]["teams_hosts"]["hosts"]["teams01"] = {
        **inventory["all"]["children"]["teams_hosts"]["hosts"]["teams01"],
        "ansible_runspace_teams_access_tokens": ["lab-graph-token", "lab-teams-token"],
        "ansible_runspace_teams_application_id": None,
        "ansible_runspace_teams_certificate_thumbprint": None,
    }
    playbook.controller.inventory.write_text(json.dumps(inventory), encoding="utf-8")
    environment = {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_PERSISTENT_LOG_MESSAGES": "true", "ANSIBLE_DEBUG": "0"}
    run = playbook.run(play(task(MOVE, no_log=True), hosts="all"), arguments=["-vvvvvv"], environment=environment)
    assert run.stats["teams01"]["failures"] == 0
    logged = log.read_text(encoding="utf-8")
    assert "runspace submit" in logged
    assert "Move-CsUser" in logged
    for secret in (ADMIN[1], ACCOUNT[1], "lab-graph-token", "lab-teams-token"):
        assert secret not in run.output
        assert secret not in logged


@pytest.mark.oldest
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda ending: ending.name)
def test_however_a_playbook_ends_nothing_is_left(
    lab: Lab, playbook: Playbook, eventually: Eventually, ending: signal.Signals
) -> None:
    lab.faults.order(OrderedFault("Move-CsUser", seconds=60, times=None))
    process = playbook.start(play(task(MOVE, READ)))
    eventually(lambda: lab.journal.entries("Get-CsUser") and len(lab.front["sfb01"].shells()) == 4, seconds=30)
    process.send_signal(ending)
    process.wait(90)  # how soon Ansible ends on a signal is its own affair, and at the latest when the move has ended
    # Five seconds are promised where the machine is not busy with other tests.
    eventually(lambda: not lab.front["sfb01"].shells(), seconds=8)
    eventually(lambda: not playbook.left_behind(), seconds=5)
    end(process)


@pytest.mark.parametrize("shells", [1, 3])
def test_a_playbook_killed_while_sessions_open_leaves_nothing(
    lab: Lab, playbook: Playbook, eventually: Eventually, shells: int
) -> None:
    lab.faults.order(OrderedFault("Connect-MicrosoftTeams", seconds=60, times=None))
    process = playbook.start(play(task(READ), hosts="teams01"))
    eventually(lambda: len(lab.front["teams01"].shells()) >= shells, seconds=30)
    process.kill()
    eventually(lambda: not lab.front["teams01"].shells() and not playbook.left_behind(), seconds=5)
    assert not lab.front["teams01"].shells()
    end(process)
