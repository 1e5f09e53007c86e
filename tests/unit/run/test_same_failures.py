# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fault that nobody knows and that meets the first users of a task one after the other concerns everybody (R39)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.fault import alike
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import Limits

from tests.unit.cmdlets.scripted import OK, Reply, Scripted, failing
from tests.unit.run.test_sending import ODD, PROVISIONING, Host, called, send


def odd(user: str, words: str = "Something odd") -> list[Reply]:
    return [
        failing(
            f"{words} about sip:{user}@contoso.com ({user}), request 0a078885-3643-4aa8-8ec0-e0832d20e7f{user[-1]}",
        )
    ]


@pytest.mark.parametrize(("most", "calls"), [(5, 5), (3, 3), (1, 1), (0, 8), (8, 8), (9, 8)])
def test_r39_first_users_who_fail_alike_stop_the_others(most: int, calls: int) -> None:
    connection = Scripted(Host(**{f"u{n}": odd(f"u{n}") for n in range(8)}))
    _attempts, applying = send(connection, 8, Limits(retry_delay=0, stop_after_same_failures=most))
    assert len(called(connection)) == calls
    if calls == 8:
        assert applying.stopped is None
        return
    assert applying.stopped is not None
    assert (applying.stopped.code, applying.stopped.scope) == ("same_failure", Scope.ORGANISATION)
    assert f"first {most} users all failed alike: Something odd" in applying.stopped.message


@pytest.mark.parametrize(
    "replies",
    [
        {"u0": [OK]},
        {"u2": [OK]},
        {"u4": odd("u4", "Something else")},
        {"u1": [ODD]},
        {"u1": [PROVISIONING]},
    ],
)
def test_r41_first_users_who_do_not_fail_alike_stop_nobody(replies: dict[str, list[Reply]]) -> None:
    connection = Scripted(Host(**{f"u{n}": odd(f"u{n}") for n in range(8)} | replies))
    _attempts, applying = send(connection, 8, Limits(retries=0))
    assert len(called(connection)) == 8
    assert applying.stopped is None


def test_r41_known_faults_of_single_users_stop_nobody_however_many_come_first() -> None:
    connection = Scripted(Host(**{f"u{n}": [ODD] for n in range(8)}))
    assert send(connection, 8)[1].stopped is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sip:alice@contoso.com is odd", "Bob@contoso.com is odd", True),
        ("CN=Alice Jones,OU=Paris,DC=contoso is odd", "CN=Bob Smith,OU=Rome,DC=contoso is odd", True),
        ("Odd at 2023-03-12 09:08:57Z", "Odd at 2023-03-12T09:08:58.123Z", True),
        ("Odd at 3/12/2023 9:08:57 AM", "Odd at 3/12/2023 10:08:57 AM", True),
        (
            "Odd. RequestId: 0a078885-3643-4aa8-8ec0-e0832d20e7ff",
            "Odd. RequestId: b1147f2a-c209-4fa9-a129-4f0983297500",
            True,
        ),
        ("HostedMigration fault: Error=(999)", "HostedMigration fault: Error=(998)", False),
        ("alice is odd", "bob is even", False),
    ],
)
def test_texts_are_alike_without_names_ids_and_times(one: str, other: str, same: bool) -> None:
    assert (alike(one, ["alice@contoso.com"]) == alike(other, ["sip:bob@contoso.com"])) is same
