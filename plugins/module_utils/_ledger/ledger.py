# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger: what outlives a run. Every method is one transaction, unless several are put into one by `transaction`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo

from .._model.decision import Reason, Status
from .._model.ledger_reasons import LEDGER_RUN_IN_USE
from .._model.phase import UserPhase
from . import campaign, events, past, purging, queries, runs, users
from . import library as sql
from .drift_memory import DriftMemory
from .engine import WRITES
from .faults import LedgerFault, fault_of
from .past import Past
from .records import (
    Begun,
    Claims,
    Completion,
    EventItem,
    Facts,
    NewRun,
    Purged,
    Remembered,
    RunItem,
    Selection,
    Sending,
    Unfinished,
    UserItem,
)
from .url import LedgerUrl


class Ledger:
    """An open ledger, for one thread. Every method raises LedgerFault where the database fails; what it would write is then not written."""

    def __init__(self, engine: sql.Engine, url: LedgerUrl, *, lock_timeout: float, lapse: float) -> None:
        self._engine = engine
        self._url = url
        self._lock_timeout = lock_timeout
        self._lapse = lapse
        self._connection: sql.Connection | None = None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the database."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Put what is written within into one transaction: it is written at the end, all or nothing, and one write to the disk."""
        with self._writing():
            yield

    def begin_run(self, run: NewRun) -> Begun:
        """Begin a run, or join the one with that id. Give its claims back by `end_run`, or by `release` where it is not this process's."""
        try:
            with self._writing() as connection:
                return runs.begin(connection, run)
        except runs.RunInUse as used:
            raise LedgerFault(LEDGER_RUN_IN_USE.format(run=used.run, job=used.job or "unnamed")) from used

    def end_run(self, run: str, verdict: str = "") -> None:
        """End a run with a sentence on what came of it."""
        with self._writing() as connection:
            runs.end(connection, run, verdict)

    def claim(self, wanted: Sequence[str], run: str) -> Claims:
        """Take users for a run, just before work on them begins. The run lives as long as `renew` says so."""
        with self._writing() as connection:
            return runs.claim(connection, wanted, run, self._lapse)

    def renew(self, run: str) -> None:
        """Say that a run lives: the claims of one that is silent for long lapse."""
        with self._writing() as connection:
            runs.renew(connection, run)

    def mine(self, run: str, asked: Sequence[str]) -> frozenset[str]:
        """Return those of the users whom the run still has, folded."""
        with self._reading() as connection:
            return runs.mine(connection, run, asked)

    def release(self, run: str, done: Sequence[str] | None = None) -> None:
        """Give users back; all of the run with None."""
        with self._writing() as connection:
            runs.release(connection, run, done)

    def remember_before(self, facts: Mapping[str, Facts]) -> None:
        """Write what users had before the first write to them: once, and never again. Its keys are those of `ledger_info`."""
        with self._writing() as connection:
            users.remember_before(connection, facts)

    def forget_before(self, found: Sequence[str]) -> None:
        """Forget what users had, of those to whom nothing was written after all."""
        with self._writing() as connection:
            users.forget_before(connection, found)

    def remember_members(self, wave: str, found: Sequence[str], *, again: bool = False) -> list[str]:
        """Make users members of a wave, and return the new ones, folded. With `again` those who were rolled back are planned anew."""
        with self._writing() as connection:
            return users.remember_members(connection, wave, found, again=again)

    def members(self, wave: str) -> list[str]:
        """Return everybody who was ever a member of a wave, folded: also who has left its filter by being moved."""
        with self._reading() as connection:
            return users.member_addresses(connection, wave)

    def later_members(self, wave: str, asked: Sequence[str]) -> frozenset[str]:
        """Return those of the users who were not among the wave's first members, folded; nobody where it has none yet."""
        with self._reading() as connection:
            return users.later_members(connection, wave, asked)

    def remember_notices(self, wave: str, notified_on: Mapping[str, datetime]) -> None:
        """Write that users were notified for a wave, in the plan's time, by other means than a cmdlet. The first time counts."""
        with self._writing() as connection:
            users.remember_notices(connection, wave, notified_on)

    def notices(self, wave: str, asked: Sequence[str]) -> dict[str, datetime]:
        """Return when users were notified for a wave, in the plan's time, by folded address; who was not is left out."""
        with self._reading() as connection:
            return users.notices(connection, wave, asked)

    def reached(self, found: Sequence[str], phase: UserPhase, plan_now: datetime) -> None:
        """Write that users were read to have reached a phase, where no cmdlet was sent for it."""
        with self._writing() as connection:
            users.reach(connection, found, phase, plan_now)

    def rolled_back(self, found: Mapping[str, Facts], plan_now: datetime) -> None:
        """Write that everything of users was read to be back that can come back, and what they have now."""
        with self._writing() as connection:
            past.rolled_back(connection, found, plan_now)

    def past(self, asked: Sequence[str]) -> dict[str, Past]:
        """Return what runs have done to users, by folded address; who is not known is left out."""
        with self._reading() as connection:
            return past.past(connection, asked, self._lapse)

    def remembered(self, asked: Sequence[str]) -> dict[str, Remembered]:
        """Return what is known of users, by folded address; who is not known is left out."""
        with self._reading() as connection:
            return users.remembered(connection, asked)

    def event_sent(self, run: str, sending: Sending) -> int:
        """Write a cmdlet that is about to be sent, and return the event's id."""
        return self.events_sent(run, [sending])[0]

    def events_sent(self, run: str, sendings: Sequence[Sending]) -> list[int]:
        """Write cmdlets that are about to be sent, and return the events' ids in their order."""
        with self._writing() as connection:
            return events.sent(connection, run, sendings)

    def operation_started(self, ids: Sequence[int], operation: str) -> None:
        """Write the id of a service's operation that carries out these events."""
        with self._writing() as connection:
            events.operation_started(connection, ids, operation)

    def event_completed(
        self,
        event: int,
        status: Status,
        *,
        before: Facts | None = None,
        after: Facts | None = None,
        reason: Reason | None = None,
        operation: str = "",
        seconds: float | None = None,
    ) -> None:
        """Write what came of an event, as `events_completed`."""
        self.events_completed([Completion(event, status, before, after, reason, operation, seconds)])

    def events_completed(self, completions: Sequence[Completion]) -> None:
        """Write what came of events once their users were read back. That moves users between phases (`phases.phase_after`).

        A pending one may be completed again. Raises LookupError for an event that was purged.
        """
        with self._writing() as connection:
            events.completed(connection, completions)

    def events_withdrawn(self, ids: Sequence[int]) -> None:
        """Take events back whose cmdlet was not sent after all."""
        with self._writing() as connection:
            events.withdrawn(connection, ids)

    def unfinished(self, asked: Sequence[str], run: str) -> list[Unfinished]:
        """Return what was sent for users by a dead run, or by an earlier task of this one, and never completed; the oldest first.

        Call it for users whom the run has claimed, before it sends anything for them.
        """
        with self._reading() as connection:
            return events.unfinished(connection, asked, run, self._lapse)

    def sent_for(self, wave: str) -> frozenset[UserPhase]:
        """Return the phases to which something leads that was sent for a wave."""
        with self._reading() as connection:
            return queries.sent_for(connection, wave)

    def last_statuses(self) -> dict[str, int]:
        """Return how many users there are by the status of their last event, over the whole migration."""
        with self._reading() as connection:
            return queries.last_statuses(connection)

    def seconds_by_action(self) -> dict[str, tuple[int, float]]:
        """Return for each cmdlet how many calls were measured, and how many seconds one took on average."""
        with self._reading() as connection:
            return queries.seconds_by_action(connection)

    def history(self, zone: tzinfo | None) -> list[dict[str, object]]:
        """Return how many users of the whole migration had been notified, upgraded and so on by each day, as `campaign.history`."""
        with self._reading() as connection:
            return campaign.history(connection, zone)

    def phases(self, wave: str) -> dict[str, UserPhase]:
        """Return the phases of the users whose present wave it is, by folded address."""
        with self._reading() as connection:
            return campaign.phases(connection, wave)

    @property
    def drift(self) -> DriftMemory:
        """What a look for drift asks of the ledger, and keeps in it."""
        return DriftMemory(self._reading, self._writing)

    def users(self, chosen: Selection) -> list[UserItem]:
        """Return users by address, as `ledger_info` does."""
        with self._reading() as connection:
            return sorted(queries.users(connection, chosen), key=lambda item: item["user"])

    def events(self, chosen: Selection) -> list[EventItem]:
        """Return events as `ledger_info` does."""
        with self._reading() as connection:
            return list(queries.events(connection, chosen))

    def runs(self, chosen: Selection) -> list[RunItem]:
        """Return runs as `ledger_info` does."""
        with self._reading() as connection:
            return queries.runs(connection, chosen)

    def purge_users(self, gone: Sequence[str], *, predict: bool = False) -> Purged:
        """Remove users with all that is known of them. With `predict` nothing is removed."""
        with self._reading() if predict else self._purging() as connection:
            return purging.purge_users(connection, gone, self._lapse, predict=predict)

    def purge_before(self, moment: datetime, *, predict: bool = False) -> Purged:
        """Remove what is older than a moment. With `predict` nothing is removed."""
        with self._reading() if predict else self._purging() as connection:
            return purging.purge_before(connection, moment, self._lapse, predict=predict)

    @contextmanager
    def _writing(self) -> Iterator[sql.Connection]:
        with self._transaction(writes=True) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sql.Connection]:
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def _purging(self) -> Iterator[sql.Connection]:
        """Write so that what is deleted is nowhere in the file afterwards."""
        with self._transaction(writes=True) as connection:
            if self._url.is_sqlite:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            yield connection
        if self._url.is_sqlite and self._connection is None:
            with self._errors(), self._engine.connect() as plain:
                plain.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sql.Connection]:
        """Give the connection of the transaction around this one, or begin one."""
        if self._connection is not None:
            with self._errors():
                yield self._connection
            return
        with self._errors(), self._engine.execution_options(**{WRITES: writes}).begin() as connection:
            self._connection = connection
            try:
                yield connection
            finally:
                self._connection = None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sql.DBAPIError as error:
            # A driver's own text may name the user, and holds the values of the statement.
            raise fault_of(error, self._url, self._lock_timeout) from None
