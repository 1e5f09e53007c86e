# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine of a real PowerShell: a process for each shell, with modules that carry the documented signatures."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from ...contract.call import CmdletContract
from ...restricted.restriction import Restriction
from ...restricted.to_powershell import session_configuration
from ..interface import EngineSession, Organisation, SessionLost, ShellRequest, restriction_of
from .bridge import Asker
from .processes import Place, PwshProcesses, Started
from .session import PwshSession


class PwshEngine:
    """Opens sessions in PowerShell processes, one each. Raises PwshMissing.

    `processes` outlive the engine and may serve another one after it; without them, it has its own.
    """

    def __init__(self, organisation: Organisation, processes: PwshProcesses | None = None) -> None:
        self.configurations: Mapping[str, Restriction] = {}
        self._organisation = organisation
        self._alone = processes is None
        self._processes = processes or PwshProcesses()
        self._known: dict[str, tuple[Mapping[str, CmdletContract], Path]] = {}
        self._lock = threading.Lock()

    def open(self, request: ShellRequest, data: bytes) -> EngineSession:
        """See Engine."""
        started = self._processes.take(self._place(request))
        session = PwshSession(started.process, lambda free: self._closed(request, started, free))
        asker = Asker(self._organisation, request.host, request.shell_id, request.user, session.pace, session.close)
        self._processes.bridge.admit(started.token, asker)
        self._organisation.shell_opened(request.host, request.shell_id)
        try:
            session.feed(None, data)
        except SessionLost:
            session.close()
            raise
        return session

    def close(self) -> None:
        """See Engine."""
        if self._alone:
            self._processes.close()

    def _closed(self, request: ShellRequest, started: Started, free: bool) -> None:
        self._processes.bridge.forget(started.token)
        if free:
            self._processes.give_back(started)
        else:
            started.process.kill()
        self._organisation.shell_closed(request.host, request.shell_id)

    def _place(self, request: ShellRequest) -> Place:
        """Return where to start the process of a shell. Raises ConfigurationUnknown."""
        restriction = restriction_of(request, self.configurations, self._organisation.modules(request.host))
        modules = self._modules(request.host)
        if restriction is None:
            return Place((), modules)
        functions = {contract.name.casefold() for contract in self._organisation.commands(request.host).values()}
        text = session_configuration(restriction, functions)
        return Place(("-ConfigurationFile", str(self._processes.configuration(text))), modules)

    def _modules(self, host: str) -> Path:
        """Return the folder of a host's modules, another one when what the host offers has changed."""
        commands = self._organisation.commands(host)
        with self._lock:
            known = self._known.get(host)
            if known is None or known[0] is not commands:
                folder = self._processes.modules(self._organisation.modules(host), commands.values())
                known = self._known[host] = (commands, folder)
            return known[1]
