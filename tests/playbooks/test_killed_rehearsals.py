# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rehearsal ends whatever of it is killed: no host, no playbook, no connection and no file of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.processes import children

from tests.controller import Controller
from tests.extent import LONG, in_long_runs
from tests.lab.processes import connections
from tests.lab.waiting import Eventually
from tests.playbooks.rehearsing import MARK, ONE_WAVE, PLAYBOOK, SETTINGS, exported, line_of, marked, running

# Of the guard, the runner below it, and the playbook below that.
Kill = Callable[[int], None]


def runner_of(guard: int) -> int:
    """The process that has the hosts."""
    return next(pid for pid, _ended in children(guard))


def playbook_of(guard: int) -> int:
    """The playbook that is running on the hosts; 0 while there is none."""
    return next((pid for pid, ended in children(runner_of(guard)) if not ended), 0)


def hard(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


KILLS: dict[str, Kill] = {
    "the guard": hard,
    "the runner": lambda guard: hard(runner_of(guard)),
    "the guard, by SIGTERM": lambda guard: os.kill(guard, signal.SIGTERM),
    "the runner, by SIGTERM": lambda guard: os.kill(runner_of(guard), signal.SIGTERM),
}
EVERYDAY = ["the runner"]


@pytest.fixture
def temporary(short_folder: Path) -> Path:
    """The folder that a rehearsal is given."""
    folder = short_folder / "t"
    folder.mkdir()
    return folder


def begun(process: subprocess.Popen[bytes], folder: Path, eventually: Eventually) -> None:
    """Wait until a playbook has connections to the hosts."""
    assert "users on simulated hosts" in line_of(process)["line"]
    eventually(lambda: connections(folder), seconds=120)


@pytest.mark.parametrize("what", KILLS if LONG else EVERYDAY)
def test_nothing_stays_of_a_rehearsal_that_is_killed(
    short_folder: Path, temporary: Path, eventually: Eventually, what: str
) -> None:
    exported(short_folder)
    with running(short_folder, ONE_WAVE, temporary) as process:
        begun(process, temporary, eventually)
        KILLS[what](process.pid)
        process.wait(10)
        eventually(lambda: not marked(str(temporary)), seconds=10)
        eventually(lambda: not temporary.exists(), seconds=5)


@in_long_runs
def test_nothing_stays_of_a_rehearsal_whose_task_is_gone(
    short_folder: Path, temporary: Path, eventually: Eventually
) -> None:
    exported(short_folder)
    with running(short_folder, ONE_WAVE, temporary) as process:
        begun(process, temporary, eventually)
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 1
        assert marked(str(temporary)) == []
        assert not temporary.exists()


@in_long_runs
def test_the_hosts_are_gone_with_guard_and_runner(short_folder: Path, temporary: Path, eventually: Eventually) -> None:
    """What they have started ends by itself. Only the folder stays, which the task removes."""
    exported(short_folder)
    with running(short_folder, ONE_WAVE, temporary) as process:
        begun(process, temporary, eventually)
        runner = runner_of(process.pid)
        os.kill(process.pid, signal.SIGSTOP)
        hard(runner)
        hard(process.pid)
        process.wait(10)
        eventually(lambda: not marked(str(temporary)), seconds=15)


def test_a_playbook_that_breaks_ends_the_rehearsal_and_its_output_is_kept(short_folder: Path, temporary: Path) -> None:
    exported(short_folder)
    with running(short_folder, ONE_WAVE, temporary, collections=short_folder / "none") as process:
        assert "users on simulated hosts" in line_of(process)["line"]
        fault = line_of(process)["fault"]
        assert process.wait(20) == 0
    kept = short_folder / "kept-broken.log"
    assert fault.startswith("The rehearsal broke off, since the playbook sfb.teams_upgrade.waves did: ")
    assert fault.endswith(f" Its whole output is in {kept}.")
    assert "sfb.teams_upgrade.waves" in kept.read_text(encoding="utf-8")
    assert not temporary.exists()


@pytest.mark.parametrize(
    "how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT] if LONG else [signal.SIGKILL], ids=lambda how: how.name
)
def test_nothing_stays_where_ansible_playbook_is_killed(
    short_folder: Path, temporary: Path, eventually: Eventually, how: signal.Signals
) -> None:
    given = {"teams_upgrade_plan": ONE_WAVE, "teams_upgrade_rehearsal_settings": SETTINGS} | exported(short_folder)
    controller = Controller(short_folder / "c", {})
    command = controller.command(PLAYBOOK, check=False, diff=False, extra_vars=given)
    environment = controller.environment(short_folder / "record.jsonl")
    environment |= {"TMPDIR": str(temporary), MARK: str(temporary)}
    process = controller.start(command, environment, short_folder / "output.txt")
    eventually(lambda: any(connections(folder) for folder in temporary.glob("tu-*")), seconds=180)
    if how is signal.SIGINT:
        os.killpg(process.pid, how)
    else:
        os.kill(process.pid, how)
    process.wait(30)
    eventually(lambda: not marked(str(temporary)), seconds=15)
    assert list(temporary.glob("tu-*")) == []
