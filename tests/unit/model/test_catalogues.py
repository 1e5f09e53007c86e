# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How lines get into the catalogues, and what tells errors of different users to be alike (R38, R39)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import organisation_reasons, reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.fault import Entry, alike
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.fault_catalogue import _entry
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import Fault, is_pool_not_found, together
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host, Offer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import MigrationState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.outcome import in_words
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, instance_for, name_in
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import Target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User


def test_a_reason_is_listed_once_under_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "_ALL", {})
    one = reasons.reason("one", "One.", "Do it.")
    other = reasons.reason("a", "A.", "Do that.", scope=Scope.ORGANISATION, retryable=True)
    assert (one, other) == (Reason("one", "One.", "Do it."), Reason("a", "A.", "Do that.", Scope.ORGANISATION, True))
    assert reasons.catalogue() == (other, one)
    assert organisation_reasons._stop("stop", "Stop.", "Go.") == Reason("stop", "Stop.", "Go.", Scope.ORGANISATION)
    assert {each.code: each.scope for each in reasons.catalogue()}["stop"] is Scope.ORGANISATION
    assert reasons.reason("one", "Again.", "Never.") is one


def test_a_line_of_the_faults_says_what_it_recognises_and_means() -> None:
    assert _entry("one", "Do it.") == Entry(Reason("one", "", "Do it.", Scope.USER, False), "", "", "")
    assert _entry("one", "Do it.", number="507", id="MoveError", text="odd", stops=True, retry=True) == Entry(
        Reason("one", "", "Do it.", Scope.ORGANISATION, True), "507", "MoveError", "odd"
    )


NAMES = ["sip:alice@contoso.com", "", "alice.adler@fabrikam.com"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("SIP:Alice@Contoso.com met something odd", "met something odd"),
        ("alice@contoso.com, alice: odd", ", : odd"),
        ("User alice.adler of alice is odd", "User of is odd"),
        # Names within other words are no names.
        ("malice and alicent are odd", "malice and alicent are odd"),
        ("alice.cooper is odd", "alice.cooper is odd"),
        ("Odd at 12/07/2026 09:08:57 AM in  request 0a078885-3643-4aa8-8ec0-e0832d20e7ff", "Odd at in request"),
        ("bob@contoso.com is odd", "is odd"),
        ("Odd  \n at  all", "Odd at all"),
    ],
)
def test_texts_about_users_are_alike_but_for_names_ids_and_times(text: str, rest: str) -> None:
    assert alike(text, NAMES) == rest
    assert alike(text, []) is not None


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["One", "Two."], "One. Two."),
        (["One!", "Two?"], "One! Two?"),
        (["One (1)", 'Two "2"'], 'One (1) Two "2"'),
        (["One", "One"], "One"),
        ([" One ", "Two:"], "One. Two:."),
    ],
)
def test_several_errors_are_shown_as_sentences(texts: list[str], whole: str) -> None:
    assert together([Fault(text) for text in texts]).text.strip() == whole


@pytest.mark.parametrize(
    ("faults", "missing"),
    [
        ([Fault("Odd.", "PoolNotFound,X")], True),
        ([Fault("Odd.", "ManagementObjectNotFound,X")], True),
        ([Fault("Odd.", "poolnotfound")], False),
        ([Fault("Odd.", "managementobjectnotfound")], False),
        ([Fault('Cannot find pool "pool01".')], True),
        ([Fault("The pool was not found.")], True),
        ([Fault("Odd.")], False),
        ([Fault("Odd.", "PoolNotFound"), Fault("Odd.")], False),
        ([], False),
    ],
)
def test_r63_a_pool_is_missing_where_all_errors_say_so(faults: list[Fault], missing: bool) -> None:
    assert is_pool_not_found(faults) is missing


PROXY = Offer("", frozenset(("Identity",)), frozenset(("Report",)))
REAL = Offer("SkypeForBusiness", frozenset(("Identity",)))


@pytest.mark.parametrize(
    ("projection", "offer", "parameter", "hides"),
    [
        (False, PROXY, "Target", True),
        (False, PROXY, "Identity", False),
        # The cmdlet has none of that name.
        (False, PROXY, "Report", False),
        (False, REAL, "Target", False),
        (True, PROXY, "Target", False),
        (True, REAL, "Target", False),
    ],
)
def test_a_proxy_hides_the_parameters_that_it_does_not_show(
    projection: bool, offer: Offer, parameter: str, hides: bool
) -> None:
    host = Host("sfb01", Side.ONPREM, projection, {"Move-CsUser": [offer]})
    assert host.hides("Move-CsUser", parameter) is hides
    assert not host.hides("Get-CsUser", parameter)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (["Islands"], "Islands"),
        ([{"Name": "Islands"}], "Islands"),
        ((), ""),
        ([], ""),
        (["Islands", "SfBOnly"], None),
        ({"Name": None, "Anchor": ""}, ""),
        ({"Name": "", "Anchor": 5}, None),
        ({}, ""),
        ({"Name": " ", "PolicyName": "Islands"}, "Islands"),
    ],
)
def test_r74_a_policy_in_a_list_or_object(value: object, name: str | None) -> None:
    assert name_in(value) == name


def test_r5_teams_only_notifies_nobody() -> None:
    with pytest.raises(ValueError, match=r"^TeamsOnly has no instance that notifies users\.$"):
        instance_for(Mode.TEAMS_ONLY, notify=True)


@pytest.mark.parametrize(
    ("text", "state"),
    [("In_Progress", MigrationState.IN_PROGRESS), (" pending", MigrationState.PENDING), ("", None), (None, None)],
)
def test_a_state_of_a_migration_is_read_as_it_is_written(text: object, state: MigrationState | None) -> None:
    assert MigrationState.read(text) is state


@pytest.mark.parametrize(("count", "more"), [(2, ""), (3, ""), (4, " And 1 more kinds"), (5, " And 2 more kinds")])
def test_r41_three_kinds_of_failure_are_shown(count: int, more: str) -> None:
    groups = [{"count": 1, "code": f"c{n}", "message": "M.", "remedy": "R."} for n in range(count)]
    said = in_words(groups, 9)
    assert ("more kinds" in said) is bool(more)
    assert more in said
    assert said.count(" x c") == min(3, count)


def test_r31_a_pool_that_is_not_known_is_no_pool() -> None:
    user = User(UserId.parse("alice@contoso.com"), Side.ONPREM, Homing.ONPREM)
    assert not Target("pool01", Homing.ONPREM).holds(user)
    assert not Target("XXXX", Homing.ONPREM).holds(user)
