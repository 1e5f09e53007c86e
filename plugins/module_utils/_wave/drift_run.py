# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look for drift: who is read, and how each of them is judged with what the ledger knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .._model.decision import Reason
from .._model.identity import UserId, address_of
from .._model.phase import UserPhase
from .._model.policy import Mode
from .drift import Facts, Judgement, judge
from .drift_expected import Case
from .drift_known import Known
from .memory import Memory, UserMemory
from .notice import waiting_for_notice
from .readiness import Assessment, Readiness, Stage, assess
from .run import RunState, WaveState
from .sides import SideFacts
from .step_record import StepRecord
from .wave import Due, Wave

# What is remembered of so many users is in memory at a time: a kilobyte and more of each.
JUDGED_AT_ONCE = 5_000
NO_ANSWER = Reason("step_failed", "The hosts were not read.", "Mend the cause and run again.")


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered of a user when drift is looked for. `phase`: what it means for their wave of the plan."""

    known: Known
    phase: UserPhase
    notified_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class DriftItem:
    """A user with their wave, and how they are. `since`: from when on, in the plan's time."""

    user: UserId
    wave: str
    judgement: Judgement
    since: datetime | None = None

    def to_result(self) -> dict[str, object]:
        """Return the user as the report shows it."""
        judged = self.judgement
        reason = judged.reason
        return {
            "user": self.user.address,
            "wave": self.wave,
            "status": judged.status.value,
            "expected": judged.expected,
            "found": judged.found,
            "since": self.since.isoformat(timespec="seconds") if self.since else None,
            "reason": reason and {"code": reason.code, "message": reason.message, "remedy": reason.remedy},
        }


def everybody(run: RunState, in_ledger: Iterable[str]) -> WaveState:
    """Return the users to be read, as one wave: the members of all waves, and those who are in the ledger alone, by folded address."""
    users = {user.key: user for state in run.waves.values() for user in state.wave.members}
    if run.drift and run.drift.whole:
        users |= {address: UserId.parse(address) for address in in_ledger if address not in users}
    wave = Wave(
        name="",
        upgrade_on=run.now.date(),
        lead_days=0,
        mode=Mode.TEAMS_ONLY,
        migrate_meetings=False,
        window=None,
        users=tuple(users.values()),
    )
    return WaveState(wave, Due.NOTHING, open=True, planned=False)


def unread_filter(state: WaveState, answer: Mapping[str, object]) -> str:
    """Return a note on a wave whose filter could not be read: only those of its members are known whom a run has remembered."""
    said = str(answer.get("msg") or "The host gave no answer.")
    return f"Wave {state.wave.name!r}: its filter could not be read, so that only the members in the ledger are listed. {said}"


def fault_of(run: RunState) -> Reason | None:
    """Return why nobody could be judged: one of the sides could not be read; None where both answered."""
    state = run.drift.everybody if run.drift else None
    if state is None:
        return NO_ANSWER
    if state.assessment is not None:
        return None
    return next((_reason(each) for each in state.records if each.fault is not None), NO_ANSWER)


def judged(run: RunState, remember: Callable[[Sequence[UserId]], Mapping[str, Remembered]]) -> Iterator[DriftItem]:
    """Yield everybody with how they are. `remember` returns what is remembered of users, by folded address: asked of some at a time."""
    reading = run.drift.everybody if run.drift else None
    if reading is None:
        return
    assessment, fault = reading.assessment, fault_of(run)
    read = {each.user.key: each for each in assessment.users} if assessment else {}
    left, alike = {user.key: user for user in reading.wave.members}, _Alike()
    for state in run.waves.values():
        members = [user for user in state.wave.members if left.pop(user.key, None)]
        for users in _some(members):
            found = [_read(user, read, fault) for user in users]
            for item in _of_wave(run, state, found, remember(users), assessment.stop if assessment else None):
                yield alike.shared(item)
    for users in _some(list(left.values())):
        past = remember(users)
        for user in users:
            known = past.get(user.key)
            case = _case(run, _read(user, read, fault), None, known and replace(known, phase=known.known.phase))
            yield alike.shared(DriftItem(user, known.known.wave if known else "", judge(case)))


