# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions of a connection in a process of their own, as Ansible keeps them, so that its memory can be measured.

As a program it reads calls from its input, a line of JSON each, and writes what they return.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import library, session, worker
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service, serve

from tests.controller import COLLECTIONS, ROOT


class ConnectionProcess:
    """The other end of that process. It has the calls of a service."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        paths = os.pathsep.join(map(str, (COLLECTIONS, ROOT)))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            env=os.environ | {"PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._call("options", json.dumps(options))

    @property
    def resident(self) -> int:
        """How much memory it has, in kilobytes."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii"))
        return int(found[1]) if found else 0

    def task(self) -> None:
        """Begin a task: where no session could be had, it tries again."""
        self._call("task", "")

    def hello(self, request: str) -> str:
        return self._call("hello", request)

    def submit(self, request: str, *, check_mode: bool) -> str:
        return self._call("submit_in_check_mode" if check_mode else "submit", request)

    def collect(self, request: str) -> str:
        return self._call("collect", request)

    def cancel(self, request: str) -> str:
        return self._call("cancel", request)

    def close(self, seconds: float) -> None:
        self._call("close", str(seconds))
        self._process.communicate()

    def _call(self, name: str, request: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, request]) + "\n")
        self._process.stdin.flush()
        reply: str = json.loads(self._process.stdout.readline())
        return reply


class Served:
    """What the process does."""

    def __init__(self) -> None:
        self._options: dict[str, Any] = {}
        self._service: Service | None = None

    @property
    def service(self) -> Service:
        self._service = self._service or serve(self._options.__getitem__)
        return self._service

    def call(self, name: str, request: str) -> str:
        match name:
            case "options":
                self._options = json.loads(request)
            case "task":
                if self._service is not None and self._service.failed:
                    self._service.close(0)
                    self._service = None
            case "close":
                self.service.close(float(request))
            case "submit" | "submit_in_check_mode":
                return self.service.submit(request, check_mode=name != "submit")
            case _:
                return cast(str, getattr(self.service, name)(request))
        return ""


def main() -> None:
    """Pauses that suit real hosts are shorter here, so that more happens in the time."""
    assert library.MISSING is None
    worker._REOPENING_PAUSES = (0.0, 0.2, 1.0)
    session._RESUMED_TIMEOUT = 1
    served = Served()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(served.call(*json.loads(line))) + "\n")
        sys.stdout.flush()
    time.sleep(0)


if __name__ == "__main__":
    main()
