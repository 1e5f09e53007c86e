# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of every module: observe, decide, and outside check mode apply and verify. Said here once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.connection import Connection, ConnectionError

from ._apply import Applying, Limits, Patience, judge, not_started
from ._cmdlets.acting import CMDLETS, command_for
from ._cmdlets.calling import NotOffered
from ._model import stops
from ._model.decision import Change, Decision, Reason, Refuse, Scope, Status, Unread
from ._model.host import Host, Offer
from ._model.identity import InvalidUser, UserId, fold, parse_users
from ._model.outcome import Outcome, failures, in_words, summary
from ._model.user import Side
from ._options import Spec
from ._remote import Remote, RemoteFault
from ._rules.reading import without_facts

Params = Mapping[str, Any]


class Identified(Protocol):
    """Facts about one user."""

    @property
    def identity(self) -> str:
        """How cmdlets are told who is meant."""


T = TypeVar("T")
F = TypeVar("F", bound=Identified)
W_contra = TypeVar("W_contra", bound=Identified, contravariant=True)


class Wish(Protocol[W_contra]):
    """What users are to be like."""

    def decide(self, facts: W_contra, /) -> Decision:
        """Return what is to be done about one user."""


@dataclass(frozen=True)
class UserTask(Generic[F]):
    """What a module that works on users adds to the run.

    `wish` reads what concerns everybody and returns the wish, or the reason why nobody can be worked on; `observe` reads users;
    `warn` says what the administrator ought to know of the wish, given whether it changes (or in check mode would change) anybody.
    """

    sides: tuple[Side, ...]
    wish: Callable[[Params, Remote, Host], Wish[F] | Reason]
    observe: Callable[[Remote, Host, Sequence[UserId]], dict[UserId, F | Reason]]
    patience: Callable[[Params], Patience] = field(default=lambda _params: Patience())
    warn: Callable[[Any, bool], list[str]] = field(default=lambda _wish, _acting: [])


class _SocketRpc:
    """The connection's calls, with its errors as RemoteFault."""

    def __init__(self, socket_path: str) -> None:
        self._connection = Connection(socket_path)

    def __getattr__(self, name: str) -> Callable[[str], str]:
        call = getattr(self._connection, name)

        def answered(request: str) -> str:
            try:
                return str(call(request))
            except ConnectionError as error:
                remedy = "Run again: the state is read first, and nothing is repeated blindly."
                raise RemoteFault("connection", f"The connection's process failed: {error}", remedy) from error

        return answered


class Run:
    """One run of one module on one host."""

    def __init__(self, module: AnsibleModule, sides: tuple[Side, ...]) -> None:
        self.module = module
        self.params: Params = module.params
        self.asked = self._asked()
        if not module._socket_path:
            need = "This module needs a PowerShell session: set ansible_connection to sfb.teams_upgrade.runspace for this host."
            raise Stop(Reason("connection", need, scope=Scope.ORGANISATION))
        self.remote = Remote(_SocketRpc(module._socket_path), read_only=module.check_mode)
        self.host = self._greet()
        if self.host.side not in sides:
            needed = {
                Side.ONPREM: "a Skype for Business Server host",
                Side.ONLINE: "a host with the MicrosoftTeams module",
            }
            raise Stop(stops.WRONG_SIDE.about(host=self.host.name, needed=needed[sides[0]]))

    def _greet(self) -> Host:
        # The connection gives up by itself after ansible_runspace_start_timeout; this only keeps a broken one from waiting for ever.
        hello = self.remote.hello(CMDLETS, timeout=3600)
        cmdlets = {name: tuple(Offer(*each) for each in offers) for name, offers in hello.cmdlets.items()}
        return Host(hello.name, Side(hello.side), hello.projection, cmdlets)

    def _asked(self) -> list[UserId]:
        try:
            return parse_users(self.params.get("users") or [])
        except InvalidUser as error:
            raise Stop(Reason("invalid_user", f"{error}", "Nothing was sent.", Scope.ORGANISATION)) from error


