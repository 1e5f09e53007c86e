# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsServerPatchVersion, Get-CsServerVersion and Get-Module: what a moving server runs."""

from __future__ import annotations

from .._connection.client import Remote
from .._connection.messages import Answer
from .._model import organisation_reasons
from .._model.decision import Reason
from .._model.failure import Failure, read_or_reason
from .._model.host import MODULES, Host
from .._model.server import MovingServer
from .._model.user import Side
from .._model.version import Version
from .command_builder import CommandBuilder, fault_text
from .properties import text

# What a module without a manifest shows; it says nothing.
_NO_VERSION = Version((0, 0))


def read_moving_server(remote: Remote, host: Host) -> MovingServer:
    """Return the server's build and its MicrosoftTeams module. What the host does not offer stays unknown; what it offers and does not
    answer is said.
    """
    build = read_or_reason(_build, remote, host)
    if isinstance(build, Reason):
        return MovingServer(host.name, unread=build)
    listed = read_or_reason(_teams_modules, remote, host)
    if isinstance(listed, Reason):
        return MovingServer(host.name, build, unread=listed)
    if listed is None:
        return MovingServer(host.name, build)
    newest = max(listed, default=_NO_VERSION)
    return MovingServer(host.name, build, newest if newest > Version((0, 0, 0)) else None, bool(listed))


def _build(remote: Remote, host: Host) -> Version | None:
    """Return the build of the core components. Get-CsServerVersion would give the release's build, never the update's (A.8)."""
    if not host.offers("Get-CsServerPatchVersion"):
        return None
    answer = remote.one(CommandBuilder.of("Get-CsServerPatchVersion", host).command)
    if not answer.whole:
        raise Failure(_unknown(host, "Get-CsServerPatchVersion", answer))
    core = [row for row in answer.rows if "core components" in (text(row, "ComponentName") or "").lower()]
    found = [version for row in core if (version := Version.find(text(row, "Version")))]
    return max(found, default=None)


def _teams_modules(remote: Remote, host: Host) -> list[Version] | None:
    """Return the versions of the MicrosoftTeams module that are installed (R14); None where the host does not tell."""
    if not host.offers("Get-Module", "ListAvailable"):
        return None
    call = CommandBuilder.of("Get-Module", host).with_(Name=MODULES[Side.ONLINE], ListAvailable=True)
    answer = remote.one(call.command)
    if not answer.rows and not answer.whole:
        # It is no reader of the product's, and fails by itself on restricted endpoints, which show no file system.
        if not host.projection:
            return None
        raise Failure(_unknown(host, "Get-Module", answer))
    return [Version.find(row.get("Version")) or _NO_VERSION for row in answer.rows]


def _unknown(host: Host, cmdlet: str, answer: Answer) -> Reason:
    return organisation_reasons.SERVER_UNKNOWN.format(host=host.name, cmdlet=cmdlet, fault=fault_text(answer))
