# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on a rollback: that of a run of waves, with what comes back of each user and what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._model import reasons
from .._model.decision import Status
from .._model.identity import address_of
from .broken_off import is_broken_off
from .document import user_of
from .report import summarise
from .rollback import MOVE_BACK, Return
from .rollback_steps import rollback_of
from .run import Phase, RunState, WaveState
from .step_record import StepRecord, item
from .verdict import counted

Report = dict[str, Any]
LEFT = "selection"
# Of what comes back, and of what does not, so many lines are shown.
LINES = 6


def summarise_rollback(run: RunState) -> Report:
    """Return the report on a rollback. `returns` and `lost` of each user name what comes back and what does not."""
    for state in run.waves.values():
        if state.records and is_broken_off(run, state):
            continue
        if (left := _left(run, state) if state.records else _not_read(run, state)) is not None:
            state.record(left)
    report: Report = summarise(run)
    found = {each.user.key: each for state in run.waves.values() for each in rollback_of(state).returns}
    users = [user_of(wave["name"], user) for wave in report["waves"] for user in wave["users"]]
    for user in users:
        back = found.get(address_of(user["user"]))
        user |= _returned(user, back, check_mode=run.check_mode)
    held = _held(run)
    if held and (run.fail_when_closed or not report["failed"]):
        verdict = " ".join([held] if not report["failed"] else [held, report["verdict"]])
        report |= {"verdict": verdict, "failed": report["failed"] or run.fail_when_closed}
    return {**report, "kind": "rollback", "users": users}


def lines(report: Mapping[str, Any]) -> list[str]:
    """Return what comes back and what does not, in short: each thing once, with how many users it is about."""
    check_mode = report["check_mode"]
    back = report["users"]
    verb = "Would come back" if check_mode else "Came back"
    lost = "Would not come back" if check_mode else "Did not come back"
    shown = [*_counted(verb, back, "returns"), *_counted(lost, back, "lost")]
    if not shown and back and all(user["status"] == Status.OK for user in back):
        return ["Nothing is left to bring back."]
    return shown or [f"Nothing {'would come' if check_mode else 'came'} back."]


def _returned(user: Mapping[str, Any], back: Return | None, *, check_mode: bool) -> dict[str, list[str]]:
    """Return what comes back of a user and what does not; of a run that was to do it, what did, also where it has failed after that."""
    if back is None:
        return {"returns": [], "lost": []}
    done = {step["step"] for step in user["steps"] if step["status"] in (Status.CHANGED, Status.OK)}
    predicted = check_mode and user["status"] == Status.CHANGED
    coming = {step: text for step, text in back.coming.items() if predicted or step in done}
    stays = back.pool is not None and MOVE_BACK not in coming
    return {"returns": list(coming.values()), "lost": [] if stays else list(back.lost)}


def _counted(title: str, users: Sequence[Mapping[str, Any]], key: str) -> Iterator[str]:
    counts = Counter(text for user in users for text in user.get(key) or ()).most_common()
    yield from (f"{title}: {text} ({counted(number, 'user')})" for text, number in counts[:LINES])
    if len(counts) > LINES:
        yield f"{title}: {len(counts) - LINES} more, see the report"


def _left(run: RunState, state: WaveState) -> StepRecord | None:
    """Return the record of those of whom something is to come back and whom no step was for; None where there is nobody."""
    begun = {address_of(user) for each in state.records if each.step != "readiness" for user in each.users}
    users = [
        each for each in rollback_of(state).returns if each.reason is None and each.steps and each.user.key not in begun
    ]
    if not users:
        return None
    return StepRecord(
        state.wave.name,
        LEFT,
        tuple(each.user.text for each in users),
        {"users": [_why(run, state, each) for each in users]},
    )


def _not_read(run: RunState, state: WaveState) -> StepRecord:
    """Return the record of a wave of which nobody was even read: an earlier one met a fault, or the run ended before it."""
    other = run.blocked_by(state)
    cause = "the run ended before" if other is None else f"wave {other!r} met a fault that concerns everybody"
    items = [item(user, Status.SKIPPED, reasons.NOT_STARTED.format(user=user, cause=cause)) for user in state.users]
    return StepRecord(state.wave.name, LEFT, state.users, {"users": items})


def _why(run: RunState, state: WaveState, left: Return) -> dict[str, object]:
    name = left.user.text
    if Phase.ROLLBACK not in run.phases:
        return item(name, Status.SKIPPED, reasons.PHASE_NOT_SELECTED.format(user=name))
    if state.faults:
        return item(name, Status.SKIPPED, reasons.NOT_STARTED.format(user=name, cause=state.faults[0][1].rstrip(".")))
    if state.open or state.wave.window is None:
        return item(name, Status.SKIPPED, reasons.NOT_STARTED.format(user=name, cause="the run ended before"))
    return item(name, Status.SKIPPED, reasons.WINDOW_CLOSED.format(user=name, window=state.wave.window))


def _held(run: RunState) -> str:
    """Return which waves wait for their window, as sentences."""
    waits = [
        state.wave
        for state in run.waves.values()
        if Phase.ROLLBACK in run.phases
        and not (state.open or run.check_mode or state.faults)
        and any(each.step == LEFT for each in state.records)
    ]
    return " ".join(f"Wave {wave.name!r} waits for its window ({wave.window})." for wave in waits)
