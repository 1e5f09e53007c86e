# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making the command of a change, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._cmdlets.acting import command_for
from .._cmdlets.move_reports import with_report
from .._connection.messages import Command
from .._model.decision import Change
from .._model.host import Host


@dataclass(frozen=True, slots=True)
class Call:
    """A change, and the command that makes it."""

    change: Change
    command: Command


def prepare(change: Change, host: Host) -> Call:
    """Return a change with its command, which writes a report of its own where one is asked for. Raises NotOffered.

    Where several hosts share the work, users of a registrar pool are worked on by that pool's host.
    """
    action = with_report(change.action)
    pool = change.before.get("registrar_pool") or change.after.get("registrar_pool")
    return Call(replace(change, action=action), replace(command_for(action, host), near=str(pool) if pool else None))
