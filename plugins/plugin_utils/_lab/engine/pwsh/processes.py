# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell processes of one lab or of several in turn: what they share, and those that wait for their next shell.

A process takes a second and more to start, to find its way and to load a module; its second session, a tenth of that.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ...contract.call import CmdletContract, InstalledModule
from .bridge import Bridge
from .modules import SOCKET_VARIABLE, TOKEN_VARIABLE, module_files
from .process import PwshProcess

_CONFIGURATION = "configuration.pssc"
BESIDE = Path(__file__).resolve().parents[6] / "shared" / "powershell" / "pwsh"


class PwshMissing(Exception):
    """There is no PowerShell to run."""


def find_pwsh() -> str:
    """Return the PowerShell to run: the one that PWSH names, else that on the PATH, else one beside the clone.

    Raises PwshMissing.
    """
    named = os.environ.get("PWSH")
    if named:
        found = shutil.which(named)
        if found is None:
            raise PwshMissing(f"PWSH names {named}, which is no program; set it to a PowerShell 7, or unset it.")
        return found
    found = shutil.which("pwsh") or shutil.which(str(BESIDE))
    if found is None:
        raise PwshMissing("There is no pwsh on the PATH; install PowerShell 7, or set PWSH to one.")
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """What a process is started with, and cannot change afterwards: its arguments, and the folder of its modules."""

    arguments: Sequence[str]
    modules: Path


@dataclass(frozen=True, slots=True)
class Started:
    """A process that was started at a place. `token` is the secret by which its functions are known."""

    process: PwshProcess
    place: Place
    token: str


class PwshProcesses:
    """Starts PowerShell processes and keeps those that are free, until closed. Raises PwshMissing.

    `keep` is how many may wait for another shell.
    """

    def __init__(self, keep: int = 8) -> None:
        self._program = find_pwsh()
        self._keep = keep
        self.folder = Path(tempfile.mkdtemp(prefix="pwsh-lab-"))
        self.bridge = Bridge(self.folder)
        self._free: list[Started] = []
        self._closed = False
        self._lock = threading.Lock()

    def modules(self, installed: Sequence[InstalledModule], commands: Iterable[CmdletContract]) -> Path:
        """Return the folder that has these modules; the same modules are in the same folder."""
        return self._written(module_files(installed, commands))

    def configuration(self, text: str) -> Path:
        """Return the session configuration file that has this text; the same text is in the same file."""
        return self._written({_CONFIGURATION: text}) / _CONFIGURATION

    def _written(self, files: Mapping[str, str]) -> Path:
        folder = self.folder / hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:16]
        with self._lock:
            for name, text in files.items() if not folder.is_dir() else ():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return folder

    def take(self, place: Place) -> Started:
        """Return a process for a shell: one that is free at this place, or a new one."""
        with self._lock:
            for started in self._free:
                if started.place == place and started.process.alive:
                    self._free.remove(started)
                    return started
        token = secrets.token_hex(16)
        command = (self._program, "-s", "-NoLogo", "-NoProfile", *place.arguments)
        return Started(PwshProcess(command, self._environment(token, place.modules)), place, token)

    def give_back(self, started: Started) -> None:
        """Keep a process whose session was closed in order for the next shell, as far as there is room."""
        with self._lock:
            superfluous = None if self._closed else started
            if not self._closed:
                self._free.append(started)
                superfluous = self._free.pop(0) if len(self._free) > self._keep else None
        if superfluous is not None:
            superfluous.process.kill()

    def close(self) -> None:
        """Stop those that wait, and remove what they shared."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for started in free:
            started.process.kill()
        self.bridge.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> PwshProcesses:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _environment(self, token: str, modules: Path) -> dict[str, str]:
        own = {
            SOCKET_VARIABLE: str(self.bridge.path),
            TOKEN_VARIABLE: token,
            "PSModulePath": str(modules),
            "PSModuleAnalysisCachePath": str(self.folder / "analysis"),
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            "POWERSHELL_UPDATECHECK": "Off",
            # Measuring what to compile better costs more than it brings to a process that lives for seconds.
            "DOTNET_TieredPGO": "0",
        }
        return {**os.environ, **own}
