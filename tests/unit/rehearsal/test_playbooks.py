# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of a playbook in a rehearsal came to: its work, whatever it found, or a defect, which ends the rehearsal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.playbooks import problem_of

FATAL = "fatal: [localhost]: FAILED!"
TRACEBACK = "Traceback (most recent call last):"


def report(kind: str = "waves", *codes: str, failed: bool = False) -> dict[str, Any]:
    users: list[dict[str, Any]] = [{"reason": {"code": code, "message": f"{code} happened."}} for code in codes]
    return {"kind": kind, "failed": failed, "users": [*users, {"reason": None}]}


@pytest.mark.parametrize(
    ("found", "code", "said", "problem"),
    [
        (report(), 0, [], ""),
        (report("waves", "not_licensed"), 0, ["ok"], ""),
        (report("waves", "migration_failed", failed=True), 2, [FATAL], ""),
        (report("drift"), 0, [], ""),
        (report("drift", failed=True), 2, ["PLAY", FATAL], FATAL),
        (report(), 2, ["PLAY", FATAL, "RECAP"], FATAL),
        (report("waves", "step_failed", failed=True), 2, [FATAL], "step_failed happened."),
        (report("drift", "step_failed"), 0, [], "step_failed happened."),
        (report(), 0, ["PLAY", TRACEBACK], TRACEBACK),
        ({}, 1, ["PLAY", "[ERROR]: no such playbook", "more"], "[ERROR]: no such playbook"),
        ({}, -9, ["PLAY", "TASK"], "TASK"),
        ({}, 1, [], "it said nothing."),
    ],
)
def test_what_has_no_reason_of_its_own_is_a_defect(
    found: Mapping[str, Any], code: int, said: Sequence[str], problem: str
) -> None:
    assert problem_of(found, code, said) == problem
