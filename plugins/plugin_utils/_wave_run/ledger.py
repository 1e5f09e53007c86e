# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger of a run of waves: what the tasks of a wave read from it, and what they write beside the modules."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TypeAlias
from urllib.parse import quote

from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display

from ...module_utils._ledger.faults import LedgerFault
from ...module_utils._ledger.interrupted import INTERRUPTED_TIMEOUT, completion_of, seconds_left
from ...module_utils._ledger.ledger import Ledger
from ...module_utils._ledger.opening import open_ledger
from ...module_utils._ledger.past import PastEvent
from ...module_utils._ledger.phases import phase_in_wave
from ...module_utils._ledger.processes import process
from ...module_utils._ledger.records import Completion, Facts, NewRun, Remembered, Unfinished
from ...module_utils._model.actions import GRANTS, MoveUser
from ...module_utils._model.decision import Reason, Status
from ...module_utils._model.drift_reasons import RUN_ENDED
from ...module_utils._model.identity import address_of
from ...module_utils._model.phase import UserPhase
from ...module_utils._model.policy import Mode
from ...module_utils._model.user import User
from ...module_utils._wave.calls import ModuleCall
from ...module_utils._wave.document import Campaign
from ...module_utils._wave.memory import Memory, UserMemory
from ...module_utils._wave.notice import newly_notified
from ...module_utils._wave.past import SENT, Sent
from ...module_utils._wave.progress import next_wave, progress_of
from ...module_utils._wave.readiness import Readiness, Stage
from ...module_utils._wave.run import RunState, WaveState
from .awx import LEFT, job_of, launch_of_slices
from .files import folder_of

NAME = "teams-upgrade-ledger.db"
PASSWORD = "teams_upgrade_ledger_password"
# The run that all slices of one launch share.
SLICES = "awx-{launch}"
# What each side shows of a user, on-prem first.
Sides: TypeAlias = tuple[User | None, User | None]
REACHED = {Stage.MOVING: UserPhase.MOVED, Stage.ONLINE: UserPhase.MOVED, Stage.TEAMS_ONLY: UserPhase.UPGRADED}


