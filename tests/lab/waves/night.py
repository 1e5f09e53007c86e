# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waves in this process: the steps in the order of the role's tasks, their modules on simulated hosts over the real protocol.

What is left out is Ansible's part, which takes most of a night: the playbook's own tests have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.engines import NewLab
from tests.lab.waves.job import Job
from tests.lab.wire import OverTheWire
from tests.playbooks.stage import Outcome

DAY_BEFORE = "2026-11-30T07:00:00Z"


class Waves:
    """Simulated hosts on which waves are worked through."""

    def __init__(self, lab: Lab, play: OverTheWire, ledger: str) -> None:
        self.lab = lab
        self.job = Job(play, RunLedger(ledger, None, 300))

    def night(self, now: str, plan: Mapping[str, Any], *, check: bool = False, **choices: Any) -> Outcome:
        """Do what is due at a moment, with the hosts' clock set to it unless it is later there. `choices` are the role's."""
        moment = datetime.fromisoformat(now)
        if self.lab.clock.now() < moment:
            self.lab.clock.set(moment)
        self.lab.journal.clear()
        report = self.job.run(moment, plan, check=check, **choices)
        return Outcome(report, self.lab.journal.entries())

    def drift(self, now: str, plan: Mapping[str, Any], **choices: Any) -> Outcome:
        """Look for drift at a moment, with the hosts' clock as it is or at that moment if that is later."""
        moment = datetime.fromisoformat(now)
        if self.lab.clock.now() < moment:
            self.lab.clock.set(moment)
        self.lab.journal.clear()
        return Outcome(self.job.drift(moment, plan, **choices), self.lab.journal.entries())


OpenWaves = Callable[..., AbstractContextManager[Waves]]


@contextmanager
def open_waves(new_lab: NewLab, seed: Mapping[str, Any], *, ledger: str = "", **options: Any) -> Iterator[Waves]:
    """Open hosts that hold what the seed says, with a ledger of their own unless one is named. `options` are the connection's."""
    with (
        new_lab({"clock": DAY_BEFORE} | dict(seed)) as lab,
        OverTheWire(lab, **options) as play,
        TemporaryDirectory() as folder,
    ):
        yield Waves(lab, play, ledger or f"sqlite:///{folder}/ledger.db")
