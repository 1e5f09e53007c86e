# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs: which tasks belong to one, and to which process it belongs."""

from __future__ import annotations

import os

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.faults import LedgerFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Begun, NewRun, Selection

from .builders import ALICE, another_process


def test_tasks_of_one_name_are_one_run(ledger: Ledger) -> None:
    first = ledger.begin_run(NewRun(process(), id="nightly 7", job="4711", check_mode=True))
    assert ledger.begin_run(NewRun(process(), id="nightly 7", job="4712")) == first == Begun("nightly 7", own=True)
    ledger.end_run(first.id, "All done.")
    (found,) = ledger.runs(Selection())
    assert (found["job"], found["check_mode"], found["now"], found["verdict"]) == ("4711", True, None, "All done.")
    assert found["ended"] is not None


def test_a_run_is_joined_by_what_its_process_started_and_ends_with_it(ledger: Ledger) -> None:
    parent = process(os.getppid())
    assert ledger.begin_run(NewRun(parent, id="nightly 7")) == Begun("nightly 7", own=True)
    assert ledger.begin_run(NewRun(process(), id="nightly 7")) == Begun("nightly 7", own=False)
    ledger.claim([ALICE], "nightly 7")
    # A process of neither: this one's parent did not descend from it.
    with another_process() as other:
        ledger.begin_run(NewRun(other, id="theirs", job="4712"))
        with pytest.raises(LedgerFault) as used:
            ledger.begin_run(NewRun(process(), id="theirs"))
        assert (used.value.code, "4712" in used.value.message) == ("ledger_run_in_use", True)
    assert ledger.begin_run(NewRun(process(), id="theirs")).own
