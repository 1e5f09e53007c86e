# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of a task that takes long, and how often."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._progress import SILENT, VARIABLE, Progress, counted
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._progress_display import (
    Pace,
    first_line,
    in_words,
    shown,
)

from tests.controller import ROOT


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What an action names to its module."""
    path = tmp_path / "progress"
    path.touch()
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def test_single_calls_are_shown_in_a_step_and_not_where_more_is_known(file: Path) -> None:
    progress, lines = Progress.of_environment(), list[str]()
    calls: list[Callable[[], None]] = [
        lambda: progress.calls("Get-CsTenant", 0, 1),
        lambda: progress.calls("Get-CsOnlineUser", 3, 40),
        lambda: progress.say(counted(120, 400, 3)),
        lambda: progress.calls("Get-CsOnlineUser", 4, 40),
        lambda: progress.step("reading back"),
        lambda: progress.calls("Get-CsUser", 40, 40),
    ]
    for call in calls:
        call()
        lines.append(first_line(file))
    assert lines == [
        "reading, Get-CsTenant",
        "reading, Get-CsOnlineUser 3 of 40",
        "120 of 400 users, 3 failed",
        "120 of 400 users, 3 failed",
        "reading back",
        "reading back, Get-CsUser 40 of 40",
    ]


def test_a_file_that_cannot_be_written_is_nothing_to_the_module(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.unlink()
    Progress.of_environment().say("unseen")
    monkeypatch.delenv(VARIABLE)
    Progress.of_environment().say("unseen")
    SILENT.say("unseen")
    full = os.open("/dev/full", os.O_WRONLY)
    Progress(full).say("unseen")
    os.close(full)
    Progress(full).say("unseen")
    assert not file.exists()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (89.4, "89 s"),
        (90, "2 min"),
        (62 * 60, "62 min"),
        (125 * 60, "2 h 05 min"),
        (26 * 3600, "26 h 00 min"),
    ],
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def lines_of(seconds: float, until: int, text: str | None = None) -> list[int]:
    """When a line is shown of a task that moves every second, or says the same all the time."""
    pace = Pace(seconds)
    return [now for now in range(until) if pace.is_due(now, f"{now}" if text is None else text)]


def test_lines_come_after_a_while_and_then_more_rarely() -> None:
    assert lines_of(15, 15) == []
    assert lines_of(15, 61) == [15, 30, 45, 60]
    last, latest = lines_of(15, 3600)[-2:]
    assert 160 < latest - last < 180
    assert len(lines_of(15, 24 * 3600)) < 150


def test_a_line_is_repeated_only_where_a_task_would_be_taken_for_dead() -> None:
    assert lines_of(15, 1200, "waiting") == [15, 315, 615, 915]
    assert lines_of(15, 1200, "") == []


def test_nothing_is_left_where_showing_fails(tmp_path: Path) -> None:
    called = threading.Event()

    def broken(line: str) -> None:
        called.set()
        raise RuntimeError(line)

    before = threading.active_count()
    with contextlib.suppress(KeyboardInterrupt), shown("[host] module", 0.01, broken):
        file = Path(os.environ[VARIABLE])
        Progress.of_environment().say("1 of 2 users")
        assert called.wait(5)
        raise KeyboardInterrupt
    assert threading.active_count() == before
    assert VARIABLE not in os.environ
    assert not file.exists()


def test_every_module_that_takes_users_has_the_action() -> None:
    plugins = ROOT / "plugins"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (plugins / "modules").glob("*.py")}
    taking = {name for name, text in texts.items() if '"users"' in text or "USERS" in text}
    steps = {"wave_plan", "wave_step", "wave_report", "wave_drift", "wave_rollback", "wave_rehearsal", "ledger_export"}
    without_host = {"ledger", "ledger_info"}  # which take no time
    assert {path.stem for path in (plugins / "action").glob("*.py")} == (taking - without_host) | steps
