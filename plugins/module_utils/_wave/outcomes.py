# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a wave: each user's outcome from the steps (R41)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .._model import reasons
from .._model.decision import Status, as_sentence
from .._model.identity import address_of, bare_address
from .broken_off import REMEDY, is_broken_off, sentence_of, unknown_users
from .budget import EXHAUSTED, EXHAUSTED_IN_MODULES
from .finished import is_done, is_upgraded
from .notice import held_back, notified_on, waiting_for_notice
from .run import BAD, Phase, RunState, WaveState, too_many_failed
from .step_record import StepRecord, item
from .wave import Due

Item = Mapping[str, object]
Shown = dict[str, object]

DONE = (Status.CHANGED, Status.OK)
# Of several steps, the outcome that the reader must know of comes first.
WEIGHT = (Status.FAILED, Status.UNKNOWN, Status.PENDING, Status.SKIPPED, Status.CHANGED, Status.OK)


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What one step did for one user."""

    step: str
    status: Status
    actions: tuple[str, ...] = ()
    reason: Item = field(default_factory=dict)
    warnings: tuple[Item, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the step changed something, also where what was assigned has no effect yet."""
        settles = self.reason.get("code") == reasons.SETTLING.code
        return self.status is Status.CHANGED or (settles and bool(self.actions))

    def to_result(self) -> Shown:
        """Return the step as the report shows it."""
        keys = ("code", "message", "remedy")
        return {"step": self.step, "status": self.status.value, "actions": list(self.actions)} | {
            key: self.reason.get(key, "") for key in keys
        }


@dataclass(frozen=True, slots=True)
class UserOutcome:
    """A user of a wave with the steps in order. The weightiest step counts."""

    user: str
    steps: tuple[StepOutcome, ...]

    @property
    def worst(self) -> StepOutcome:
        """The step whose outcome counts."""
        return min(self.steps, key=lambda each: WEIGHT.index(each.status))

    @property
    def changed(self) -> bool:
        """Whether any step changed something."""
        return any(each.changed for each in self.steps)

    @property
    def bad(self) -> bool:
        """Whether the user failed or could not be read."""
        return self.worst.status in BAD

    @property
    def code(self) -> str:
        """The code of the reason that counts; empty where there is none."""
        return str(self.worst.reason.get("code", ""))

    @property
    def message(self) -> str:
        """The sentence of the reason that counts; empty where there is none."""
        return as_sentence(str(self.worst.reason.get("message", "")))

    def to_result(self) -> Shown:
        """Return the user as the report shows it."""
        return {
            "user": bare_address(self.user),
            "outcome": self.worst.status.value,
            "changed": self.changed,
            "code": self.code,
            "message": self.message,
            "remedy": self.worst.reason.get("remedy", ""),
            "steps": [each.to_result() for each in self.steps],
            "warnings": [sentences_of(warning) for each in self.steps for warning in each.warnings],
        }


@dataclass(frozen=True, slots=True)
class WaveOutcome:
    """A wave with what came of its users. `held` says why a wave that is due was not worked on; it `waits` where its window is why.

    `broken_off`: the run ended in the middle of it.
    """

    state: WaveState
    users: tuple[UserOutcome, ...]
    held: str = ""
    waits: bool = False
    broken_off: bool = False

    @property
    def empty(self) -> str:
        """A sentence about a wave that is due and has nobody in it; empty where it has."""
        state = self.state
        if not state.planned or state.due is Due.NOTHING or state.wave.users is None or state.users:
            return ""
        chosen = ", ".join(f"{key}: {value}" for key, value in state.wave.filter.items())
        why = f"its filter ({chosen}) finds nobody who is not excluded" if chosen else "all of its users are excluded"
        moved = " Users who were moved have left their registrar pool." if "registrar_pool" in state.wave.filter else ""
        return f"Wave {state.wave.name!r} has no users: its {state.due.noun} is due since {state.due_since}, and {why}.{moved}"

    def to_result(self) -> Shown:
        """Return the wave as the report shows it."""
        wave, planned = self.state.wave, self.state.planned
        users = [user.to_result() for user in self.users]
        return {
            "name": wave.name,
            "due": self.state.due.value if planned else "",
            "mode": wave.mode.value if planned else "",
            "upgrade_on": wave.upgrade_on.isoformat() if planned else "",
            "notify_on": wave.notify_on.isoformat() if planned else "",
            "window": str(wave.window) if wave.window else "",
            "filter": dict(wave.filter),
            "held": self.held,
            "waits": self.waits,
            "broken_off": self.broken_off,
            "users": users,
            "counts": counts(self.users),
            "faults": [{"step": step, "message": message} for step, message in self.state.faults],
            "warnings": [warning for record in self.state.records for warning in _step_warnings(record)],
        }


def counts(users: Sequence[UserOutcome]) -> dict[str, int]:
    """Return how many users ended how."""
    found = Counter(user.worst.status for user in users)
    return {"total": len(users)} | {status.value: found[status] for status in reversed(WEIGHT)}


def outcome_of(run: RunState, state: WaveState) -> WaveOutcome:
    """Return what came of a wave."""
    steps: dict[str, list[StepOutcome]] = {}
    names: dict[str, str] = {}
    waiting = _ready(state) if run.readiness else _waiting(run, state)
    for record in filter(None, [*state.records, waiting]):
        _add(record, steps, names)
    left = {user for user, found in steps.items() if any(each.status is Status.SKIPPED for each in found)}
    if not run.readiness and (notice := waiting_for_notice(run, state, left)) is not None:
        _add(notice, steps, names)
    settled = {user for user, found in steps.items() if not all(each.status in DONE for each in found)}
    if (unknown := unknown_users(run, state, settled)) is not None:
        _add(unknown, steps, names)
    users = tuple(UserOutcome(names[key], tuple(found)) for key, found in steps.items())
    waits = run.waits(state) and waiting is not None
    return WaveOutcome(state, users, _held(run, state, waits), waits, is_broken_off(run, state))


