# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What pytest does otherwise while `make pypsrp-suite` (dev/pypsrp_suite.py) has it run pypsrp's own tests.

Clients use HTTP without encryption, each test has a limit of time, and what became of it is written down, with the errors that
PowerShell gave meanwhile. It knows nothing of the collection.
"""

from __future__ import annotations

import functools
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypsrp.powershell
import pypsrp.wsman
import pytest

SECONDS = int(os.environ.get("PYPSRP_SUITE_SECONDS", "60"))
_said: list[str] = []


class TooLong(Exception):
    """A test did not end."""


def _unencrypted(made: Any) -> Any:
    @functools.wraps(made)
    def init(self: Any, server: str, *given: Any, **named: Any) -> None:
        if "auth" in named:  # a client of the fixture, and none that a test only makes and never uses
            named.update(ssl=False, encryption="never")
        made(self, server, *given, **named)

    return init


def _listened_to(ended: Any) -> Any:
    @functools.wraps(ended)
    def end(self: Any, *given: Any, **named: Any) -> Any:
        try:
            return ended(self, *given, **named)
        finally:
            _said.extend(str(record) for record in self.streams.error)

    return end


pypsrp.wsman.WSMan.__init__ = _unencrypted(pypsrp.wsman.WSMan.__init__)  # type: ignore[method-assign]
pypsrp.powershell.PowerShell.end_invoke = _listened_to(pypsrp.powershell.PowerShell.end_invoke)  # type: ignore[method-assign]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    def end(_number: int, _frame: object) -> None:
        raise TooLong(f"no end after {SECONDS} seconds")

    _said.clear()
    signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        crash = getattr(report.longrepr, "reprcrash", None)
        noted = {
            "test": report.nodeid.rpartition("/")[2].partition("[")[0],
            "outcome": report.outcome,
            "why": (str(crash.message) if crash else str(report.longrepr or ""))[:300],
            "said": list(_said),
        }
        with Path(os.environ["PYPSRP_SUITE_RESULTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(noted) + "\n")
