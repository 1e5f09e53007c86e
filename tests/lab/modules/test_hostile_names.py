# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a user writes reaches the hosts as the value of a parameter and as nothing else, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.controller import Task
from tests.engines import REPEATED
from tests.lab.modules.people import CLOUD, MOVER, Answer
from tests.lab.wire import OverTheWire

# These exist, and are worked on.
REAL = [
    "o'neill@contoso.com",
    "$(whoami);rm@contoso.com",
    'say"hi"`n@contoso.com',
    "d\u2019angelo@contoso.com",
]
# These do not: some look like the users below, some would mean something if they were read as script.
NOBODY = [
    "\u0430lice@contoso.com",  # Cyrillic
    "\u212aim@contoso.com",  # a Kelvin sign
    "$env:USERNAME@contoso.com",
    "{alice}@contoso.com",
    "x'-or'@contoso.com",
]
BYSTANDERS = ["alice@contoso.com", "bob@contoso.com", "kim@contoso.com"]
PLAIN_FILTER = re.compile(r"((^| -or )(SipAddress|UserPrincipalName) -eq '(sip:)?[A-Za-z0-9._@+-]+')+")


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [{"sip": user} for user in (*REAL, *BYSTANDERS, "m\u00fcller@contoso.com")]}


def values(entry: Entry) -> Iterator[tuple[str, str]]:
    """Every text that a call carried, by parameter."""
    for name, value in entry.parameters.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                yield name, item


def assert_only_values(lab: Lab, known: set[str]) -> None:
    """Users are named verbatim as the identity, and in a filter only where they are made of plain characters."""
    for entry in lab.journal.entries():
        for name, text in values(entry):
            if name == "Filter":
                assert PLAIN_FILTER.fullmatch(text), entry
            elif "@" in text and name == "Identity":
                assert text.removeprefix("sip:") in known, entry


def users_of(answer: Answer, status: str) -> list[str]:
    return [line["user"] for line in answer["users"] if line["status"] == status]


@pytest.mark.parametrize("engine", REPEATED)
def test_a_strange_name_is_a_name(lab: Lab, play: OverTheWire) -> None:
    users = [*REAL, *NOBODY]
    granting = Task("teams_upgrade_policy", {"users": users, "mode": "SfBOnly", "return_users": "all"})
    (granted,) = play.tasks("teams01", [granting])
    moved, pool, policy, instance = play.tasks(
        "sfb01",
        [
            Task("csuser_move", {**MOVER, "users": users, "return_users": "all"}),
            Task("csuser_move", {**MOVER, "users": BYSTANDERS[:1], "target": '\'; $(x) `n "pool"'}),
            Task("teams_upgrade_policy", {"users": BYSTANDERS[:1], "policy": "$(Global)"}),
            Task("teams_upgrade_policy_instance", {"identity": 'A\'; $(x) `n "B"', "notify": True}),
        ],
    )
    for answer in (granted, moved):
        assert (users_of(answer, "changed"), users_of(answer, "failed")) == (REAL, NOBODY)
        assert {line["reason"]["code"] for line in answer["users"] if "reason" in line} == {"user_not_found"}
    assert (pool["reason"]["code"], policy["reason"]["code"]) == ("pool_missing", "instance_missing")
    assert instance["instance"]["status"] == "changed"
    touched = [user.removeprefix("sip:") for entry in lab.journal.entries(writes=True) for user in entry.users]
    assert sorted(touched) == sorted(2 * REAL)
    assert_only_values(lab, {*users, *BYSTANDERS})
    sent = {text for entry in lab.journal.entries() for _name, text in values(entry)}
    assert {f"sip:{user}" for user in users} <= sent
    assert {'\'; $(x) `n "pool"', 'A\'; $(x) `n "B"', CLOUD} <= sent
    assert "$(Global)" not in sent


def test_what_is_no_name_is_refused_before_anything_is_sent(lab: Lab, play: OverTheWire) -> None:
    answers = play.tasks(
        "sfb01",
        [
            Task("csuser_move", {**MOVER, "users": ["bob@contoso.com", "alice*@contoso.com"]}),
            Task("csuser_move", {**MOVER, "users": ["bob@contoso.com\nalice@contoso.com"]}),
            Task("csuser_move", {**MOVER, "users": ["bob@contoso.com", "sip:"]}),
            Task(
                "csuser_move", {**MOVER, "users": ["bob@contoso.com", "x' -or SipAddress -like 'sip:alice@contoso.com"]}
            ),
            Task(
                "csuser_move",
                {**MOVER, "users": ["alice@contoso.com; Get-CsUser | Move-CsUser -Target bob@contoso.com"]},
            ),
            Task("csuser_move", {**MOVER, "users": ["Alice Adler <alice@contoso.com>"]}),
            Task("csuser_move", {**MOVER, "users": ["\uff41lice@contoso.com"]}),
            Task("csuser_move", {**MOVER, "users": ["bob@contoso.com"], "target": "pool0*.contoso.com"}),
            Task("teams_upgrade_policy", {"users": ["al?ce@contoso.com"], "notify": True}),
            Task("teams_upgrade_policy_instance", {"identity": "Tag:[A-Z]", "notify": True}),
            Task("csuser_info", {"users": ["bob@contoso.com", ""]}),
        ],
    )
    for answer in answers:
        assert answer["failed"]
        assert re.search(
            r"wildcard|control character|empty|blank|several addresses|display name|FULLWIDTH", answer["msg"]
        )
        assert answer["msg"].endswith("Nothing was sent.")
    assert lab.journal.entries() == []


@pytest.mark.parametrize(
    ("side", "module", "args"),
    [
        ("sfb01", "csuser_info", {}),
        ("sfb01", "upgrade_readiness_info", {}),
        ("sfb01", "csuser_move", MOVER),
        ("teams01", "teams_upgrade_policy", {"mode": "SfBOnly"}),
        ("teams01", "meeting_migration_info", {}),
    ],
)
def test_what_was_pasted_around_an_address_is_left_out_with_a_warning(
    lab: Lab, play: OverTheWire, side: str, module: str, args: Mapping[str, Any]
) -> None:
    """Each module that takes users warns: what it works on is not quite what was written."""
    users = ["\u200balice@contoso.com", "<bob@contoso.com>", "kim@contoso.com"]
    (answer,) = play.tasks(side, [Task(module, {**args, "users": users}, check=True)])
    assert not answer["failed"]
    assert "U+200B ZERO WIDTH SPACE was removed from alice@contoso.com." in answer["warnings"]
    assert "< and > were removed from bob@contoso.com." in answer["warnings"]
    assert_only_values(lab, set(BYSTANDERS))


def test_upper_and_lower_case_of_an_umlaut_are_one_user(lab: Lab, play: OverTheWire) -> None:
    users = ["M\u00dcLLER@contoso.com", "m\u00fcller@contoso.com", "muller@contoso.com"]
    (answer,) = play.tasks("teams01", [Task("teams_upgrade_policy", {"users": users, "mode": "SfBOnly"})])
    assert users_of(answer, "changed") == ["M\u00dcLLER@contoso.com"]
    assert users_of(answer, "failed") == ["muller@contoso.com"]
    assert [entry.users for entry in lab.journal.entries(writes=True)] == [("sip:m\u00fcller@contoso.com",)]
