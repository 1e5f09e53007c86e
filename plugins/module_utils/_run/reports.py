# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the reports of moves while other moves are under way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .._cmdlets.move_reports import Report, not_readable, not_written, read_report, report_in
from .._connection.client import Batch, Remote, RemoteFault
from .._model.actions import Action, MoveUser
from .._model.host import Host


class MoveReports:
    """The reports of one round of moves, by the moves' numbers. Reading them never waits while moves are under way."""

    def __init__(self, remote: Remote, host: Host) -> None:
        self._remote = remote
        self._host = host
        self._asked: list[tuple[int, MoveUser, Batch]] = []
        self._known: list[tuple[int, Report]] = []

    def ask(self, number: int, action: Action, by: str = "") -> None:
        """Ask for the report of an action that has ended, where it was to write one. It is read before moves that have not begun, `by` the
        host that made the move, where several share the work: the folder may be on its disk.
        """
        if not isinstance(action, MoveUser) or action.report is None:
            return
        if unread := not_written(self._host) or not_readable(self._host):
            self._known.append((number, Report(unread=unread)))
            return
        reading = replace(read_report(action.report, self._host), near=by or None)
        batch = self._remote.run([reading], first=True)
        self._asked.append((number, action, batch))

    def poll(self) -> Iterator[tuple[int, Report]]:
        """Yield what has come since the last look. Raises RemoteFault."""
        yield from self._without_asking()
        for number, action, batch in self._asked:
            for _index, answer in batch.ended():
                yield number, report_in(answer, action)
        self._asked = [each for each in self._asked if each[2].outstanding]

    def drain(self) -> Iterator[tuple[int, Report]]:
        """Wait for all others, and yield them. What can no more be asked for stays unread."""
        yield from self._without_asking()
        for number, action, batch in self._asked:
            try:
                for _index, answer in batch:
                    yield number, report_in(answer, action)
            except RemoteFault as fault:
                yield number, Report(unread=f"the report of the move could not be read: {fault.fault.message}")

    def _without_asking(self) -> list[tuple[int, Report]]:
        found, self._known = self._known, []
        return found
