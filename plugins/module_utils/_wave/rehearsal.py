# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of the days of a rehearsal, and the report on all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .._model.identity import fold
from .._model.outcome import without_user
from .calendar import Calendar
from .durations import Duration, Pace, calls_of, duration_of
from .plan import Plan
from .report import NAMED_USERS, warnings_by_code
from .verdict import counted
from .wave import Due, Wave

Shown = dict[str, Any]
DONE = ("changed", "ok")
# The most pressing first.
OUTCOMES = ("failed", "unknown", "pending", "skipped", "changed", "ok")
WORDS = {"ok": "done before", "skipped": "left out", "unknown": "unknown"}
WRONG_DRIFT = ("drifted", "inconsistent", "unknown")
PAST = {Due.NOTIFY: "notified", Due.UPGRADE: "upgraded"}


@dataclass(slots=True)
class Person:
    """A user so far: as the last job has reported them, on which day that began, and when something was last changed for them."""

    shown: Mapping[str, Any]
    on: date
    due: Due
    changed_on: date | None = None

    @property
    def outcome(self) -> str:
        """How it ended: for who is done, whether the rehearsal has done it."""
        status = str(self.shown["status"])
        return "changed" if status in DONE and self.changed_on else status

    def to_result(self) -> Shown:
        """Return the user as the report lists them."""
        done = self.outcome == "changed"
        day = self.changed_on if done and self.changed_on else self.on
        found = {key: self.shown[key] for key in ("user", "wave", "reason")}
        return {
            **found,
            "status": self.outcome,
            "outcome": self.outcome,
            "on": day.isoformat(),
            "changed": self.changed_on is not None,
            "warnings": self.shown.get("warnings") or [],
        }


