# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules answer to a step, as the step keeps it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.answers import plain, with_groups

WRONG = {"msg": "It is a Teams host.", "reason": {"code": "wrong_side", "message": "It is."}, "changed": False}


@pytest.mark.parametrize(
    ("side", "group", "other"),
    [(Side.ONPREM, "skype_servers", "teams_hosts"), (Side.ONLINE, "teams_hosts", "skype_servers")],
)
def test_a_host_of_the_other_side_has_the_groups_named(side: Side, group: str, other: str) -> None:
    found = with_groups(dict(WRONG), side, "ps01")
    assert found["msg"] == (
        f"It is a Teams host. ps01 is the host of the group {group}: look whether the hosts of {group} and {other} are swapped."
    )
    assert {**found, "msg": WRONG["msg"]} == WRONG


@pytest.mark.parametrize(
    "answer",
    [
        {"msg": "Stop.", "reason": {"code": "access_denied"}},
        {"msg": "Stop.", "reason": {}},
        {"msg": "Stop.", "reason": "wrong_side"},
        {"msg": "Stop.", "reason": None},
        {"msg": "Stop."},
        {"changed": False, "users": []},
    ],
)
def test_any_other_answer_stays_as_it_is(answer: dict[str, Any]) -> None:
    assert with_groups(dict(answer), Side.ONLINE, "ps01") == answer


def test_a_reason_without_a_sentence_gets_one() -> None:
    assert with_groups({"reason": {"code": "wrong_side"}}, Side.ONPREM, "sfb01")["msg"].startswith(" sfb01 is the host")


class Text(str):
    """Text as a newer core marks it."""


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a": 1, "invocation": {}, "_ansible_parsed": True, "_ansible_no_log": False}, {"a": 1}),
        ([{"invocation": 1}, ("a", 2)], [{}, ["a", 2]]),
        ({1: True, "b": None}, {"1": True, "b": None}),
        (Text("text"), "text"),
        (1.5, 1.5),
        (SimpleNamespace(event=SimpleNamespace(msg="A warning.")), "A warning."),
        (SimpleNamespace(event="An event."), "An event."),
    ],
)
def test_answers_are_plain(value: object, kept: object) -> None:
    found = plain(value)
    assert found == kept
    assert type(found) is type(kept)
