# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a run: each user's outcome from the steps of their wave, and whether the run has failed (R41)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._model import reasons
from .._model.decision import Reason, Scope, Status
from .._model.identity import address_of
from .plan import Due

Item = Mapping[str, object]
Shown = dict[str, object]

# Of several steps, the outcome that the reader must know of comes first.
WEIGHT = (Status.FAILED, Status.UNKNOWN, Status.PENDING, Status.SKIPPED, Status.CHANGED, Status.OK)
BAD = (Status.FAILED, Status.UNKNOWN)
NAMED_USERS = 5


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What one step did for one user."""

    step: str
    status: Status
    actions: tuple[str, ...] = ()
    reason: Item = field(default_factory=dict)
    warnings: tuple[Item, ...] = ()

    def shown(self) -> Shown:
        """Return the step as the report shows it."""
        keys = ("code", "message", "remedy")
        return {"step": self.step, "status": self.status.value, "actions": list(self.actions)} | {
            key: self.reason.get(key, "") for key in keys
        }


@dataclass(slots=True)
class WaveOutcome:
    """A wave's users with their steps in order, and the steps that came to nothing as a whole."""

    wave: Item
    names: dict[str, str] = field(default_factory=dict)
    steps: dict[str, list[StepOutcome]] = field(default_factory=dict)
    faults: list[Shown] = field(default_factory=list)
    warnings: list[Shown] = field(default_factory=list)
    held: str = ""

    def add(self, user: str, outcome: StepOutcome) -> None:
        """Note what a step did for a user."""
        key = address_of(user)
        self.names.setdefault(key, user)
        self.steps.setdefault(key, []).append(outcome)

    def users(self) -> list[Shown]:
        """Return each user with the weightiest outcome of their steps, and that step's reason."""
        return [_user(self.names[key], steps) for key, steps in self.steps.items()]


def summarise(waves: Sequence[Item], steps: Iterable[Item], *, check_mode: bool = False, budget: int = 0) -> Shown:
    """Return the run as the report shows it; `waves` come from the plan, `steps` from the roles, in the order of work.

    A step is `{wave, step, users: [asked], result}` with the result of a module; one without a list of users is a fault
    of the step as a whole. `budget` is the percentage of a wave's users that may fail, however few a step is about. The answer:
    `{check_mode, waves: [{name, due, users, counts, faults, warnings, ...}], counts, reasons, warnings, failed, verdict}`.
    """
    outcomes = {str(wave["name"]): WaveOutcome(wave) for wave in waves}
    for step in steps:
        name = str(step["wave"])
        _take(outcomes.setdefault(name, WaveOutcome({"name": name})), step)
    _hold(outcomes.values())
    shown = [_wave(outcome) for outcome in outcomes.values()]
    users = [user for outcome in outcomes.values() for user in outcome.users()]
    complaints = [sentence for outcome in outcomes.values() for sentence in _complaints(outcome, budget)]
    return {
        "check_mode": check_mode,
        "waves": shown,
        "counts": _counts(users),
        "reasons": _reasons(users),
        "warnings": _user_warnings(users),
        "failed": bool(complaints),
        "verdict": " ".join(complaints) if complaints else _praise(users, check_mode),
    }


def moves_unseen(moved: Sequence[str], online: Iterable[Item]) -> list[str]:
    """Return which of the moved users the cloud does not home online yet (R36); `online` is what csuser_info listed."""
    seen = {address_of(item.get("user")) for item in online if item.get("homing") == "online"}
    return [user for user in moved if address_of(user) not in seen]


def pending_sync(users: Iterable[str]) -> list[Shown]:
    """Return an item for each moved user whom the cloud does not show yet: pending, not failed."""
    return [_item(user, Status.PENDING, reasons.SYNC_PENDING.about(user=user)) for user in users]


def _item(user: str, status: Status, reason: Reason) -> Shown:
    return {"user": user, "status": status.value, "actions": [], "reason": reason.shown()}


def _hold(outcomes: Iterable[WaveOutcome]) -> None:
    """Say of each wave that was due and not started why that is: its window, or a fault of an earlier wave (R39)."""
    stopped = ""
    for outcome in outcomes:
        due = outcome.wave.get("due") in (Due.NOTIFY.value, Due.UPGRADE.value)
        if due and not outcome.steps and not outcome.faults:
            name = f"Wave {outcome.wave['name']!r}"
            if stopped:
                outcome.held = f"{name} was not started, because wave {stopped!r} met a fault that concerns everybody."
            elif not outcome.wave.get("window_open", True):
                outcome.held = f"{name} was not started, because its window is closed ({outcome.wave['window']})."
        if outcome.faults:
            stopped = str(outcome.wave["name"])


def _take(outcome: WaveOutcome, step: Item) -> None:
    """Add one step's result. Users whom a result does not list are as wished: results list only what matters."""
    name = str(step["step"])
    result = step["result"] if isinstance(step["result"], Mapping) else {}
    asked = _texts(step.get("users"))
    outcome.warnings += _warnings(name, result)
    items = result.get("users")
    if not isinstance(items, Sequence) or isinstance(items, str):
        message = str(result.get("msg") or "The step ended without an answer.")
        outcome.faults.append({"step": name, "message": message})
        fault = {"code": "step_failed", "message": message, "remedy": "Mend the cause and run again."}
        for user in asked:
            outcome.add(user, StepOutcome(name, Status.FAILED, reason=fault))
        return
    listed = {address_of(item.get("user")): _step_outcome(name, item) for item in items if isinstance(item, Mapping)}
    for user in asked:
        outcome.add(user, listed.get(address_of(user), StepOutcome(name, Status.OK)))
    if _stopped(result):
        outcome.faults.append({"step": name, "message": str(result.get("msg", ""))})