@dataclass(slots=True)
class Diary:
    """The days of a rehearsal. `assumptions`: what the exports do not say and was assumed."""

    plan: Plan
    assumptions: Sequence[str] = ()
    pace: Pace = field(default_factory=Pace)
    people: dict[str, Person] = field(default_factory=dict)
    days: list[Shown] = field(default_factory=list)
    waves: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    history: Sequence[Mapping[str, Any]] = ()
    calls: dict[str, Counter[str]] = field(default_factory=dict)
    upgraded: dict[str, set[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def jobs(self) -> int:
        """How many daily jobs have run."""
        return len(self.days)

    def add(self, now: datetime, worked_on: Sequence[str], report: Mapping[str, Any]) -> None:
        """Take the report of a daily job at `now` that `worked_on` these waves."""
        waves = {wave.name: wave for wave in self.plan.waves}
        for user in report["users"]:
            self._take(user, waves[user["wave"]], now)
            if waves[user["wave"]].due(now) is Due.UPGRADE:
                sent, calls = calls_of([user])
                # Who failed is tried again on another day, and is one user all the same.
                self.upgraded.setdefault(user["wave"], set()).update([fold(str(user["user"]))] if sent else ())
                self.calls.setdefault(user["wave"], Counter()).update(calls)
        shown = [each for each in report["waves"] if each["name"] in worked_on and each["counts"]["total"]]
        # Each wave as the last job has reported it that was given it. The history is that of the ledger.
        self.waves |= {each["name"]: each for each in report["waves"]}
        self.history = report.get("history", ())
        self.days.append(
            {
                "date": now.date().isoformat(),
                "at": now.isoformat(),
                "waves": [each["name"] for each in shown],
                "counts": report["counts"],
                "steps": [
                    {"wave": each["name"], "due": each["due"], "counts": each["counts"], "held": each["held"]}
                    for each in shown
                ],
                "verdict": report["verdict"],
                "drift": None,
            }
        )

    def add_drift(self, report: Mapping[str, Any]) -> None:
        """Take the report of the night's look for drift."""
        self.days[-1]["drift"] = {"counts": report["counts"], "verdict": report["verdict"]}

    def _take(self, user: Mapping[str, Any], wave: Wave, now: datetime) -> None:
        today, due, key = now.date(), wave.due(now), fold(str(user["user"]))
        person = self.people.get(key)
        if person is None or person.due is not due or _kind(person.shown) != _kind(user):
            # What was changed for the notification is not what makes somebody upgraded.
            changed_on = person.changed_on if person is not None and person.due is due else None
            person = self.people[key] = Person(user, today, due, changed_on)
        person.shown = user
        if user.get("changed"):
            person.changed_on = today

    def line(self, calendar: Calendar) -> str:
        """Return the last day as a line: `7 December 2026 (3 of about 14): wave pilot upgraded: 20 changed, 1 failed`."""
        day = self.days[-1]
        steps = [
            f"wave {step['wave']} {PAST[Due(step['due'])]}: {step['held'] or _numbers(step['counts'])}"
            for step in day["steps"]
        ]
        of = f"{self.jobs} of about {self.jobs + calendar.ahead()}"
        return f"{_long(date.fromisoformat(day['date']))} ({of}): {'; '.join(steps) or 'no users'}"

    def drift_line(self) -> str:
        """Return the last night as a line."""
        day = self.days[-1]
        return f"{_long(date.fromisoformat(day['date']))}, at night: {day['drift']['verdict'].rstrip('.')}"

    def report(self) -> Shown:
        """Return the report on the whole rehearsal."""
        users = [person.to_result() for person in self.people.values()]
        users.sort(key=lambda user: OUTCOMES.index(user["outcome"]))
        counts = Counter(user["outcome"] for user in users)
        return {
            "kind": "rehearsal",
            "check_mode": False,
            "verdict": self._verdict(counts),
            "failed": False,
            "notes": [*self.notes, *self._empty_waves()],
            "counts": {"total": len(users)} | {outcome: counts[outcome] for outcome in reversed(OUTCOMES)},
            "users": users,
            "waves": list(self._waves(users)),
            "reasons": list(_reasons(users)),
            "warnings": warnings_by_code((user["user"], warning) for user in users for warning in user["warnings"]),
            "history": list(self.history),
            "days": self.days,
            "duration": [each.to_result() for each in self.durations()],
            "assumptions": list(self.assumptions),
        }

    def durations(self) -> Iterator[Duration]:
        """Yield how long each wave takes, by what was sent for its users."""
        for wave in self.plan.waves:
            if calls := self.calls.get(wave.name):
                yield duration_of(wave, len(self.upgraded[wave.name]), calls, self.pace)

    def _waves(self, users: Iterable[Shown]) -> Iterator[Shown]:
        """Yield the waves as the last job has reported them, with what came of their users in the end."""
        of_wave: dict[str, Counter[str]] = {}
        for user in users:
            of_wave.setdefault(user["wave"], Counter())[user["outcome"]] += 1
        for wave in self.waves.values():
            counts = of_wave.get(wave["name"], Counter())
            yield {**wave, "counts": {"total": counts.total()} | {name: counts[name] for name in reversed(OUTCOMES)}}

    def _empty(self) -> list[Wave]:
        """Return the waves of which no job has found a user."""
        named = {person.shown["wave"] for person in self.people.values()}
        return [wave for wave in self.plan.waves if wave.name not in named]

    def _empty_waves(self) -> Iterator[str]:
        for wave in self._empty():
            chosen = ", ".join(f"{key}: {value}" for key, value in wave.filter.items())
            why = f"its filter ({chosen}) finds nobody in the exports" if chosen else "all of its users are excluded"
            yield f"Wave {wave.name!r} has no users: {why}."

    def _verdict(self, counts: Mapping[str, int]) -> str:
        total = sum(counts.values())
        if not total:
            return "The plan's waves have no users in the exports: nothing was rehearsed."
        parts = [f"{counts['changed']} would be upgraded by {_long(date.fromisoformat(self.days[-1]['date']))}"]
        parts += [f"{counts['ok']} {'was' if counts['ok'] == 1 else 'were'} upgraded before"] if counts["ok"] else []
        words = {"skipped": "left out", "failed": "fail", "unknown": "not be read", "pending": "still be pending"}
        parts += [
            f"{counts[status]} would {'be ' if status == 'skipped' else ''}{word}"
            for status, word in words.items()
            if counts[status]
        ]
        drifted = sum(self._drift(status) for status in WRONG_DRIFT)
        night = (
            f" The last look for drift would find {counted(drifted, 'user')} otherwise than planned." if drifted else ""
        )
        names = [wave.name for wave in self._empty()]
        empty = f" Without users: {', '.join(names)}." if names else ""
        return f"{counted(total, 'user')} in {counted(self.jobs, 'job')}: {', '.join(parts)}.{empty}{night}"

    def _drift(self, status: str) -> int:
        nights = [day["drift"] for day in self.days if day["drift"]]
        return int(nights[-1]["counts"].get(status, 0)) if nights else 0


def _kind(user: Mapping[str, Any]) -> tuple[str, str]:
    status = str(user["status"])
    return "done" if status in DONE else status, str((user.get("reason") or {}).get("code", ""))


def _numbers(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[name]} {WORDS.get(name, name)}" for name in reversed(OUTCOMES) if counts.get(name))


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _reasons(users: Iterable[Shown]) -> Iterator[Shown]:
    """Yield the reasons by outcome and code, the most frequent first. The message is the first user's."""
    groups: dict[tuple[str, str], list[Shown]] = {}
    for user in users:
        if user["reason"]:
            groups.setdefault((user["outcome"], user["reason"]["code"]), []).append(user)
    for (outcome, code), group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        first = group[0]["reason"]
        yield {
            "outcome": outcome,
            "code": code,
            "count": len(group),
            "message": first["message"],
            "remedy": first["remedy"],
            "alike": len({without_user(user["reason"]["message"], user["user"]) for user in group}) == 1,
            "users": [user["user"] for user in group[:NAMED_USERS]],
        }
