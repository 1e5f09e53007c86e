# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module says of each user whose command met a fault on its way: what is read afterwards decides, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman import faults
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service, serve

from tests.extent import cases
from tests.hostile import Exchange, Hostile, Misbehaviour
from tests.in_process import InProcess, Result
from tests.lab.connection.client import options_at
from tests.lab.modules.people import MOVER, addresses, attempts, codes, seeded, statuses
from tests.misbehaviour import changed_fragments, cut_short, reset, says, status

NAMES = ["one", "two", "three"]


class Hosted(InProcess):
    """Modules run over sessions on a host that behaves badly."""

    def __init__(self, lab: Lab, host: Hostile) -> None:
        super().__init__(lab)
        self.host = host

    def new(self, host: str) -> Service:
        known = {"sessions": 1, "side": "onprem", "read_timeout": 10, "operation_timeout": 1, "reconnect_timeout": 1}
        options = options_at(self.host.name, self.host.address, self.host.port, **known)
        return serve(options.__getitem__)

    def move(self, **args: Any) -> Result:
        """Move the users to the cloud."""
        known = {"users": addresses(*NAMES), "return_users": "all", "max_fail_percentage": 100, "retries": 0}
        return self.run("sfb01", "csuser_move", {**known, **MOVER, **args})


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded(name) for name in NAMES]}


@pytest.fixture
def play(lab: Lab, host: Hostile) -> Iterator[Hosted]:
    hosted = Hosted(lab, host)
    yield hosted
    for service in hosted._services.values():
        service.close(5)


DONE: dict[str, tuple[Misbehaviour, str]] = {
    "reset": (reset(after=True), "Receive"),
    "cut short": (cut_short, "Receive"),
    "503": (status(503), "Receive"),
    "another's answer": (changed_fragments(lambda data: data[:45] + bytes(16) + data[61:]), "Receive"),
}
NOT_DONE: dict[str, tuple[Misbehaviour, str]] = {
    "reset": (reset(), "Command"),
    "502": (status(502), "Command"),
    "timed out": (says(faults.timed_out()), "Command"),
}


@pytest.mark.parametrize("name", cases(DONE, "reset"))
def test_who_was_moved_all_the_same_is_found_moved(lab: Lab, host: Hostile, play: Hosted, name: str) -> None:
    fault, action = DONE[name]
    host.order(fault, action, "Move-CsUser")
    result = play.move()
    assert statuses(result) == dict.fromkeys(NAMES, "changed")
    assert not codes(result)
    assert {len(each) for each in attempts(lab, "Move-CsUser").values()} == {1}


@pytest.mark.parametrize("name", cases(NOT_DONE, "reset"))
def test_whose_move_may_have_begun_is_unknown_and_not_moved_again(
    lab: Lab, host: Hostile, play: Hosted, name: str
) -> None:
    fault, action = NOT_DONE[name]
    host.order(fault, action, "Move-CsUser")
    result = play.move()
    assert statuses(result) == {"one": "unknown", "two": "changed", "three": "changed"}
    assert codes(result) == {"one": "outcome_unknown"}
    assert set(attempts(lab, "Move-CsUser")) == {"two", "three"}
    assert statuses(play.move()) == {"one": "changed", "two": "ok", "three": "ok"}


def test_a_password_that_is_changed_in_the_middle(lab: Lab, host: Hostile, play: Hosted) -> None:
    refused = status(401, b"", WWW_Authenticate='Basic realm="WSMAN"')

    def from_now_on(exchange: Exchange) -> None:
        host.order(refused, "*", times=None)
        refused(exchange)

    host.order(from_now_on, "Command", "Move-CsUser", skip=1)
    result = play.move()
    assert (result["failed"], statuses(result)["one"]) == (True, "unknown")
    assert set(statuses(result).values()) == {"unknown", "skipped"}
    assert "does not accept the user or the password" in result["msg"]
    assert set(attempts(lab, "Move-CsUser")) == {"one"}


def test_reads_that_meet_a_fault_are_repeated(host: Hostile, play: Hosted) -> None:
    for fault in (reset(), status(503), cut_short, says(faults.shell_not_found("X"))):
        host.order(fault, "Receive", "Get-CsUser")
        answer = play.run("sfb01", "csuser_info", {"users": addresses(*NAMES)})
        assert not answer["failed"], answer["msg"]
        assert len(answer["users"]) == 3
    assert len(host.met) == 4
