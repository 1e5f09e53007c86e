# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine of a real PowerShell: a process for each shell, with modules that carry the documented signatures."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from ._call import CmdletContract
from ._engine import UNRESTRICTED, ConfigurationUnknown, EngineSession, Organisation, SessionLost, ShellRequest
from ._engine_pwsh_bridge import Asker, Bridge
from ._engine_pwsh_modules import SOCKET_VARIABLE, TOKEN_VARIABLE, write_modules
from ._engine_pwsh_process import PwshProcess

_BESIDE = Path(__file__).resolve().parents[3].parent / "shared" / "powershell" / "pwsh"


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
    found = shutil.which("pwsh") or shutil.which(str(_BESIDE))
    if found is None:
        raise PwshMissing("There is no pwsh on the PATH; install PowerShell 7, or set PWSH to one.")
    return found


class PwshEngine:
    """Opens sessions in PowerShell processes, one each. Raises PwshMissing."""

    def __init__(self, organisation: Organisation) -> None:
        self._program = find_pwsh()
        self._organisation = organisation
        self._folder = Path(tempfile.mkdtemp(prefix="sfb-lab-"))
        self._bridge = Bridge(organisation, self._folder)
        self._written: dict[str, tuple[Mapping[str, CmdletContract], Path]] = {}
        self._lock = threading.Lock()

    def open(self, request: ShellRequest, data: bytes) -> EngineSession:
        """See Engine."""
        if request.configuration.casefold() not in UNRESTRICTED:
            raise ConfigurationUnknown(request.configuration)
        token = secrets.token_hex(16)
        session = PwshProcess(
            (self._program, "-s", "-NoLogo", "-NoProfile"),
            self._environment(token, self._modules(request.host)),
            lambda: self._closed(request, token),
        )
        self._bridge.admit(token, Asker(request.host, request.shell_id, request.user, session.close))
        self._organisation.shell_opened(request.host, request.shell_id)
        try:
            session.feed(None, data)
        except SessionLost:
            session.close()
            raise
        return session

    def close(self) -> None:
        """See Engine."""
        self._bridge.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _closed(self, request: ShellRequest, token: str) -> None:
        self._bridge.forget(token)
        self._organisation.shell_closed(request.host, request.shell_id)

    def _modules(self, host: str) -> Path:
        """Return the folder of a host's modules, written anew when what the host offers has changed."""
        commands = self._organisation.commands(host)
        with self._lock:
            written = self._written.get(host)
            if written is not None and written[0] is commands:
                return written[1]
            folder = Path(tempfile.mkdtemp(dir=self._folder))
            write_modules(folder, self._organisation.modules(host), commands.values())
            self._written[host] = (commands, folder)
            return folder

    def _environment(self, token: str, modules: Path) -> dict[str, str]:
        own = {
            SOCKET_VARIABLE: str(self._bridge.path),
            TOKEN_VARIABLE: token,
            "PSModulePath": str(modules),
            "PSModuleAnalysisCachePath": str(modules / "analysis"),
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            "POWERSHELL_UPDATECHECK": "Off",
        }
        return {**os.environ, **own}