@dataclass(frozen=True, slots=True)
class RunLedger:
    """Where the ledger of a run is. Each task opens it for itself, since each is a process of its own."""

    url: str
    password: str | None
    claim_timeout: int
    interrupted_timeout: int = INTERRUPTED_TIMEOUT

    @classmethod
    def of(cls, run: RunState, found: Mapping[str, Any], templar: Any) -> Self:
        """Return the ledger of a run, with what the variables of a task say of it."""
        password = password_of(templar.template(found.get(PASSWORD)))
        return cls(run.ledger, password, run.claim_timeout, run.interrupted_timeout)

    def args(self, run: RunState, state: WaveState, call: ModuleCall) -> dict[str, object]:
        """Return the options of a call. A module that writes records what it does."""
        args = call.args(run, state)
        if call.writes:
            args |= {"ledger": self.url, "wave": state.wave.name, "run": run.id, "claim_timeout": self.claim_timeout}
            args["interrupted_timeout"] = self.interrupted_timeout
        if call.writes and self.password:
            args["ledger_password"] = self.password
        return args

    def open(self) -> Ledger:
        """Open the ledger. Raises LedgerFault."""
        return open_ledger(self.url, self.password, lapse=self.claim_timeout)

    def begin(self, run: RunState, found: Mapping[str, Any], process_id: int | None = None) -> None:
        """Begin the run, which ends with ansible-playbook at the latest. Raises AnsibleActionFail for a ledger that cannot be used.

        Of several slices of a launch of AWX, the first does the work. Each would work through all waves, with a failure budget of its own.
        """
        launch = launch_of_slices(found)
        if launch and not run.id:
            run.id = SLICES.format(launch=launch)
        # A task runs in a process of its own, which ansible-playbook has started.
        by = process(process_id or os.getppid())
        new = NewRun(by, run.id, job_of(found), run.check_mode, run.now, once=bool(launch))
        try:
            with self.open() as ledger:
                begun = ledger.begin_run(new)
                run.id, run.left_to = begun.id, begun.taken_by
        except LedgerFault as fault:
            raise AnsibleActionFail(f"Nothing was done. {fault.reason.sentence}") from None
        if run.left_to:
            Display().warning(LEFT.format(job=run.left_to))

    def end(self, run: RunState, verdict: str) -> None:
        """End the run with its verdict. Raises LedgerFault."""
        with self.open() as ledger:
            ledger.end_run(run.id, verdict)

    def campaign(self, run: RunState) -> Campaign:
        """Return the whole migration, in numbers: progress by wave, the days so far, and the next wave. Raises LedgerFault."""
        with self.open() as ledger:
            phases = {name: ledger.phases(name) for name, state in run.waves.items() if state.planned}
            history = ledger.history(run.now.tzinfo)
        progress = {name: progress_of(run, run.waves[name], found) for name, found in phases.items()}
        return Campaign(progress, history, next_wave(run))

    def members(self, waves: Iterable[str]) -> dict[str, Sequence[str]]:
        """Return who was ever a member of each wave. Raises LedgerFault."""
        with self.open() as ledger:
            return {wave: ledger.members(wave) for wave in waves}

    def recall(self, run: RunState, state: WaveState) -> None:
        """Give a wave what is remembered, before its users are assessed; outside check mode its users are members. Raises LedgerFault."""
        wave = state.wave
        if run.drift is not None:
            return
        with self.open() as ledger, ledger.transaction():
            if not run.check_mode and state.planned:
                ledger.remember_members(wave.name, state.users, again=wave.again)
            known = ledger.remembered(state.users)
            notices = ledger.notices(wave.name, state.users)
            statuses = ledger.last_statuses()
            sent = ledger.sent_for(wave.name)
            later = ledger.later_members(wave.name, state.users) if wave.filter else frozenset()
        users = {user: _memory(state, each, notices.get(user)) for user, each in known.items()}
        failed = sum(statuses.get(status.value, 0) for status in (Status.FAILED, Status.UNKNOWN))
        # Names that one side has shown are known by now.
        names = state.memory.other_names
        state.memory = Memory(users, sum(statuses.values()), failed, sent, later, names)

    def assessed(self, run: RunState, state: WaveState, moment: datetime) -> None:
        """Write what the assessment shows: what dead runs have done, and how far users have come by themselves. Raises LedgerFault."""
        if run.check_mode or state.assessment is None:
            return
        users = {each.user.key: each for each in state.assessment.users}
        plan_now = run.plan_time(moment)
        with self.open() as ledger, ledger.transaction():
            left = ledger.unfinished(list(users), run.id)
            sides = {user: (each.onprem.user, each.online.user) for user, each in users.items()}
            ledger.events_completed(self.completions(left, sides))
            for stage, phase in REACHED.items():
                found = [user for user, each in users.items() if each.stage is stage]
                ledger.reached(found, phase, plan_now)

    def completions(self, left: Iterable[Unfinished], sides: Mapping[str, Sides]) -> list[Completion]:
        """Return how events of dead runs have ended, by what both sides show of their users.

        What may still be at work on somebody stays open: the module that is to change them waits for it.
        """
        timeout = self.interrupted_timeout
        return [
            done
            for each in left
            if not any(seconds_left(each, state, timeout) for state in _states(each, *sides[each.user]))
            and (done := _completed(each, *sides[each.user]))
        ]

    def calling(self, run: RunState, state: WaveState, call: ModuleCall) -> None:
        """Write what users had, as both sides show it, before a module makes the first change to them. Raises LedgerFault."""
        if run.check_mode or state.assessment is None or not (call.writes and call.on_users):
            return
        named = {each.user.text: each for each in state.assessment.users}
        with self.open() as ledger:
            ledger.remember_before({user: before_of(named[user]) for user in call.users if user in named})

    def answered(self, state: WaveState, call: ModuleCall, answer: Mapping[str, Any]) -> None:
        """Note who is known by another name than that of the plan: a user principal name, or a SIP address. Raises LedgerFault."""
        if call.step != "readiness" or not (names := _other_names(answer)):
            return
        with self.open() as ledger:
            known = ledger.remembered([*names, *names.values()])
        changed = {user for user, each in known.items() if each.last_status is not None}
        others = {key: other for other, key in names.items() if other in changed and key not in changed}
        state.memory = replace(state.memory, other_names={**state.memory.other_names, **others})

    def called(self, run: RunState, state: WaveState, call: ModuleCall, moment: datetime) -> None:
        """Write what a step shows of users for whom no cmdlet had to be sent. Raises LedgerFault."""
        if call.step == "readiness":
            self.assessed(run, state, moment)
        if run.check_mode or not (call.on_users and (call.writes or call.step == "meetings")):
            return
        plan_now = run.plan_time(moment)
        with self.open() as ledger, ledger.transaction():
            if call.writes:
                ledger.forget_before(call.users)
            if call.step == "notify":
                ledger.remember_notices(state.wave.name, dict.fromkeys(newly_notified(run, state), plan_now))
            if call.step == "grant":
                granted = state.after("grant", Status.OK, Status.CHANGED)
                no_meetings = state.wave.mode is not Mode.TEAMS_ONLY or not state.wave.migrate_meetings
                ledger.reached(granted, UserPhase.DONE if no_meetings else UserPhase.UPGRADED, plan_now)
            if call.step == "meetings":
                ledger.reached(state.after("meetings", Status.OK), UserPhase.DONE, plan_now)


