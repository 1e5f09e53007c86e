# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger of a rollback: what a wave's tasks do with it, done for users who are brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...module_utils._ledger.opening import open_ledger
from ...module_utils._ledger.records import Selection, Unfinished
from ...module_utils._model.actions import GRANTS
from ...module_utils._model.decision import Status
from ...module_utils._model.phase import UserPhase
from ...module_utils._wave.calls import ModuleCall
from ...module_utils._wave.memory import Memory, UserMemory
from ...module_utils._wave.past import Past
from ...module_utils._wave.rollback_steps import done, rollback_of
from ...module_utils._wave.run import RunState, WaveState
from .ledger import RunLedger, sent_by

FAILED = (Status.FAILED, Status.UNKNOWN)


class RollbackLedger(RunLedger):
    """The ledger of a rollback. Nobody comes into another wave by it."""

    __slots__ = ()

    def args(self, run: RunState, state: WaveState, call: ModuleCall) -> dict[str, object]:
        """Return the options of a call. The wave of an event is the one that the ledger knows its user in."""
        args = super().args(run, state, call)
        args.pop("wave", None)
        return args

    def users(self, named: Sequence[str] | None, wave: str | None) -> list[tuple[str, str]]:
        """Return users of the ledger with their wave, empty for none: those who are named, or those of a wave. Raises LedgerFault.

        No ledger is made where there is none.
        """
        with open_ledger(self.url, self.password, read_only=True) as ledger:
            found = ledger.users(Selection(users=named, wave=wave))
        return [(each["user"], each["wave"] or "") for each in found]

    def recall(self, run: RunState, state: WaveState) -> None:
        """Give a wave what the ledger knows of its users. Raises LedgerFault."""
        with self.open() as ledger:
            known = ledger.past(state.users)
        rollback_of(state).past = {
            user: Past(each.before or {}, tuple(map(sent_by, each.since_rollback)), each.restored)
            for user, each in known.items()
        }
        state.memory = Memory(
            {
                user: UserMemory(UserPhase(each.phase), failed=each.last_status in FAILED)
                for user, each in known.items()
            },
            other_names=state.memory.other_names,
        )

    def assessed(self, run: RunState, state: WaveState, moment: datetime) -> None:
        """Write what both sides show of what dead runs have sent. Raises LedgerFault."""
        users = {each.user.key: each for each in rollback_of(state).returns}
        if run.check_mode or not users:
            return
        with self.open() as ledger, ledger.transaction():
            left = ledger.unfinished(list(users), run.id)
            sides = {user: (each.onprem.user, each.online.user) for user, each in users.items()}
            ledger.events_completed(self.completions(map(_by_policy, left), sides))

    def calling(self, run: RunState, state: WaveState, call: ModuleCall) -> None:
        """What users had before is written already, and never again."""

    def called(self, run: RunState, state: WaveState, call: ModuleCall, moment: datetime) -> None:
        """Write who is back, once that was read of all that can come back. Raises LedgerFault."""
        if call.step == "readiness":
            self.assessed(run, state, moment)
        rollback = rollback_of(state)
        back = {user: has for user, has in done(state).items() if user not in rollback.written}
        if run.check_mode or not back:
            return
        with self.open() as ledger:
            ledger.rolled_back(back, run.plan_time(moment))
        rollback.written.update(back)


def ledger_of(run: RunState, found: Mapping[str, Any], templar: Any) -> RunLedger:
    """Return the ledger of a run, for what the run does."""
    return (RollbackLedger if run.rolls_back else RunLedger).of(run, found, templar)


def _by_policy(event: Unfinished) -> Unfinished:
    """Return an event as one that is judged by what both sides show: on-prem, a policy by its name, and not whether it notifies.

    The module that is called for a user knows that, and nobody is called who has the policy already.
    """
    if event.action not in GRANTS or "mode" in event.before:
        return event
    return replace(event, before={name: value for name, value in event.before.items() if name != "notify"})