class Stop(Exception):
    """The task ends as failed, for a reason that concerns everybody."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


@contextmanager
def reported(module: AnsibleModule) -> Iterator[None]:
    """End the module with a sentence when the host cannot be reached, lacks what is needed, or the task cannot be done at all."""
    try:
        yield
    except RemoteFault as fault:
        reason = Reason(fault.code, fault.message, fault.remedy, Scope.ORGANISATION)
    except (NotOffered, Stop) as stop:
        reason = stop.reason
    else:
        return
    module.fail_json(msg=f"{reason.message} {reason.remedy}".strip(), reason=reason.shown())


def ansible_module(spec: Spec, **constraints: Any) -> AnsibleModule:
    """Return the module with its arguments checked. Every module supports check mode."""
    return AnsibleModule(argument_spec=dict(spec), supports_check_mode=True, **constraints)


def must(found: T | Reason) -> T:
    """Return what was read. Raises Stop for the reason why it could not be."""
    if isinstance(found, Reason):
        raise Stop(found)
    return found


def run_on_users(spec: Spec, task: UserTask[F], **constraints: Any) -> None:
    """Be the main function of a module that works on users."""
    module = ansible_module(spec, **constraints)
    with reported(module):
        OnUsers(Run(module, task.sides), task).run()


class OnUsers(Generic[F]):
    """Observe, decide, apply, verify, for a list of users."""

    def __init__(self, run: Run, task: UserTask[F]) -> None:
        self._run = run
        self._task = task
        self._wish = must(task.wish(run.params, run.remote, run.host))
        names = ("max_fail_percentage", "retries", "retry_delay")
        self._limits = Limits(*(run.params[name] for name in names))
        self._patience = task.patience(run.params)
        self._warnings: list[str] = []
        self._stopped: Reason | None = None

    def run(self) -> None:
        """Do it, and end the module with the result."""
        facts = self._once(self._task.observe(self._run.remote, self._run.host, self._run.asked))
        decisions = {user: self._decided(fact) for user, fact in facts.items()}
        self._check_offers(decisions)
        outcomes = self._predicted(decisions) if self._run.module.check_mode else self._applied(decisions)
        self._exit(outcomes)

    def _once(self, facts: dict[UserId, F | Reason]) -> dict[UserId, F | Reason]:
        """Drop whoever was asked for twice, by SIP address and by user principal name."""
        seen: dict[str, UserId] = {}
        for user, fact in list(facts.items()):
            if isinstance(fact, Reason):
                continue
            first = seen.setdefault(fold(fact.identity), user)
            if first is not user:
                self._warnings.append(f"{user.text} and {first.text} are the same user: counted once, as {first.text}.")
                del facts[user]
        return facts

    def _decided(self, fact: F | Reason) -> Decision:
        return without_facts(fact) if isinstance(fact, Reason) else self._wish.decide(fact)

    def _decide(self, users: Sequence[UserId]) -> dict[UserId, Decision]:
        try:
            facts = self._task.observe(self._run.remote, self._run.host, users)
        except RemoteFault as fault:
            unread = Reason(fault.code, fault.message, fault.remedy)
            return {user: Unread(unread) for user in users}
        return {user: self._decided(fact) for user, fact in facts.items()}

    def _check_offers(self, decisions: Mapping[UserId, Decision]) -> None:
        """Find out before anything is written whether the host offers what the changes need, and whether a reason stops everybody."""
        for decision in decisions.values():
            if isinstance(decision, (Refuse, Unread)) and decision.reason.scope is Scope.ORGANISATION:
                self._stopped = decision.reason
                return
            if isinstance(decision, Change):
                try:
                    command_for(decision.action, self._run.host)
                except NotOffered as missing:
                    self._stopped = missing.reason
                    return

    def _may_start(self, decisions: Mapping[UserId, Decision]) -> bool:
        failed = sum(Outcome.predicted(user.text, decision).bad for user, decision in decisions.items())
        return self._stopped is None and not self._limits.spent(failed, len(decisions))

    def _predicted(self, decisions: Mapping[UserId, Decision]) -> list[Outcome]:
        if self._may_start(decisions):
            return [Outcome.predicted(user.text, decision) for user, decision in decisions.items()]
        return [
            not_started(user, decision, self._stopped)
            if isinstance(decision, Change)
            else Outcome.predicted(user.text, decision)
            for user, decision in decisions.items()
        ]

    def _applied(self, decisions: dict[UserId, Decision]) -> list[Outcome]:
        if not self._may_start(decisions):
            return self._predicted(decisions)
        changes = {user: decision for user, decision in decisions.items() if isinstance(decision, Change)}
        failed = sum(Outcome.predicted(user.text, decision).bad for user, decision in decisions.items())
        applying = Applying(self._run.remote, self._run.host, self._limits, total=len(decisions), failed=failed)
        attempts = applying.send(changes) if changes else {}
        self._stopped = applying.stopped
        for user, attempt in attempts.items():
            self._warnings.extend(f"{user.text}: {warning}" for warning in attempt.warnings)
        touched = [user for user, attempt in attempts.items() if attempt.started]
        now = self._patience.watch({**decisions, **self._decide(touched)} if touched else decisions, self._decide)
        return [
            judge(user, attempts[user], now[user], self._stopped)
            if user in attempts
            else Outcome.predicted(user.text, now[user])
            for user in decisions
        ]

    def _exit(self, outcomes: list[Outcome]) -> None:
        params, module = self._run.params, self._run.module
        quiet = (Status.OK,) if params["return_users"] == "changed" else ()
        bad = sum(outcome.bad for outcome in outcomes)
        groups = failures(outcomes)
        result: dict[str, Any] = {
            "changed": any(outcome.actions for outcome in outcomes),
            "users": [outcome.shown() for outcome in outcomes if outcome.status not in quiet],
            "summary": summary([outcome.status for outcome in outcomes]),
            "failures": groups,
        }
        if module._diff:
            result["diff"] = _diff(outcomes)
        for warning in self._warnings + self._task.warn(self._wish, result["changed"]):
            module.warn(warning)
        if self._stopped is not None:
            reason = self._stopped
            module.fail_json(msg=f"{reason.message} {reason.remedy}".strip(), reason=reason.shown(), **result)
        if self._limits.exceeded(bad, len(outcomes)):
            module.fail_json(msg=in_words(groups, len(outcomes)), **result)
        module.exit_json(**result)


def _diff(outcomes: Sequence[Outcome]) -> dict[str, dict[str, object]]:
    touched = [outcome for outcome in outcomes if outcome.actions]
    return {
        "before": {outcome.user: dict(outcome.before or {}) for outcome in touched},
        "after": {outcome.user: dict(outcome.after or {}) for outcome in touched},
    }