def password_of(given: object) -> str | None:
    """Return the password of the ledger's user: the one that is given, or that of the environment; None where there is neither."""
    return str(given or os.environ.get(PASSWORD.upper()) or "") or None


def default_url(variables: Mapping[str, object]) -> str:
    """Return the URL of a ledger where none is named: a file beside the inventory, where the folder of reports is as well."""
    path = folder_of(None, variables).with_name(NAME)
    # A path may hold what means something in a URL, such as a question mark, or bytes that are no text.
    return f"sqlite:///{quote(os.fsencode(path))}"


def before_of(user: Readiness) -> Facts:
    """Return what a user has, as both sides tell it; what neither tells is left out."""
    sides = [each.user.before() for each in (user.online, user.onprem) if each.user]
    return {name: value for side in sides for name, value in side.items()}


def sent_by(event: PastEvent) -> Sent:
    """Return what a run has sent for a user, by its event."""
    leads_to = UserPhase(event.leads_to) if event.leads_to else None
    reason = Reason.of(event.reason) if event.reason else None
    if event.interrupted:
        reason = RUN_ENDED.format(cmdlet=event.action, run=event.run)
    return Sent(event.action, event.status, leads_to, event.before, event.after, reason)


def _other_names(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the other names of users who were read, with the one by which they were asked for; all folded."""
    found = {}
    for each in answer.get("users") or ():
        key, *others = (address_of(each.get(name)) for name in ("user", "sip_address", "user_principal_name"))
        found.update({other: key for other in others if other not in ("", key)})
    return found


def _memory(state: WaveState, user: Remembered, notified_on: datetime | None) -> UserMemory:
    """Return what is remembered of a user: as of a member of the wave, which check mode does not write."""
    failed = user.last_status in (Status.FAILED, Status.UNKNOWN)
    sent = user.last_status == SENT
    if not state.planned:
        return UserMemory(user.phase, notified_on, failed, sent)
    phase = phase_in_wave(user.phase, same_wave=user.wave == state.wave.name, again=state.wave.again)
    planned_anew = user.phase is UserPhase.ROLLED_BACK and phase is UserPhase.PLANNED
    return UserMemory(phase, None if planned_anew else notified_on, failed, sent)


def _completed(event: Unfinished, onprem: User | None, online: User | None) -> Completion | None:
    """Return how an event is completed by what both sides show of its user; None where neither shows what its cmdlet changes."""
    return next((done for state in _states(event, onprem, online) if (done := completion_of(event, state))), None)


def _states(event: Unfinished, onprem: User | None, online: User | None) -> list[Facts]:
    """Return what the sides show of that which the cmdlet of an event changes."""
    if event.action == MoveUser.cmdlet:
        return [onprem.home()] if onprem else []
    return [side.state() for side in (onprem, online) if side] if event.action in GRANTS else []
