# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated hosts as a benchmark sees them: their inventory, their latencies, and what they cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any

_PROGRAM = Path(__file__).parent / "lab_host.py"
_TICKS = os.sysconf("SC_CLK_TCK")


class Hosts:
    """Simulated hosts in a process of their own, until closed."""

    def __init__(self, seed: Mapping[str, Any], *, engine: str = "embedded") -> None:
        with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump({"seed": seed, "engine": engine}, file)
            file.flush()
            command = [sys.executable, "-P", str(_PROGRAM), file.name]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.inventory: dict[str, Any] = self._answer()

    def begin(self, seconds: Mapping[str, float], sigma: float = 0.0) -> None:
        """Forget all calls. Calls take so many seconds in the mean from here, by cmdlet; the empty name is for all others."""
        self._do("begin", seconds=seconds, sigma=sigma)

    def drawn(self) -> dict[str, Any]:
        """Return since `begin`: the sum of `seconds` that calls took, and `each`, how many `calls` there were, when the `first` began.

        `elapsed` is from the begin of the first call that took time to the end of the last.
        """
        found: dict[str, Any] = self._do("drawn")
        return found

    def calls(self) -> dict[str, int]:
        """Return how often each cmdlet was called since `begin`."""
        found: dict[str, int] = self._do("calls")
        return found

    def advance_to(self, moment: str) -> None:
        """Set the clock of the hosts, unless it is later there."""
        self._do("advance_to", moment=moment)

    def rate(self, rate: float) -> None:
        """Let so many seconds pass in the lab in one."""
        self._do("rate", rate=rate)

    @property
    def processor_seconds(self) -> float:
        """Processor time that the hosts have used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def megabytes(self) -> float:
        """The most memory that the hosts have had."""
        return peak(self._process.pid)

    def variables(self, host: str) -> dict[str, Any]:
        """Return the variables of a host as a play has them."""
        every = self.inventory["all"]
        own = next(group["hosts"][host] for group in every["children"].values() if host in group["hosts"])
        return {**every["vars"], **own}

    def close(self) -> None:
        """End them."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Hosts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _do(self, name: str, **given: Any) -> Any:
        if self._process.stdin is None:
            raise RuntimeError("the hosts were closed")
        self._process.stdin.write(json.dumps({"do": name, **given}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise RuntimeError(f"the simulated hosts have ended with {self._process.wait(30)}")
        return json.loads(line)


def peak(process: int) -> float:
    """Return the most memory that a process has had, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)


def names(count: int, begin: int = 0) -> list[str]:
    """Return the addresses of so many users, from a number on."""
    return [f"user{number:06}@contoso.com" for number in range(begin, begin + count)]


def people(users: Sequence[str], **settings: Any) -> dict[str, Any]:
    """Return a seed with these users, who are all alike."""
    return {"users": [{"sip": user, **settings} for user in users]}
