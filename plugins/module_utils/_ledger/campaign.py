# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole migration, counted: users by the day on which something was done for them, and the phases of a wave's users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from operator import attrgetter
from typing import Any

from .._model.decision import Status
from .._model.ledger_reasons import CHANGED_OTHERWISE, INTERRUPTED
from .._model.phase import IN_CLOUD, UserPhase
from . import library as sql
from . import moments
from .statements import chunks
from .tables import FAILED, ROLLED_BACK, tables

# Moments are counted by ten minutes in the database, and by day of the reader's clock here.
TEN_MINUTES = len("2026-12-07T19:0")
Days = Counter[date]


def phases(connection: sql.Connection, wave: str) -> dict[str, UserPhase]:
    """Return the phases of those whose present wave it is, by folded address."""
    users = tables().users
    statement = sql.select(users.c.address, users.c.phase).where(users.c.wave == wave)
    return {row.address: UserPhase(row.phase) for row in connection.execute(statement)}


def history(connection: sql.Connection, zone: tzinfo | None) -> list[dict[str, object]]:
    """Return for each day on which something was done how many users had been notified by then, and were upgraded or rolled back.

    Who was rolled back is not upgraded from that day on, until they are upgraded again; `failed` is for whom something failed at least
    once, or nobody knows what came of it. Days are those of the plan's time (teams_upgrade_now) by the clock of `zone`.
    """
    returned = list(rolled_back(connection))
    ups, downs, backs, agains = (
        _days(((at, 1) for each in returned for at in chosen(each)), zone)
        for chosen in map(attrgetter, ("ups", "downs", "backs", "agains"))
    )
    upgraded = _days(_upgraded(connection), zone)
    upgraded.update(ups)
    upgraded.subtract(downs)
    backs.subtract(agains)
    of_day = {
        "notified": _days(_notified(connection), zone),
        "upgraded": upgraded,
        "failed": _days(_first_failures(connection), zone),
        "rolled_back": backs,
    }
    shown, sums = [], Counter[str]()
    for day in sorted(set().union(*of_day.values())):
        sums.update({name: days[day] for name, days in of_day.items()})
        shown.append({"date": day.isoformat(), **{name: sums[name] for name in of_day}})
    return shown


def _days(found: Iterable[tuple[str, int]], zone: tzinfo | None) -> Days:
    days: Days = Counter()
    for at, count in found:
        days[moments.moment(at).astimezone(zone).date()] += count
    return days


def _by_time(column: Any) -> sql.Select[Any]:
    part = sql.func.substr(column, 1, TEN_MINUTES)
    return sql.select(sql.func.min(column), sql.func.count()).group_by(part)


def _notified(connection: sql.Connection) -> Iterator[tuple[str, int]]:
    notices = tables().notices
    first = sql.select(sql.func.min(notices.c.notified_on).label("first")).group_by(notices.c.address).subquery()
    yield from ((row[0], row[1]) for row in connection.execute(_by_time(first.c.first)))


def _upgraded(connection: sql.Connection) -> Iterator[tuple[str, int]]:
    """Yield when users were upgraded who still are, and how many."""
    column = tables().users.c.upgraded_on
    yield from ((row[0], row[1]) for row in connection.execute(_by_time(column).where(column.is_not(None))))


def _first_failures(connection: sql.Connection) -> Iterator[tuple[str, int]]:
    """Yield when the first thing failed for users, in the plan's time, and for how many of them."""
    events = tables().events
    # What a dead run had sent, and what came of it nobody knows, has not failed.
    reason = sql.func.coalesce(sql.cast(events.c.reason, sql.Text), "")
    interrupted = sql.or_(*(reason.contains(f'"{code}"') for code in (INTERRUPTED.code, CHANGED_OTHERWISE.code)))
    chosen = (sql.text(FAILED), events.c.address.is_not(None), ~interrupted)
    first = sql.select(sql.func.min(events.c.id)).where(*chosen)
    counted = _by_time(events.c.at).add_columns(events.c.run).group_by(events.c.run)
    found = connection.execute(counted.where(events.c.id.in_(first.group_by(events.c.address)))).all()
    runs = _runs(connection, sorted({row.run for row in found}))
    for at, count, run in found:
        yield _in_plan_time(at, runs[run]), count


@dataclass(slots=True)
class Returned:
    """When a user was upgraded (`ups`) and when not any more (`downs`), was rolled back (`backs`), and went on after that (`agains`).

    All are in the plan's time, and each list begins with the first time.
    """

    ups: list[str] = field(default_factory=list)
    downs: list[str] = field(default_factory=list)
    backs: list[str] = field(default_factory=list)
    agains: list[str] = field(default_factory=list)

    def take(self, phase: str, at: str) -> None:
        """Take what a cmdlet has led to, the oldest first."""
        upgraded, back = len(self.ups) > len(self.downs), len(self.backs) > len(self.agains)
        if phase in IN_CLOUD:
            self.ups += [at] * (not upgraded)
            self.agains += [at] * back
        elif phase == UserPhase.ROLLED_BACK:
            self.downs += [at] * upgraded
            self.backs += [at] * (not back)


def rolled_back(connection: sql.Connection) -> Iterator[Returned]:
    """Yield the users who were ever rolled back: by a cmdlet, or found to be back by a rollback. That they are upgraded now is left out."""
    events, rollbacks = tables().events, tables().rollbacks
    columns = [events.c[name] for name in ("address", "at", "run", "phase")]
    led = (events.c.leads, events.c.status == Status.CHANGED.value, events.c.address.in_(_ever_back()))
    done = connection.execute(sql.select(*columns).where(*led).order_by(events.c.id)).all()
    runs = _runs(connection, sorted({row.run for row in done}))
    led_to: dict[str, list[tuple[str, str]]] = {}
    for row in done:
        led_to.setdefault(row.address, []).append((_in_plan_time(row.at, runs[row.run]), row.phase))
    columns = [rollbacks.c[name] for name in ("address", "plan_time", "upgraded_on")]
    for row in connection.execute(sql.select(*columns)):
        known = ((row.upgraded_on, UserPhase.UPGRADED), (row.plan_time, UserPhase.ROLLED_BACK))
        led_to.setdefault(row.address, []).extend((at, phase) for at, phase in known if at)
    for moments_of_user in led_to.values():
        returned = Returned()
        for at, phase in sorted(moments_of_user):
            returned.take(phase, at)
        del returned.ups[len(returned.downs) :]
        yield returned


def _ever_back() -> Any:
    """Return the question who was ever rolled back."""
    events, rollbacks = tables().events, tables().rollbacks
    led = (sql.text(ROLLED_BACK), events.c.leads, events.c.status == Status.CHANGED.value)
    by_cmdlet = sql.select(events.c.address).where(*led, events.c.address.is_not(None))
    return by_cmdlet.union(sql.select(rollbacks.c.address))


def _in_plan_time(at: str, run: tuple[str, str | None]) -> str:
    started, now = run
    plan_time = moments.plan_time(moments.moment(at), moments.moment(started), moments.optional(now))
    return moments.stored(plan_time)


def _runs(connection: sql.Connection, ids: list[str]) -> Mapping[str, tuple[str, str | None]]:
    runs, found = tables().runs, {}
    for some in chunks(ids):
        statement = sql.select(runs.c.id, runs.c.started, runs.c.now).where(runs.c.id.in_(some))
        found.update({row.id: (row.started, row.now) for row in connection.execute(statement)})
    return found
