# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wave plan: what it says, whether it is sound, and what it makes due on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches

from .._model.identity import UserId, fold
from .._model.policy import Mode
from .._rules.plan_users import PlanProblem, ReadFile, listed_users, users_from_file
from .._rules.plan_window import parse_window
from .overlaps import excluding_nobody, left_to_other_waves, users_in_two_waves
from .wave import Wave

EARLIEST = 2015  # there was nothing to upgrade from before
# What a wave gets where neither it nor the plan's defaults say otherwise. R47: users hear of the upgrade one week before.
BUDGET = 0
DEFAULTS: Mapping[str, object] = {"notify_days_before": 7, "mode": Mode.TEAMS_ONLY.value, "migrate_meetings": True}
SETTINGS = (*DEFAULTS, "window")
NOTICES = ("enforce", "ignore")
MEMBERS = ("users", "users_file", "filter")
FILTERS = ("filter", "ldap_filter", "ou", "registrar_pool")
PLAN_KEYS = ("defaults", "failure_budget_percentage", "waves")
WAVE_KEYS = ("name", "upgrade_on", *MEMBERS, "exclude", *SETTINGS, "notified_on", "notice", "again")


class UnsoundPlan(ValueError):
    """The plan has problems. Half a plan must not be carried out."""

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        super().__init__(" ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Plan:
    """Waves by date. `failure_budget_percentage` is the share of each wave's users that may fail; `notes` say what was cleaned up."""

    waves: tuple[Wave, ...]
    failure_budget_percentage: int = 0
    notes: tuple[str, ...] = ()

    def only(self, names: Sequence[str]) -> Plan:
        """Return the plan with the waves of these names alone, or with all where there are no names. Raises UnsoundPlan."""
        known = {fold(wave.name): wave.name for wave in self.waves}
        for name in names:
            if fold(name) not in known:
                near = get_close_matches(fold(name), known, n=1, cutoff=0.5)
                hint = f"Did you mean {known[near[0]]!r}? " if near else ""
                remedy = f"{hint}The waves are {', '.join(known.values())}."
                raise UnsoundPlan([PlanProblem(f"teams_upgrade_waves: there is no wave {name!r}.", remedy)])
        meant = {fold(name) for name in names} or known.keys()
        return replace(self, waves=tuple(wave for wave in self.waves if fold(wave.name) in meant))

    def with_members(self, found: Mapping[str, Sequence[str]]) -> Plan:
        """Return the plan with the members that were found for waves with a filter, by the name of the wave. Raises UnsoundPlan.

        Leaves users that another wave lists by name to that wave, with a note.
        """
        listed = {user.key: wave.name for wave in self.waves for user in wave.members}
        notes = list(self.notes)
        waves = []
        for wave in self.waves:
            if wave.name in found:
                users = {user.key: user for user in map(UserId.parse, found[wave.name])}
                elsewhere = [user for key, user in users.items() if key in listed]
                notes += left_to_other_waves(wave.name, elsewhere, listed)
                known = replace(wave, users=tuple(user for key, user in users.items() if key not in listed))
                notes += excluding_nobody(known)
            waves.append(known if wave.name in found else wave)
        if problems := list(users_in_two_waves(waves)):
            raise UnsoundPlan(problems)
        return replace(self, waves=tuple(waves), notes=tuple(notes))


def read_plan(plan: object, read_file: ReadFile) -> Plan:
    """Return the plan that an administrator wrote. `read_file` returns a file's bytes or raises OSError. Raises UnsoundPlan."""
    try:
        top = _mapping(plan, "The plan", PLAN_KEYS)
        budget = percentage(top.get("failure_budget_percentage", BUDGET))
        defaults = _mapping(top.get("defaults") or {}, "The plan's defaults", SETTINGS)
        entries = _entries(top.get("waves"))
    except PlanProblem as problem:
        raise UnsoundPlan([problem]) from problem
    problems: list[PlanProblem] = []
    waves: list[Wave] = []
    notes: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            waves.append(_wave(entry, number, defaults, read_file, notes))
        except PlanProblem as problem:
            problems.append(problem)
    if problems := [*problems, *_repeated_names(waves), *users_in_two_waves(waves)]:
        raise UnsoundPlan(problems)
    notes += [note for wave in waves for note in excluding_nobody(wave)]
    return Plan(tuple(sorted(waves, key=lambda wave: wave.upgrade_on)), budget, tuple(notes))


def parse_now(text: str) -> datetime:
    """Return the moment that teams_upgrade_now names. Raises PlanProblem unless it is an ISO time with an offset."""
    remedy = "Write it as 2026-12-07T19:00:00+01:00."
    try:
        now = datetime.fromisoformat(text)
    except ValueError as error:
        raise PlanProblem(f"teams_upgrade_now is {text!r}, which is no time.", remedy) from error
    if now.tzinfo is None:
        raise PlanProblem(f"teams_upgrade_now is {text!r}, without an offset from UTC.", remedy)
    return now


def _mapping(value: object, what: str, known: Sequence[str]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        is_file = isinstance(value, str) and value.strip().endswith((".yml", ".yaml", ".json"))
        remedy = f"Hand the file over as variables: -e @{value}." if is_file else f"Use the keys {', '.join(known)}."
        quoted = isinstance(value, str) and not is_file
        why = " ansible-core 2.18 makes a text of it where dates are not in quotes." if quoted else ""
        raise PlanProblem(f"{what} is not a mapping of names to values.{why}", remedy)
    for key in value:
        if key not in known:
            longer = [each for each in known if each.startswith(f"{key}_")]
            near = longer or get_close_matches(str(key), known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise PlanProblem(f"{what} has an unknown key {key!r}.", f"{hint}The keys are {', '.join(known)}.")
    return value


def _entries(value: object) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise PlanProblem("The plan has no waves.", "List under 'waves' a name, upgrade_on and users for each.")
    return value


def percentage(value: object) -> int:
    """Return a failure budget. Raises PlanProblem for what is no whole number from 0 to 100."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise PlanProblem(f"failure_budget_percentage is {value!r}.", "Write a whole number from 0 to 100.")
    return value


def _wave(entry: object, number: int, defaults: Mapping[str, object], read_file: ReadFile, notes: list[str]) -> Wave:
    name = entry.get("name") if isinstance(entry, Mapping) else None
    where = f"Wave {name!r}" if isinstance(name, str) else f"Wave {number}"
    given = _mapping(entry, where, WAVE_KEYS)
    if not isinstance(name, str) or not name.strip():
        is_text = name is None or isinstance(name, str)
        problem = (
            f"Wave {number} has no name." if is_text else f"The name of wave {number} is {name!r}, which is no text."
        )
        raise PlanProblem(problem, "Give each wave a name of its own, in quotes where it is a number.")
    settings = {**DEFAULTS, **defaults, **given}
    said = {key: value for key, value in given.items() if value is not None}
    window = settings.get("window")
    users, chosen = _members(given, where, read_file, notes)
    return Wave(
        name=name,
        upgrade_on=_day(given.get("upgrade_on"), where, "upgrade_on"),
        lead_days=_days_before(settings["notify_days_before"], where),
        mode=_mode(settings["mode"], where),
        migrate_meetings=_truth(settings["migrate_meetings"], where, "migrate_meetings"),
        window=None if window is None else parse_window(window, where),
        users=users,
        excluded=listed_users(given.get("exclude") or [], f"{where}, exclude", notes),
        filter=chosen,
        notified_on=_day(said["notified_on"], where, "notified_on") if "notified_on" in said else None,
        enforces_notice=_notice(said.get("notice", NOTICES[0]), where),
        again=_truth(said.get("again", False), where, "again"),
    )


def _notice(value: object, where: str) -> bool:
    """Return whether nobody is upgraded before their notice is over (R47)."""
    if value not in NOTICES:
        raise PlanProblem(f"{where}: notice is {value!r}.", f"Write {' or '.join(NOTICES)}.")
    return value == NOTICES[0]


def _members(
    given: Mapping[str, object], where: str, read_file: ReadFile, notes: list[str]
) -> tuple[tuple[UserId, ...] | None, Mapping[str, str]]:
    ways = [key for key in MEMBERS if given.get(key) is not None]
    if len(ways) != 1:
        said = f"has {' and '.join(ways)}" if ways else "says nothing about its users"
        raise PlanProblem(f"{where} {said}.", f"Give it exactly one of {', '.join(MEMBERS)}.")
    if ways == ["filter"]:
        return None, _filter(given["filter"], where)
    if ways == ["users_file"]:
        return users_from_file(given["users_file"], where, read_file, notes), {}
    users = listed_users(given["users"], f"{where}, users", notes)
    if not users:
        raise PlanProblem(f"{where} has an empty list of users.", "List at least one, or remove the wave.")
    return users, {}


def _filter(value: object, where: str) -> Mapping[str, str]:
    chosen = _mapping(value, f"{where}, filter", FILTERS)
    if not chosen or not all(isinstance(text, str) and text.strip() for text in chosen.values()):
        raise PlanProblem(f"{where} has an empty filter.", f"Give at least one of {', '.join(FILTERS)}, as text.")
    return {key: str(text) for key, text in chosen.items()}


def _day(value: object, where: str, key: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime) and value.year >= EARLIEST:
        return value
    try:
        day = datetime.strptime(str(value) if isinstance(value, str) else "", "%Y-%m-%d").date()
        if day.year >= EARLIEST:
            return day
        raise ValueError(day)
    except ValueError as error:
        said = "is missing" if value is None else f"is {str(value)!r}, which is no date"
        raise PlanProblem(f"{where}: {key} {said}.", "Write it as 2026-12-07 (year-month-day).") from error


def _days_before(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 365:
        raise PlanProblem(
            f"{where}: notify_days_before is {value!r}.",
            "Write a whole number of days from 0 to 365; with 0 the users are not notified.",
        )
    return value


def _mode(value: object, where: str) -> Mode:
    mode = Mode.read(value)
    if mode is None:
        raise PlanProblem(f"{where}: there is no mode {value!r}.", f"The modes are {', '.join(Mode)}.")
    return mode


def _truth(value: object, where: str, key: str) -> bool:
    if not isinstance(value, bool):
        raise PlanProblem(f"{where}: {key} is {value!r}.", "Write true or false.")
    return value


def _repeated_names(waves: Sequence[Wave]) -> Iterable[PlanProblem]:
    seen: set[str] = set()
    for wave in waves:
        if fold(wave.name) in seen:
            yield PlanProblem(f"Two waves are called {wave.name!r}.", "Give each wave a name of its own.")
        seen.add(fold(wave.name))
