# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""First users who cannot be read: whether that concerns everybody, or may pass (R39 to R41)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.lab.modules.people import MOVER, addresses, seeded, statuses
from tests.unit.properties.in_process import Play

NAMES = [f"user{number}" for number in range(6)]
BUSY = "The server is busy: too many requests."
ODD = "Something nobody knows of."


def moved(*faults: str, most: int = 3) -> dict[str, str]:
    """What becomes of the users where the reads of the first ones fail with these texts."""
    lab = Lab({"users": [seeded(name) for name in NAMES], "clock_rate": 0, "latency": "none"})
    for name, message in zip(NAMES, faults, strict=False):
        lab.faults.order(OrderedFault("Get-CsUser", message, user=f"{name}@contoso.com", times=None))
    args = {**MOVER, "users": addresses(*NAMES), "stop_after_same_failures": most, "retries": 0, "return_users": "all"}
    return statuses(Play(lab).run("sfb01", "csuser_move", args))


def ended(*states: str) -> dict[str, str]:
    return dict(zip(NAMES, states, strict=True))


@pytest.mark.parametrize(
    ("faults", "most", "rest"),
    [
        ([ODD] * 3, 3, "skipped"),
        ([f"{name}@contoso.com: {ODD}" for name in NAMES[:3]], 3, "skipped"),
        # A fault that may pass says nothing of the others, and neither do fewer of them or different ones.
        ([BUSY] * 3, 3, "changed"),
        ([ODD, BUSY, ODD], 3, "changed"),
        ([ODD] * 3, 4, "changed"),
        ([ODD] * 3, 0, "changed"),
        ([ODD, ODD, "Something else."], 3, "changed"),
    ],
)
def test_r39_first_users_unread_for_one_unknown_reason_stop_the_others(faults: list[str], most: int, rest: str) -> None:
    assert moved(*faults, most=most) == ended(*["unknown"] * 3, *[rest] * 3)


def test_r41_a_first_user_who_can_be_read_lets_the_others_go_on() -> None:
    lab = Lab({"users": [seeded(name) for name in NAMES], "clock_rate": 0, "latency": "none"})
    for name in NAMES[1:4]:
        lab.faults.order(OrderedFault("Get-CsUser", ODD, user=f"{name}@contoso.com", times=None))
    args = {**MOVER, "users": addresses(*NAMES), "stop_after_same_failures": 3, "retries": 0, "return_users": "all"}
    found = statuses(Play(lab).run("sfb01", "csuser_move", args))
    assert found == ended("changed", "unknown", "unknown", "unknown", "changed", "changed")
