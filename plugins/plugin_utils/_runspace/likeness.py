# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether hosts that share the work are alike: what one offers is taken for what all of them offer."""

from __future__ import annotations

import threading
from dataclasses import replace

from ...module_utils._connection.messages import Command, SessionFault
from .capabilities import output_of
from .host_name import HostName
from .session import Session
from .session_start import MARKERS, MODULES, SessionInfo, Side

# What else has to be the same on servers: the update that they have, and the module by which they move users (R13 to R15).
_BUILD = Command("Get-CsServerPatchVersion")
_TEAMS = Command("Get-Module", {"Name": MODULES[Side.ONLINE], "ListAvailable": True})
_CORE = "core components"


class Likeness:
    """What hosts that share the work have to have in common: the modules, by version, and what their cmdlets take."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[HostName, str] | None = None
        self._servers: dict[HostName, str] = {}

    def check(self, session: Session, info: SessionInfo, host: HostName) -> SessionFault | None:
        """Return the fault of a host that is not like the first that was asked. Raises NoSession and ConnectionLost."""
        found = _likeness(session, info, str(host))
        if info.side is Side.ONPREM:
            found = ", ".join(filter(None, (found, self._of_server(session, info, host))))
        with self._lock:
            self._known = self._known or (host, found)
            first, wanted = self._known
        return None if found == wanted else _host_differs(host, found, first, wanted)

    def _of_server(self, session: Session, info: SessionInfo, host: HostName) -> str:
        """Return what a server runs. It is remembered for sessions that are opened later. Raises ConnectionLost."""
        if host not in self._servers:
            self._servers[host] = _server(session, info)
        return self._servers[host]


def _server(session: Session, info: SessionInfo) -> str:
    """Return a server's build, and its versions of MicrosoftTeams; nothing of what it does not tell. Raises ConnectionLost."""
    components = _rows(session, info, _BUILD, "ComponentName", "Version")
    builds = {str(row.get("Version")) for row in components if _CORE in str(row.get("ComponentName")).lower()}
    modules = {str(row.get("Version")) for row in _rows(session, info, _TEAMS, "Version")}
    named = ("build", builds), (MODULES[Side.ONLINE], modules)
    return ", ".join(f"{what} {' and '.join(sorted(found))}" for what, found in named if found)


def _rows(session: Session, info: SessionInfo, command: Command, *properties: str) -> list[dict[str, object]]:
    answer = session.run(replace(command, select=properties) if info.projection else command)
    session.close_pipeline()
    return answer.rows


def _likeness(session: Session, info: SessionInfo, host: str) -> str:
    """Return what has to be the same on hosts that share the work: the side's module and its version, or, where a restricted endpoint has
    proxies without one, the cmdlets that it shows. Raises NoSession and ConnectionLost.
    """
    marker = MARKERS[info.side]
    which: dict[str, object] = {"Name": marker} if info.projection else {"CommandType": ["Cmdlet", "Function"]}
    answer = session.run(Command("Get-Command", which, select=("Name", "ModuleName", "Version")))
    session.close_pipeline()
    rows = [row for row in output_of(answer, host) if isinstance(row, dict)]
    if info.projection:
        return ", ".join(
            sorted({f"{row.get('ModuleName') or marker} {row.get('Version') or ''}".strip() for row in rows})
        )
    return ", ".join(sorted({str(row.get("Name")) for row in rows}))


def _host_differs(host: HostName, found: str, first: HostName, wanted: str) -> SessionFault:
    """Return why a host does not share the work of another."""
    return SessionFault(
        "host_differs",
        f"{host} is left out of the hosts that share the work: it has {found}, and {first} has {wanted}.",
        "Bring both to the same versions, or take it out of ansible_runspace_more_hosts.",
    )
