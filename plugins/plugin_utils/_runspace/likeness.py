# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether hosts that share the work are alike: what one offers is taken for what all of them offer."""

from __future__ import annotations

import threading

from ...module_utils._connection.messages import Command, SessionFault
from .capabilities import output_of
from .host_name import HostName
from .session import Session
from .session_start import MARKERS, SessionInfo


class Likeness:
    """What hosts that share the work have to have in common: the modules, by version, and what their cmdlets take."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[HostName, str] | None = None

    def check(self, session: Session, info: SessionInfo, host: HostName) -> SessionFault | None:
        """Return the fault of a host that is not like the first that was asked. Raises NoSession and ConnectionLost."""
        found = _likeness(session, info, str(host))
        with self._lock:
            self._known = self._known or (host, found)
            first, wanted = self._known
        return None if found == wanted else _host_differs(host, found, first, wanted)


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
        "Bring both to the same version, or take it out of ansible_runspace_more_hosts.",
    )