def _add(record: StepRecord, steps: dict[str, list[StepOutcome]], names: dict[str, str]) -> None:
    """Add what a step did, by address."""
    for user, outcome in _outcomes(record):
        names.setdefault(address_of(user), user)
        steps.setdefault(address_of(user), []).append(outcome)


def _held(run: RunState, state: WaveState, waits: bool) -> str:
    """Return why a wave that is due was not worked on: a fault of an earlier wave (R39), users who failed so far, or its window."""
    if is_broken_off(run, state):
        return f"{sentence_of(state)} {REMEDY}"
    if run.readiness or not state.planned or state.due is Due.NOTHING:
        return ""
    name = f"Wave {state.wave.name!r}"
    if (other := run.blocked_by(state)) is not None:
        return f"{name} was not started, because wave {other!r} met a fault that concerns everybody."
    if (why := too_many_failed(state)) is not None:
        return f"{name} was not started, because {why}."
    if waits and not state.faults:
        return (
            f"{name} waits for its window ({state.wave.window}); its {state.due.noun} is due since {state.due_since}."
        )
    return ""


def _ready(state: WaveState) -> StepRecord | None:
    """Return the record of users who can be upgraded, and are not yet; None where there are none."""
    found = [] if state.assessment is None or state.assessment.stop else state.assessment.users
    users = tuple(each.user.text for each in found if each.ready and not is_upgraded(each, state))
    items = [{"user": user, "status": Status.PENDING.value} for user in users]
    return StepRecord(state.wave.name, "selection", users, {"users": items}) if users else None


def _waiting(run: RunState, state: WaveState) -> StepRecord | None:
    """Return the record of users that are ready and not done, and were not started; None where there are none.

    Their window is closed, or the phase that is due of them was not asked for. Check mode goes on in a closed window.
    """
    closed, assessment = run.waits(state), state.assessment
    if not state.planned or assessment is None or assessment.stop is not None:
        return None
    held = {each.user.key for each in held_back(run, state)}
    late = {user for user in held if notified_on(run, state, user) is None}
    ready = [each for each in assessment.users if each.ready and each.user.key not in held - late]
    users = tuple(
        each.user.text
        for each in ready
        if (closed or not run.is_wanted(state, _due_of(state, each.user.key in late)))
        and not is_done(each, state, run.notify_policy)
    )
    reason = reasons.WINDOW_CLOSED if closed else reasons.PHASE_NOT_SELECTED
    window = str(state.wave.window)
    items = [item(user, Status.SKIPPED, reason.format(user=user, window=window)) for user in users]
    return StepRecord(state.wave.name, "window" if closed else "selection", users, {"users": items}) if users else None


def _due_of(state: WaveState, late: bool) -> Phase:
    """Return the phase that is due of a user: who is to be upgraded and was not notified (`late`) is notified first."""
    return Phase.NOTIFY if late or state.due is Due.NOTIFY else Phase.UPGRADE


def _outcomes(record: StepRecord) -> Iterator[tuple[str, StepOutcome]]:
    """Yield each user of a step with what it did for them. Results list only the users who matter: all others are ok."""
    items = record.items
    if items is None:
        # What only reads leaves users as they are: of who was moved, nobody knows what the cloud shows.
        status = Status.UNKNOWN if record.step in ("readiness", "sync") else Status.FAILED
        fault = {"code": "step_failed", "message": record.fault, "remedy": "Mend the cause and run again."}
        yield from ((user, StepOutcome(record.step, status, reason=fault)) for user in record.users)
        return
    for user in record.users:
        found = items.get(address_of(user))
        yield user, _step_outcome(record.step, found) if found else StepOutcome(record.step, Status.OK)


def _step_outcome(step: str, found: Item) -> StepOutcome:
    reason = found.get("reason")
    return StepOutcome(
        step,
        Status(str(found.get("status", Status.UNKNOWN.value))),
        tuple(_texts(found.get("actions"))),
        _in_words_of_the_plan(reason) if isinstance(reason, Mapping) else {},
        tuple(_mappings(found.get("warnings"))),
    )


def _in_words_of_the_plan(reason: Item) -> Item:
    """Return a reason; a module that got what was left of the wave's budget names its own option, which no plan has."""
    if reason.get("code") != reasons.NOT_STARTED.code:
        return reason
    return {**reason, "message": str(reason.get("message", "")).replace(EXHAUSTED_IN_MODULES, EXHAUSTED)}


def _step_warnings(record: StepRecord) -> list[Shown]:
    """Return what a step warns of that concerns no single user: a reason, or what a module warns of, which is text (R77)."""
    given = record.result.get("warnings")
    texts = [{"code": "", "message": text, "remedy": ""} for text in dict.fromkeys(_texts(given))]
    return [{"step": record.step, **sentences_of(each)} for each in [*_mappings(given), *texts]]


def sentences_of(reason: Item) -> Shown:
    """Return code, message and remedy of a reason that a result shows."""
    return {key: reason.get(key, "") for key in ("code", "message", "remedy")}


def _mappings(value: object) -> list[Item]:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [each for each in items if isinstance(each, Mapping)]


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [str(entry) for entry in items if not isinstance(entry, Mapping)]
