# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The processes and files of the engine with a real PowerShell: found, and gone when they are not needed any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.engine import PwshEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import (
    BESIDE,
    PwshMissing,
    find_pwsh,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Front, HostSettings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.endpoint import Endpoint as SessionEndpoint
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.error_records import error_entries
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session import Session
from pypsrp.complex_objects import RunspacePoolState
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell

from tests.controller import COLLECTIONS, ROOT
from tests.unit.lab.engine.clients import PASSWORD, USER, opened
from tests.unit.lab.engine.trial import ONPREM, Trial

KILLED = """
import os, sys, time
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Front, HostSettings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.engine import PwshEngine
from tests.unit.lab.engine.clients import PASSWORD, USER, opened
from tests.unit.lab.engine.trial import ONPREM, Trial
with Front(PwshEngine(Trial()), [HostSettings(ONPREM, {USER: PASSWORD})]) as front, opened(front[ONPREM]):
    print(front[ONPREM].shells()[0].session.pid, flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def engine() -> Iterator[PwshEngine]:
    """An engine, where there is a PowerShell."""
    try:
        yield PwshEngine(Trial())
    except PwshMissing as missing:
        pytest.skip(str(missing))


def processes() -> set[int]:
    """The PowerShell processes in server mode of any lab."""
    return {
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if b"-s\0-NoLogo" in _content(folder / "cmdline") and b"PWSH_LAB_TOKEN" in _content(folder / "environ")
    }


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def gone(started: set[int], seconds: float = 10.0) -> bool:
    """Whether processes are gone within some seconds."""
    deadline = time.monotonic() + seconds
    while started & processes():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def pids(front: Front) -> list[int]:
    """The processes of the open shells."""
    return [shell.session.pid for shell in front[ONPREM].shells()]  # type: ignore[attr-defined]


def test_a_process_serves_one_shell_after_the_other_and_remembers_nothing(engine: PwshEngine) -> None:
    with Front(engine, [HostSettings(ONPREM, {USER: PASSWORD})]) as front:
        with opened(front[ONPREM]) as client:
            served = pids(front)
            assert set(served) <= processes()
            assert client.script("$global:kept = 5; $kept").output == [5]
            assert client.ask("Get-CsThing", {"Identity": "missing"}).errors
        with opened(front[ONPREM]) as client, opened(front[ONPREM]) as beside:
            again, other = pids(front)
            assert ([again], other not in served) == (served, True)
            assert client.script("$null -eq $kept").output == [True]
            assert client.script("(Get-Module).Name -contains 'SkypeForBusiness'").output == [False]
            assert [each.ask("Get-CsThing", {"Identity": "a"}).errors for each in (client, beside)] == [[], []]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            'throw [Exception]::new("One or more errors occurred.", [Exception]::new("Invalid provider type."))',
            "Invalid provider type.",
        ),
        (
            'throw [AggregateException]::new("One or more errors occurred.", [Exception[]]@([Exception]::new("First"), '
            '[Exception]::new("Second")))',
            "First. Second.",
        ),
        (
            'throw [Exception]::new("It failed", [Exception]::new("It failed", [Exception]::new("Deep")))',
            "It failed. Deep.",
        ),
    ],
)
def test_exceptions_inside_others_arrive_and_are_shown(engine: PwshEngine, script: str, said: str) -> None:
    with Front(engine, [HostSettings(ONPREM, {USER: PASSWORD})]) as front:
        place = front[ONPREM]
        options = {
            "remote_addr": place.address,
            "port": place.port,
            "remote_user": USER,
            "remote_password": PASSWORD,
            "auth": "basic",
            "protocol": "http",
            "message_encryption": "never",
            "path": "wsman",
            "configuration_name": "Microsoft.PowerShell",
        }
        endpoint = SessionEndpoint.of(options.get)
        endpoint.prepare()
        session = Session(endpoint)
        session.open()
        asking = PowerShell(session._pool)
        asking.add_script(script)
        asking.invoke()
        session.close()
        assert [entry.message for entry in error_entries(asking.streams.error)] == [said]


def test_a_cmdlet_that_runs_dies_with_its_shell(engine: PwshEngine) -> None:
    organisation = engine._organisation
    assert isinstance(organisation, Trial)
    with Front(engine, [HostSettings(ONPREM, {USER: PASSWORD})]) as front, opened(front[ONPREM]) as client:
        client.ask("Get-CsThing")
        organisation.calls.clear()
        organisation.seconds = 30.0
        client.pipeline(("Get-CsThing", {})).begin_invoke()
        dropped = pids(front)
        front[ONPREM].drop_shells()
        assert gone(set(dropped))
        assert organisation.calls == []
        client.pool.state = RunspacePoolState.CLOSED


def test_a_process_that_ends_takes_its_shell_along(engine: PwshEngine) -> None:
    with Front(engine, [HostSettings(ONPREM, {USER: PASSWORD})]) as front, opened(front[ONPREM]) as client:
        os.kill(pids(front)[0], signal.SIGKILL)
        with pytest.raises(WSManFaultError):
            client.ask("Get-CsThing")
        assert front[ONPREM].shells() == []
        client.pool.state = RunspacePoolState.CLOSED


def test_closing_leaves_neither_processes_nor_files(engine: PwshEngine) -> None:
    folder = engine._processes.folder
    front = Front(engine, [HostSettings(ONPREM, {USER: PASSWORD})])
    front.start()
    with opened(front[ONPREM]) as client:
        assert client.ask("Get-CsThing", {"Identity": "a"}).state == "completed"
        with opened(front[ONPREM]):
            started = set(pids(front))
        assert len(started) == 2
        assert folder.is_dir()
        front.close()
        client.pool.state = RunspacePoolState.CLOSED
    assert gone(started)
    assert not folder.exists()


def test_a_lab_that_is_killed_leaves_no_process() -> None:
    try:
        pwsh = find_pwsh()
    except PwshMissing as missing:
        pytest.skip(str(missing))
    program = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": f"{COLLECTIONS}:{ROOT}", "PATH": "/usr/bin:/bin", "PWSH": str(pwsh)},
        cwd=ROOT,
    )
    out = program.communicate(timeout=120)[0]
    assert gone({int(out)})


@pytest.mark.parametrize("named", ["/nowhere/pwsh", "no-such-powershell"])
def test_a_wrong_pwsh_is_an_error(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("PWSH", named)
    with pytest.raises(PwshMissing, match=f"PWSH names {named}, which is no program"):
        find_pwsh()


def test_the_path_comes_before_the_place_beside_the_clone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "pwsh"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("PWSH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_pwsh() == str(program)
    monkeypatch.setenv("PWSH", sys.executable)
    assert find_pwsh() == sys.executable


def test_one_that_lies_beside_the_clone_is_looked_for_there() -> None:
    assert ROOT.resolve().parent / "shared" / "powershell" / "pwsh" == BESIDE
