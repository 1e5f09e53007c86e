# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a process is noticed, also when nobody buries it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.process_end import on_process_end

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(SLEEPER)
    yield started
    started.kill()
    started.wait()


def test_a_process_that_lives_is_waited_for(process: subprocess.Popen[bytes]) -> None:
    ended = threading.Event()
    on_process_end(process.pid, ended.set)
    assert not ended.wait(0.3)
    process.kill()
    assert ended.wait(3)  # not yet waited for by its parent: dead, not buried


def test_a_process_that_is_gone_has_ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    ended = threading.Event()
    on_process_end(process.pid, ended.set)
    assert ended.wait(3)


def test_a_system_that_does_not_tell_is_asked_again_and_again(
    process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    ended = threading.Event()
    on_process_end(process.pid, ended.set)
    assert not ended.wait(0.3)
    process.kill()
    process.wait()
    assert ended.wait(3)
