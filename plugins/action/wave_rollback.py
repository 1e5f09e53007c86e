# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Begins a rollback: finds the users in the ledger, by wave or by name, and refuses what is not sound before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ansible import context
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._ledger.faults import LedgerFault
from ..module_utils._model.identity import UserId
from ..module_utils._rules.plan_users import listed_users, users_from_file
from ..module_utils._wave.plan import Plan, read_plan
from ..module_utils._wave.rollback_steps import ROLLBACK_STEPS
from ..module_utils._wave.rollback_waves import NO_WAVE, by_wave, take
from ..module_utils._wave.run import RunState
from ..plugin_utils._wave_run import awx, state_file
from ..plugin_utils._wave_run.beginning import (
    claim_timeout_of,
    folder_of_files,
    interrupted_timeout_of,
    now_of,
    refuse,
    sound_plan,
)
from ..plugin_utils._wave_run.inputs import PHASES_OF_ROLLBACK, names_of, phases_of, plan_of, truth, whole_number
from ..plugin_utils._wave_run.ledger import default_url
from ..plugin_utils._wave_run.rollback_ledger import RollbackLedger

USERS = "teams_upgrade_rollback_users"
BOTH_NAMED = (
    "Nothing was done: both teams_upgrade_rollback_wave and teams_upgrade_rollback_users are given. Leave out one of them: the other says "
    "who is rolled back."
)
NOBODY_NAMED = (
    "Nothing was done: give teams_upgrade_rollback_wave, the name of a wave, or teams_upgrade_rollback_users, a list of users or the path "
    "of a users file. Exactly one of them says who is rolled back."
)


class ActionModule(ActionBase):
    """Begins a rollback."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return `waves`, the names of those whose users are rolled back."""
        super().run(tmp, task_vars)
        args, found = self._task.args, task_vars or {}
        state_file.begin(self._task._uuid, str(found.get("inventory_hostname")))
        given = [bool(args.get(name)) for name in ("wave", "users")]
        missing = BOTH_NAMED if all(given) else "" if any(given) else NOBODY_NAMED
        refuse("rollback", args, found, self._loader, self._templar, missing)
        run = self._run(args, now_of(args), found)
        awx.check_ledger(run.ledger, found, named=bool(args.get("ledger")), only_warn=False)
        ledger = RollbackLedger.of(run, found, self._templar)
        try:
            with sound_plan():
                self._take(run, ledger, found)
        except LedgerFault as fault:
            raise AnsibleActionFail(f"Nothing was done. {fault.reason.sentence}") from None
        ledger.begin(run, found)
        state_file.save(run)
        counts = [f"{name}: {len(state.users)} users" for name, state in run.waves.items()]
        waves = [] if run.left_to else list(run.waves)
        return {"changed": False, "waves": waves, "msg": "; ".join(counts), **awx.left_to(run)}

    def _run(self, args: Mapping[str, Any], now: datetime, found: Mapping[str, Any]) -> RunState:
        return RunState(
            now=now,
            began=datetime.now(UTC),
            rolls_back=True,
            ledger=str(args.get("ledger") or "") or default_url(found),
            check_mode=bool(self._task.check_mode),
            phases=phases_of(context.CLIARGS, self._task.tags, PHASES_OF_ROLLBACK),
            fail_when_closed=truth(args.get("fail_when_closed"), "teams_upgrade_fail_when_closed"),
            most_users=whole_number(args.get("most_users"), "teams_upgrade_most_users"),
            claim_timeout=claim_timeout_of(args),
            interrupted_timeout=interrupted_timeout_of(args),
        )

    def _take(self, run: RunState, ledger: RollbackLedger, found: Mapping[str, Any]) -> None:
        """Give the run its users by wave. Raises UnsoundPlan, PlanProblem, LedgerFault and AnsibleActionFail."""
        args, notes = self._task.args, list[str]()
        folder = Path(folder_of_files(args, found))

        def read(path: str) -> bytes:
            return (folder / Path(path).expanduser()).read_bytes()

        plan = read_plan(plan_of(args, found, self._templar), read) if args.get("plan") else Plan(())
        if args.get("wave"):
            users = _of_wave(ledger, _name(args["wave"]))
        else:
            named = _named(args["users"], read, notes)
            known = dict(ledger.users([user.key for user in named], None))
            users = by_wave([user.text for user in named], known)
        run.notes = tuple(notes)
        pool = str(args.get("pool") or "").strip()
        take(run, users, plan, pool)
        for state in run.waves.values():
            state.to_come = tuple(ROLLBACK_STEPS)


def _name(value: object) -> str:
    names = names_of(value, "teams_upgrade_rollback_wave")
    if len(names) != 1:
        raise AnsibleActionFail(
            f"teams_upgrade_rollback_wave is {value!r}. Name one wave: waves are rolled back one after the other. Nothing was done."
        )
    return names[0]


def _of_wave(ledger: RollbackLedger, name: str) -> dict[str, list[str]]:
    """Return the users of a wave, by the name of the wave. Raises AnsibleActionFail for one that the ledger does not know."""
    if found := [user for user, _wave in ledger.users(None, name)]:
        return {name: found}
    known = sorted({wave for _user, wave in ledger.users(None, None) if wave})
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise AnsibleActionFail(
        f"Nothing was done: the ledger knows no users of a wave {name!r}. {hint}It knows those of {', '.join(known) or NO_WAVE}. Correct "
        "teams_upgrade_rollback_wave, or name the ledger of this migration in teams_upgrade_ledger."
    )


def _named(value: object, read: Any, notes: list[str]) -> Sequence[UserId]:
    """Return the users of a list or a users file. A text with addresses and no folders is what a survey makes of a list."""
    if isinstance(value, str) and "@" in value and "/" not in value and not _is_file(value, read):
        value = names_of(value, USERS)
    users = users_from_file(value, USERS, read, notes) if isinstance(value, str) else listed_users(value, USERS, notes)
    if not users:
        raise AnsibleActionFail(NOBODY_NAMED)
    return users


def _is_file(path: str, read: Any) -> bool:
    try:
        read(path)
    except OSError:
        return False
    return True
