# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One step of a wave: what is remembered is given to it, its modules are called, and what they show is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ...module_utils._ledger.faults import LedgerFault
from ...module_utils._wave.calls import ModuleCall, TakeResult, next_call
from ...module_utils._wave.rollback_steps import ALL_STEPS
from ...module_utils._wave.run import Phase, RunState, WaveState, stopped_by
from ...module_utils._wave.step_record import StepRecord
from ...module_utils._wave.steps import take_result
from .ledger import RunLedger

# Calls a module with its options, again and again where the call waits for somebody, and returns its last answer.
Answer = Callable[[ModuleCall, Mapping[str, object]], dict[str, Any]]


# What of an answer is shown of a step. The users of it are in the record, or in the facts.
SHOWN = ("changed", "summary", "warnings", "diff")


@dataclass(frozen=True, slots=True)
class Done:
    """One call of a module, what is shown of its answer, and what the run has recorded of it."""

    call: ModuleCall
    answer: Mapping[str, Any]
    record: StepRecord | None


def do_step(
    run: RunState,
    state: WaveState,
    name: str,
    options: Mapping[str, object],
    ledger: RunLedger,
    answered: Answer,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[Done]:
    """Do a step, and yield what came of each of its calls. A ledger that fails stops the wave, with a record of it."""
    step = ALL_STEPS[name]
    try:
        if step.phase is Phase.READINESS:
            ledger.recall(run, state)
        for make in step.makes(state):
            call = next_call(run, state, step, make, options, clock())
            if call is not None:
                ledger.calling(run, state, call)
                yield _done(run, state, call, ledger, answered, step.take or take_result)
                ledger.called(run, state, call, clock())
    except LedgerFault as fault:
        record = stopped_by(state, name, fault.reason)
        yield Done(ModuleCall(name, "", ()), {"msg": fault.reason.sentence}, record)
    state.to_come = tuple(each for each in state.to_come if each != name)


def _done(
    run: RunState, state: WaveState, call: ModuleCall, ledger: RunLedger, answered: Answer, take: TakeResult
) -> Done:
    """Make a call and take its answer, which is gone before the next call brings another one."""
    answer = answered(call, ledger.args(run, state, call))
    ledger.answered(state, call, answer)
    record = take(run, state, call, answer)
    return Done(call, {name: answer[name] for name in SHOWN if name in answer}, record)