def _some(users: Sequence[UserId]) -> Iterator[Sequence[UserId]]:
    for begin in range(0, len(users), JUDGED_AT_ONCE):
        yield users[begin : begin + JUDGED_AT_ONCE]


class _Alike:
    """Keeps equal facts once: most of 100,000 users are as all the others of their wave."""

    def __init__(self) -> None:
        self._known: dict[object, Facts] = {}

    def shared(self, item: DriftItem) -> DriftItem:
        """Return an item whose facts are those of an earlier one, where they are equal."""
        judgement = item.judgement
        same = replace(judgement, expected=self._one(judgement.expected), found=self._one(judgement.found))
        return replace(item, judgement=same)

    def _one(self, facts: Facts) -> Facts:
        try:
            return self._known.setdefault(tuple(facts.items()), facts)
        except TypeError:
            return facts  # a list is among them


def _of_wave(
    run: RunState, state: WaveState, read: Iterable[Readiness], past: Mapping[str, Remembered], stop: Reason | None
) -> Iterator[DriftItem]:
    """Yield some users of a wave. They are assessed anew, for the goal of their wave."""
    users = [(each, past.get(each.user.key)) for each in read]
    state = replace(
        state,
        memory=Memory(
            {each.user.key: UserMemory(known.phase, known.notified_on) for each, known in users if known is not None}
        ),
    )
    goal = run.goal_of(state)
    found = [
        each if each.stage is Stage.UNKNOWN else assess(each.user, each.onprem, each.online, goal) for each, _p in users
    ]
    state.assessment = Assessment(tuple(found))
    waiting = waiting_for_notice(run, state)
    notices = {} if waiting is None else waiting.items or {}
    for each, (_readiness, known) in zip(found, users, strict=True):
        notice = notices.get(each.user.key, {}).get("reason")
        case = _case(
            run,
            each,
            state,
            known,
            notice=Reason.of(notice) if isinstance(notice, Mapping) else None,
            stop=stop if state.due is Due.UPGRADE and each.stage is Stage.ONPREM else None,
        )
        yield DriftItem(each.user, state.wave.name, judge(case))


def _case(
    run: RunState,
    user: Readiness,
    state: WaveState | None,
    past: Remembered | None,
    notice: Reason | None = None,
    stop: Reason | None = None,
) -> Case:
    """Return a user with all that is needed to judge them."""
    return Case(
        user,
        state=state,
        known=past.known if past else None,
        phase=past.phase if past else None,
        mode=_mode_of(run, past.known) if past else None,
        notice=notice,
        stop=stop,
        notify_policy=run.notify_policy,
        accepted=run.goal.accepted,
        other_name=_other_name(run, user.user),
        left_filter=run.drift is not None and user.user.key in run.drift.left,
    )


def _other_name(run: RunState, user: UserId) -> str:
    reading = run.drift.everybody if run.drift else None
    return reading.memory.other_names.get(user.key, "") if reading else ""


def _mode_of(run: RunState, known: Known) -> Mode | None:
    """Return the mode of the wave in which the ledger knows a user; None where the plan has no such wave."""
    state = run.waves.get(known.wave)
    return state.wave.mode if state else None


def _read(user: UserId, read: Mapping[str, Readiness], fault: Reason | None) -> Readiness:
    """Return what was read of a user; where a side as a whole could not be read, that it could not."""
    if (found := read.get(address_of(user.key))) is not None:
        return found
    side = SideFacts(None, unread=True, reason=fault or NO_ANSWER)
    return Readiness(user, Stage.UNKNOWN, side, side, (fault or NO_ANSWER,))


def _reason(record: StepRecord) -> Reason:
    """Return why a step failed for everybody."""
    given = record.result.get("reason")
    if isinstance(given, Mapping):
        return Reason.of(given)
    return Reason(NO_ANSWER.code, str(record.fault), NO_ANSWER.remedy)
