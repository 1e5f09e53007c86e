# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The organisation behind the simulated hosts: the one object that engines call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..contract.call import Call, CmdletContract, Failure, InstalledModule, Outcome
from ..contract.loader import TEAMS, cmdlets
from .batches import BatchOperations
from .bound import Bound, Model, Refusal
from .cmdlets import connect, move
from .cmdlets.catalogue import BEHAVIOURS
from .faults import Faults, OrderedFault
from .identities import fold
from .journal import Journal
from .latency import Latencies
from .meetings import MeetingService
from .signing_in import SignIns
from .world import World


class Organisation:
    """Answers calls from any number of threads; one at a time works on the state.

    Engines wait for `latency` before they hand a call over, outside of the lock.
    """

    def __init__(self, world: World, journal: Journal, faults: Faults, latencies: Latencies) -> None:
        self.world = world
        self.journal = journal
        self.faults = faults
        self.latencies = latencies
        self.model = Model(world, MeetingService(world), BatchOperations(world), SignIns(world.tenant.settings))
        # Says whether a host may sign in elsewhere as the user of a shell; None where nothing depends on it.
        self.second_hop: Callable[[str, str], bool] | None = None
        self._lock = threading.RLock()
        self._contracts: dict[str, Mapping[str, CmdletContract]] = {}

    def modules(self, host: str) -> Sequence[InstalledModule]:
        """Return the modules that a host has installed. Raises KeyError for an unknown host."""
        return [InstalledModule(name, version) for name, version in self.world.hosts[host].modules.items()]

    def commands(self, host: str) -> Mapping[str, CmdletContract]:
        """Return what the modules of a host offer, by `Module\\Cmdlet`. Raises KeyError for an unknown host."""
        if host not in self._contracts:
            self._contracts[host] = {
                f"{module}\\{name}": contract
                for module, version in self.world.hosts[host].modules.items()
                for name, contract in cmdlets(module, version, self.world.readings).items()
            }
        return self._contracts[host]

    def latency(self, call: Call) -> float:
        """Return how many real seconds a call takes, with the delay that was ordered for it."""
        return self.latencies.of(call.cmdlet) + self.faults.delay(call)

    def shell_opened(self, host: str, shell_id: str) -> None:
        """Note that a shell is there."""
        self.journal.shell_opened(self.world.now(), host, shell_id)

    def shell_closed(self, host: str, shell_id: str) -> None:
        """Note that a shell is gone, and its sign-in with it."""
        self.journal.shell_closed(self.world.now(), host, shell_id)
        with self._lock:
            self.model.sign_ins.forget(host, shell_id)

    @contextmanager
    def quiet(self) -> Iterator[World]:
        """Give the state to look at, with everything done that is due by the clock, while no call works on it."""
        with self._lock:
            self.world.agenda.run(self.world.now())
            yield self.world

    def settle(self) -> None:
        """Let everything happen that is due by the clock."""
        with self.quiet():
            pass

    def call(self, call: Call) -> Outcome:
        """Do what a cmdlet does, and write it down."""
        with self._lock:
            self.world.agenda.run(self.world.now())
            bound = Bound(call, self.world.hosts[call.host], self.model)
            outcome = self._answered(bound)
            self.journal.note(self.world.now(), call, outcome, bound.touched)
        return outcome

    def _answered(self, bound: Bound) -> Outcome:
        fault = self.faults.failing(bound.call)
        if fault is None:
            return self._done(bound)
        outcome = self._done(bound) if fault.after else Outcome()
        if fault.message and fold(bound.call.cmdlet) == "move-csuser":
            move.report_fault(bound, fault.message)
        return _with_fault(outcome, fault)

    def _done(self, bound: Bound) -> Outcome:
        call = bound.call
        behaviour = BEHAVIOURS.get(call.module, {}).get(fold(call.cmdlet))
        if behaviour is None:
            message = f"The lab does not simulate {call.module}\\{call.cmdlet}."
            return Outcome(failures=(Failure(message, "NotSimulated", "NotImplemented"),))
        try:
            if call.module == TEAMS and fold(call.cmdlet) not in connect.WITHOUT_SIGN_IN:
                connect.require_sign_in(bound)
            if bound.flag("WhatIf"):
                return Outcome()
            if self.second_hop is not None and fold(call.cmdlet) == "move-csuser":
                move.require_second_hop(self.second_hop(call.host, call.shell))
            return behaviour(bound)
        except Refusal as refusal:
            return Outcome(failures=(refusal.failure,))


def _with_fault(outcome: Outcome, fault: OrderedFault) -> Outcome:
    if fault.silent:
        return outcome
    if fault.drop_shell:
        return replace(outcome, drop_shell=True)
    return replace(outcome, output=(), failures=(*outcome.failures, fault.failure()))
