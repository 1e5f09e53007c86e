# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict on a run: sentences for what makes it fail, or one that says what was done and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .._model import reasons
from .._model.decision import Status
from .._model.wave_reasons import LEFT_FOR_NEXT_RUN
from .outcomes import UserOutcome, WaveOutcome
from .run import BAD, RunState
from .wave import Due


def broken_conditions(outcome: WaveOutcome, *, fail_when_closed: bool) -> Iterator[str]:
    """Yield a sentence for what makes the run fail: a step that broke, too many failed users, users who were not started."""
    state, name = outcome.state, f"Wave {outcome.state.wave.name!r}"
    yield from (f"{name}, {step}: {fault}" for step, fault in state.faults)
    if outcome.held and (fail_when_closed or not outcome.waits):
        yield outcome.held
    if state.faults or outcome.broken_off:
        return
    bad = [user for user in outcome.users if user.bad]
    if len(bad) * 100 > state.budget * len(outcome.users):
        many = f"{len(bad)} of {len(outcome.users)} users failed or could not be read"
        yield f"{name}: {many} ({', '.join(_steps(bad))}). {_sentence(bad[0])}"
    for reason, what in (
        (reasons.NOT_STARTED, "were not started"),
        (reasons.NOT_FINISHED, "were changed and not finished"),
    ):
        left = [user for user in outcome.users if user.code == reason.code]
        if left:
            yield f"{name}: {len(left)} of {len(outcome.users)} users {what}. {_sentence(left[0])}"


def success(run: RunState, outcomes: Sequence[WaveOutcome]) -> str:
    """Return what was done and what is left: `3 changed, 7 done before, 2 left out (2 reasons).`"""
    users = [user for outcome in outcomes for user in outcome.users]
    waiting = [sentence for outcome in outcomes if (sentence := outcome.held or outcome.empty)]
    if not users and run.readiness:
        return " ".join(waiting or ["There was nobody to read: the waves have no users."])
    if not users:
        return " ".join(waiting or ["Nothing was due.", *_next(outcomes)])
    done = f"{counted(len(users), 'user')}: {', '.join(_parts(users, check_mode=run.check_mode, readiness=run.readiness))}."
    return " ".join([*waiting, done])


def _parts(users: Sequence[UserOutcome], *, check_mode: bool, readiness: bool) -> Iterator[str]:
    """Yield how many users ended how. Each counts once; of those who are not done it is said for how many something was changed."""
    by_status = {status: [user for user in users if user.worst.status is status] for status in Status}
    changed = by_status[Status.CHANGED]
    verb = "would be changed" if check_mode else "changed"
    if changed:
        yield f"{len(changed)} {verb}"
    if done := len(by_status[Status.OK]):
        yield f"{done} done before" if changed else f"{done} done"
    if pending := by_status[Status.PENDING]:
        yield f"{len(pending)} {'ready' if readiness else 'pending'}{_partly(pending, verb)}"
    if skipped := by_status[Status.SKIPPED]:
        waiting = [user for user in skipped if user.code == reasons.WINDOW_CLOSED.code]
        selectable = [user for user in skipped if user.code == reasons.PHASE_NOT_SELECTED.code]
        sliced = [user for user in skipped if user.code == LEFT_FOR_NEXT_RUN.code]
        known = (reasons.WINDOW_CLOSED.code, reasons.PHASE_NOT_SELECTED.code, LEFT_FOR_NEXT_RUN.code)
        left_out = [user for user in skipped if user.code not in known]
        if waiting:
            yield f"{len(waiting)} waiting"
        if selectable:
            yield f"{len(selectable)} ready and not selected by the tags"
        if sliced:
            yield f"{len(sliced)} left for the next run"
        if left_out:
            why = counted(len({user.code for user in left_out}), "reason")
            yield f"{len(left_out)} left out ({why}){_partly(left_out, verb)}"
    if bad := [user for user in users if user.bad]:
        yield f"{len(bad)} failed or could not be read{_partly(bad, verb)}, which the budget allows"


def _partly(users: Sequence[UserOutcome], verb: str) -> str:
    """Return for how many of these users something was changed, though they are not done."""
    partly = sum(user.changed for user in users)
    return f", {partly} of them {verb} in part" if partly else ""


def _next(outcomes: Sequence[WaveOutcome]) -> Iterator[str]:
    """Yield what comes next, where no wave is due yet."""
    waves = [outcome.state.wave for outcome in outcomes if outcome.state.planned and outcome.state.due is Due.NOTHING]
    if waves:
        first = min(waves, key=lambda wave: wave.notify_on)
        noun = Due.NOTIFY.noun if first.lead_days else Due.UPGRADE.noun
        yield f"Next is the {noun} of wave {first.name!r} on {first.notify_on.isoformat()}."


def _steps(users: Iterable[UserOutcome]) -> dict[str, None]:
    """The names of the steps in which users failed, each once and in order."""
    return dict.fromkeys(step.step for user in users for step in user.steps if step.status in BAD)


def _sentence(user: UserOutcome) -> str:
    return f"{user.message} {user.worst.reason.get('remedy', '')}".strip()


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 user`, `2 users`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
