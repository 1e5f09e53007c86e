# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written into a ledger and read from it, as values. Addresses of users are folded on their way in (`address_of`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from .._model.decision import Reason, Status
from .._model.ledger_reasons import IN_ANOTHER_JOB
from .._model.phase import UserPhase
from .processes import Process

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that begins. `id` joins a run that has begun already, and is made where it is empty. `now` is the plan's time.

    `process` is the one whose end ends the run: that of ansible-playbook, not of a module. `once`: no other process joins the run of that
    id, also when it has ended.
    """

    process: Process
    id: str = ""
    job: str = ""
    check_mode: bool = False
    now: datetime | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was begun or joined. `own`: it ends with this process; else it belongs to a process that has started this one.

    `taken_by`: the job that has begun it before, where it is to be begun once; this one must not work on it then.
    """

    id: str
    own: bool
    taken_by: str = ""


# Instead of an address, of what concerns no single user.
NO_USER = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """A cmdlet that is about to be sent for a user; an empty one for what concerns no single user.

    `before` and `after` are as a result shows them, `after` predicted. `phase` is the one that it leads to; unless given, what
    `phases.target_of` says. `wave`: that of the user, unless given.
    """

    user: str
    action: str
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)
    phase: UserPhase | None = None
    wave: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What came of an event, as it was read back. `operation`: the id of the batch; empty leaves what is known of it."""

    event: int
    status: Status
    before: Facts | None = None
    after: Facts | None = None
    reason: Reason | None = None
    operation: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An event that was sent `age` seconds ago, and whose end was never written. `after` is what was expected of it."""

    id: int
    age: float
    run: str
    user: str
    wave: str
    action: str
    before: Facts
    after: Facts
    operation: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The run that is at work on a user; `age` in seconds, since when."""

    run: str
    job: str
    age: float

    def reason(self, user: str) -> Reason:
        """Return why another run leaves the user alone."""
        minutes, seconds = divmod(max(0, round(self.age)), 60)
        age = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
        job = f" (job {self.job})" if self.job else ""
        return IN_ANOTHER_JOB.format(user=user, run=self.run, job=job, age=age)


@dataclass(frozen=True, slots=True)
class Claims:
    """Of users who were asked for: those whom the run may work on now, and who has the others. By folded address."""

    taken: frozenset[str]
    held: Mapping[str, Holder]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the ledger knows of a user. `notified_on` is that of the user's present wave; `last_status` that of the last event."""

    user: str
    wave: str
    phase: UserPhase
    since: datetime
    notified_on: datetime | None
    upgraded_on: datetime | None
    before: Facts | None
    last_status: str | None


@dataclass(frozen=True, slots=True)
class Selection:
    """What a question is about; each part narrows it. An empty sequence of users is nobody, None is everybody."""

    users: Sequence[str] | None = None
    wave: str | None = None
    run: str | None = None
    since: datetime | None = None


class LastItem(TypedDict):
    """The last event of a user, as `ledger_info` returns it."""

    at: str
    run: str
    action: str
    status: str
    reason: Facts | None


class UserItem(TypedDict):
    """A user, as `ledger_info` returns it."""

    user: str
    wave: str | None
    phase: str
    since: str
    notified_on: str | None
    upgraded_on: str | None
    before: Facts | None
    last: LastItem | None


class EventItem(TypedDict):
    """An event, as `ledger_info` returns it."""

    at: str
    run: str
    user: str | None
    wave: str | None
    phase: str
    action: str
    status: str
    before: Facts | None
    after: Facts | None
    reason: Facts | None
    operation: str | None
    seconds: float | None


class RunItem(TypedDict):
    """A run, as `ledger_info` returns it."""

    run: str
    started: str
    ended: str | None
    check_mode: bool
    now: str | None
    job: str | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Purged:
    """What was purged, or would be: addresses of users, and how many events and runs."""

    users: tuple[str, ...]
    events: int
    runs: int

    @property
    def anything(self) -> bool:
        """Whether there is anything to purge."""
        return bool(self.users or self.events or self.runs)