def _stopped(result: Item) -> bool:
    """Whether a fault of the organisation stopped the step for everybody (R39)."""
    reason = result.get("reason")
    return isinstance(reason, Mapping) and reason.get("scope") == Scope.ORGANISATION.value


def _step_outcome(step: str, item: Item) -> StepOutcome:
    reason = item.get("reason")
    return StepOutcome(
        step,
        Status(str(item.get("status", Status.UNKNOWN.value))),
        tuple(_texts(item.get("actions"))),
        reason if isinstance(reason, Mapping) else {},
        tuple(_mappings(item.get("warnings"))),
    )


def _warnings(step: str, result: Item) -> list[Shown]:
    """Return what a step warns of that concerns no single user: a reason, or what Ansible has a module warn of, which is text (R77)."""
    given = result.get("warnings")
    said = [{"code": "", "message": text, "remedy": ""} for text in _texts(given)] if given else []
    return [{"step": step, **_told(each)} for each in [*_mappings(given), *said]]


def _told(reason: Item) -> Shown:
    return {key: reason.get(key, "") for key in ("code", "message", "remedy")}


def _mappings(value: object) -> list[Item]:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [item for item in items if isinstance(item, Mapping)]


def _user(name: str, steps: Sequence[StepOutcome]) -> Shown:
    worst = min(steps, key=lambda each: WEIGHT.index(each.status))
    return {
        "user": name,
        "outcome": worst.status.value,
        "changed": any(each.status is Status.CHANGED for each in steps),
        "code": worst.reason.get("code", ""),
        "message": worst.reason.get("message", ""),
        "remedy": worst.reason.get("remedy", ""),
        "steps": [each.shown() for each in steps],
        "warnings": [_told(warning) for each in steps for warning in each.warnings],
    }


def _wave(outcome: WaveOutcome) -> Shown:
    kept = ("name", "due", "mode", "upgrade_on", "notify_on", "window")
    users = outcome.users()
    return {key: outcome.wave.get(key, "") for key in kept} | {
        "held": outcome.held,
        "users": users,
        "counts": _counts(users),
        "faults": outcome.faults,
        "warnings": outcome.warnings,
    }


def _counts(users: Sequence[Item]) -> dict[str, int]:
    found = Counter(str(user["outcome"]) for user in users)
    return {"total": len(users)} | {status.value: found[status.value] for status in reversed(WEIGHT)}


def _reasons(users: Iterable[Item]) -> list[Shown]:
    """Group what needs reading by outcome and code, the most frequent first; the message is the first user's."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for user in users:
        if user["code"]:
            groups.setdefault((str(user["outcome"]), str(user["code"])), []).append(user)
    return [
        {
            "outcome": outcome,
            "code": code,
            "count": len(group),
            "message": group[0]["message"],
            "remedy": group[0]["remedy"],
            "users": [user["user"] for user in group[:NAMED_USERS]],
        }
        for (outcome, code), group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def _user_warnings(users: Iterable[Item]) -> list[Shown]:
    """Group what users are warned of by code, the most frequent first; the message is the first user's."""
    groups: dict[str, list[tuple[object, Item]]] = {}
    for user in users:
        for warning in _mappings(user["warnings"]):
            groups.setdefault(str(warning["code"]), []).append((user["user"], warning))
    return [
        {**group[0][1], "count": len(group), "users": [name for name, _warning in group[:NAMED_USERS]]}
        for _code, group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def _complaints(outcome: WaveOutcome, budget: int) -> Iterable[str]:
    """Yield a sentence for what makes the run fail: a step that broke, too many failed users, a closed window."""
    name = outcome.wave["name"]
    for fault in outcome.faults:
        yield f"Wave {name!r}, {fault['step']}: {fault['message']}"
    if outcome.held:
        yield outcome.held
    failed = [user for user in outcome.users() if user["outcome"] in BAD]
    if len(failed) * 100 > budget * len(outcome.steps) and not outcome.faults:
        many = f"{len(failed)} of {len(outcome.steps)} users failed or could not be read"
        where = ", ".join(_failed_in(outcome))
        yield f"Wave {name!r}: {many} ({where}). {failed[0]['message']} {failed[0]['remedy']}"
    yield from _left_out(outcome)


def _left_out(outcome: WaveOutcome) -> Iterable[str]:
    """Yield a sentence for users whom a spent budget has kept from being started: nothing is over while there are any."""
    left = [user for user in outcome.users() if user["code"] == reasons.NOT_STARTED.code]
    if left and not outcome.faults:
        yield f"Wave {outcome.wave['name']!r}: {len(left)} of {len(outcome.steps)} users were not started. {left[0]['message']}"


def _failed_in(outcome: WaveOutcome) -> Iterable[str]:
    """The names of the steps in which users failed, each once and in order."""
    names = (each.step for steps in outcome.steps.values() for each in steps if each.status in BAD)
    return dict.fromkeys(names)


def _praise(users: Sequence[Item], check_mode: bool) -> str:
    changed = sum(1 for user in users if user["changed"])
    would = "would be changed" if check_mode else "changed"
    bad = [user for user in users if user["outcome"] in BAD]
    partly = sum(1 for user in bad if user["changed"])
    among = f" ({partly} of those who changed)" if partly else ""
    allowed = f"; {len(bad)} failed or could not be read{among}, which the budget allows" if bad else ""
    return f"{changed} of {len(users)} users {would}{allowed}." if users else "Nothing was due."


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [str(entry) for entry in items if not isinstance(entry, Mapping)]
