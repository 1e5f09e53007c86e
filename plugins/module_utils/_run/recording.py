# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recording in a ledger: an event is written before its cmdlet is sent, and completed once its user was read back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from ansible.module_utils.basic import AnsibleModule

from .._ledger.faults import LedgerFault
from .._ledger.interrupted import completion_of, completion_of_one, seconds_left
from .._ledger.ledger import Ledger
from .._ledger.opening import open_ledger
from .._ledger.processes import process
from .._ledger.records import NO_USER, Begun, Completion, NewRun, Sending
from .._ledger.url import secrets_of
from .._model.decision import Change, Reason, Shown, Status
from .._model.identity import UserId, address_of
from .._model.ledger_reasons import TAKEN_OVER
from .._model.outcome import Outcome
from .clock import repeated
from .options import Params
from .recorder import Recorder

# A run says that it lives this often while it has users, as a share of the time after which its claims lapse.
SHARE = 5


@dataclass(slots=True)
class _Sent:
    """An event that was written and is not completed; what the host has said since."""

    event: int
    seconds: float | None = None
    fault: Reason | None = None


class LedgerRecorder(Recorder):
    """Records one task in a ledger. The run begins when the first users are taken."""

    writes = True

    def __init__(self, ledger: Ledger, params: Params, *, check_mode: bool) -> None:
        self._ledger = ledger
        self._params = params
        self._check_mode = check_mode
        self._begun: Begun | None = None
        self._claimed: list[str] = []
        self._names: dict[UserId, tuple[str, ...]] = {}
        self._before: dict[str, Shown] = {}
        self._remembered: set[str] = set()
        self._sent: dict[UserId, _Sent] = {}
        self._one: _Sent | None = None
        self._about: Shown = {}
        self._unrecorded: list[str] = []
        self._fault: Reason | None = None
        self._stop: Callable[[], None] = lambda: None

    def claim(self, users: Sequence[UserId], also: Mapping[UserId, str]) -> Mapping[UserId, Reason]:
        """Take users. In check mode nobody is taken: the run alone is written."""
        run = self._run
        if self._check_mode:
            return {}
        names = {user: tuple(map(address_of, (user.key, *([also[user]] if user in also else [])))) for user in users}
        self._names |= names
        wanted = [name for found in names.values() for name in found]
        if self._params["wave"]:
            self._ledger.remember_members(self._params["wave"], [user.key for user in users])
        claims = self._ledger.claim(wanted, run)
        self._claimed += claims.taken
        return {
            user: claims.held[address].reason(user.text)
            for user, found in names.items()
            for address in found
            if address in claims.held
        }

    def found(
        self, before: Mapping[UserId, Shown], states: Mapping[UserId, Shown], cmdlets: Collection[str]
    ) -> Mapping[UserId, float]:
        """Complete what dead runs have left of these users, and keep what the users had until it is written with their first event."""
        given = {user.key: dict(facts) for user, facts in before.items()}
        self._before |= given
        if self._check_mode:
            return {}
        by_address = {user.key: state for user, state in states.items()}
        # Asked once for all: each portion of what is sent would ask again.
        known = self._ledger.remembered(list({**given, **by_address}))
        self._remembered.update(user for user, each in known.items() if each.before is not None)
        left = [each for each in self._ledger.unfinished(list(by_address), self._run) if each.action in cmdlets]
        # What this run itself has sent in an earlier task has ended with that task.
        timeout = self._params["interrupted_timeout"]
        waiting = {
            each.user: seconds
            for each in left
            if each.run != self._run and (seconds := seconds_left(each, by_address[each.user], timeout))
        }
        ended = [each for each in left if each.user not in waiting]
        self._ledger.events_completed([done for each in ended if (done := completion_of(each, by_address[each.user]))])
        return {user: waiting[user.key] for user in states if user.key in waiting}

    def sending(self, changes: Sequence[tuple[UserId, Change]]) -> Mapping[UserId, Reason]:
        """Write events, with what the users had before the first of them; the earlier event of one who is tried again has failed."""
        ledger, run = self._ledger, self._run
        with ledger.transaction():
            names = {user: self._names.get(user, (user.key,)) for user, _change in changes}
            mine = ledger.mine(run, [name for found in names.values() for name in found])
            kept = [(user, change) for user, change in changes if mine.issuperset(names[user])]
            self._remember({user.key for user, _change in kept} - self._remembered)
            ledger.events_completed([_failed(sent) for user, _change in kept if (sent := self._sent.get(user))])
            ids = ledger.events_sent(run, [self._sending(user, change) for user, change in kept])
        self._sent.update({user: _Sent(event) for (user, _change), event in zip(kept, ids, strict=True)})
        return {user: TAKEN_OVER.format(user=user.text) for user, found in names.items() if not mine.issuperset(found)}

    def _remember(self, users: Collection[str]) -> None:
        """Write what users had before the first event of theirs."""
        if users:
            self._ledger.remember_before({user: self._before.get(user, {}) for user in users})
            self._remembered.update(users)

    def answered(self, user: UserId, seconds: float, fault: Reason | None) -> None:
        """Keep it until the event is completed."""
        if sent := self._sent.get(user):
            sent.seconds, sent.fault = seconds, fault

    def not_sent(self, users: Sequence[UserId]) -> None:
        """Remove the events."""
        found = {user: sent for user in users if (sent := self._sent.pop(user, None))}
        with self._noting(found):
            self._ledger.events_withdrawn([sent.event for sent in found.values()])

    def operation(self, users: Sequence[UserId], operation: str) -> None:
        """Write the id, so that it can be looked up what became of the users of a dead run."""
        with self._noting(users):
            self._ledger.operation_started([self._sent[user].event for user in users if user in self._sent], operation)

    def completed(self, outcomes: Mapping[UserId, Outcome]) -> None:
        """Complete the events of these users."""
        found = {user: sent for user in outcomes if (sent := self._sent.pop(user, None))}
        with self._noting(found):
            self._ledger.events_completed([_completed(sent, outcomes[user]) for user, sent in found.items()])

    def found_one(self, about: Shown, state: Shown) -> None:
        """Complete what dead runs have sent for the thing."""
        if not self._check_mode:
            left = self._ledger.unfinished([NO_USER], self._params["run"] or "")
            self._ledger.events_completed([done for each in left if (done := completion_of_one(each, about, state))])

    def sending_one(self, about: Shown, change: Change) -> None:
        """Write an event without a user. What was before says which thing it is about, for the one who completes it."""
        before = {**about, **change.before}
        sending = Sending(NO_USER, change.action.cmdlet, before, change.after, wave=self._params["wave"])
        self._one = _Sent(self._ledger.event_sent(self._run, sending))
        self._about = about

    def completed_one(self, outcome: Outcome) -> None:
        """Complete it."""
        if (sent := self._one) is not None:
            with self._noting(()):
                done = _completed(sent, outcome)
                self._ledger.events_completed([replace(done, before={**self._about, **(outcome.before or {})})])

    @property
    def fault(self) -> Reason | None:
        """Why something could not be written, if so."""
        return self._fault

    @property
    def unrecorded(self) -> Sequence[str]:
        """The users of whom it could not be written what came of them."""
        return self._unrecorded

    def close(self) -> Sequence[str]:
        """Give the users back, and end the run unless it belongs to a process that has started this one."""
        self._stop()
        try:
            if self._begun is not None and self._begun.own:
                self._ledger.end_run(self._begun.id)
            elif self._begun is not None and self._claimed:
                self._ledger.release(self._begun.id, self._claimed)
        except LedgerFault as fault:
            return [f"The users of this task could not be given back in the ledger: {fault.reason.sentence}"]
        finally:
            self._ledger.close()
        return ()

    @property
    def _run(self) -> str:
        if self._begun is None:
            new = NewRun(process(), id=self._params["run"] or "", check_mode=self._check_mode)
            self._begun = self._ledger.begin_run(new)
            if not self._check_mode:
                self._stop = repeated(self._live, self._params["claim_timeout"] / SHARE)
        return self._begun.id

    def _live(self) -> None:
        """Say that the run lives. What cannot be said is met by the next thing that is written."""
        params = self._params
        with suppress(LedgerFault), open_ledger(params["ledger"], params["ledger_password"]) as ledger:
            ledger.renew(self._run)

    def _sending(self, user: UserId, change: Change) -> Sending:
        wave = self._params["wave"]
        return Sending(user.key, change.action.cmdlet, change.before, change.after, wave=wave)

    @contextmanager
    def _noting(self, users: Sequence[UserId] | Mapping[UserId, object]) -> Iterator[None]:
        """Note the users where the ledger fails: what was sent is sent, and a later run completes it from what it reads."""
        try:
            yield
        except LedgerFault as fault:
            self._unrecorded += [user.text for user in users]
            self._fault = fault.reason


def recorder_in_ledger(module: AnsibleModule) -> LedgerRecorder:
    """Return what records a module, with its ledger checked and open. Raises LedgerFault."""
    params: Params = module.params
    # The URL is shown with the module's arguments (-vvv): not so the user in it, and a password that should not be there.
    module.no_log_values.update(secrets_of(params["ledger"]))
    ledger = open_ledger(params["ledger"], params["ledger_password"], lapse=params["claim_timeout"])
    return LedgerRecorder(ledger, params, check_mode=module.check_mode)


def _failed(sent: _Sent) -> Completion:
    """Return what came of an event whose user is tried again."""
    return Completion(sent.event, Status.FAILED, reason=sent.fault, seconds=sent.seconds)


def _completed(sent: _Sent, outcome: Outcome) -> Completion:
    # A user whose grant the service has refused, and who was not started again, is skipped; what was sent has failed.
    status = Status.FAILED if outcome.status is Status.SKIPPED else outcome.status
    return Completion(sent.event, status, outcome.before, outcome.after, outcome.reason, seconds=sent.seconds)
