# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result says of each user, and of all of them (R41)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import organisation_reasons, reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Pending,
    Reason,
    Refuse,
    Scope,
    Status,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.outcome import (
    Outcome,
    failures,
    grouped_warnings,
    in_words,
    summary,
)
from hypothesis import given
from hypothesis import strategies as st

WHY = Reason("why", "Why.", "What to do.")
BEFORE, AFTER = {"homing": "onprem"}, {"homing": "online"}
MOVE = MoveUser("sip:alice@contoso.com", "sipfed.online.lync.com")


@pytest.mark.parametrize(
    ("decision", "line"),
    [
        (Keep(BEFORE), {"status": "ok", "before": BEFORE, "after": BEFORE, "actions": []}),
        (
            Change(BEFORE, AFTER, MOVE),
            {"status": "changed", "before": BEFORE, "after": AFTER, "actions": ["Move-CsUser"]},
        ),
        (
            Pending(BEFORE, WHY),
            {"status": "pending", "before": BEFORE, "after": BEFORE, "actions": [], "reason": WHY.to_result()},
        ),
        (
            Refuse(WHY, BEFORE),
            {"status": "failed", "before": BEFORE, "after": BEFORE, "actions": [], "reason": WHY.to_result()},
        ),
        (
            Refuse(WHY, BEFORE, Status.SKIPPED),
            {"status": "skipped", "before": BEFORE, "after": BEFORE, "actions": [], "reason": WHY.to_result()},
        ),
        (Refuse(WHY), {"status": "failed", "actions": [], "reason": WHY.to_result()}),
        (Unknown(WHY), {"status": "unknown", "actions": [], "reason": WHY.to_result()}),
    ],
)
def test_r35_what_a_decision_leads_to_is_predicted(decision: Decision, line: dict[str, object]) -> None:
    assert Outcome.predicted("alice@contoso.com", decision).to_result() == {"user": "alice@contoso.com", **line}


@pytest.mark.parametrize("status", Status)
def test_failed_and_unknown_users_count_as_bad(status: Status) -> None:
    assert Outcome("alice@contoso.com", status).bad is (status in (Status.FAILED, Status.UNKNOWN))


@pytest.mark.parametrize(
    ("status", "actions", "after", "touched"),
    [
        (Status.CHANGED, ("Move-CsUser",), AFTER, True),
        (Status.PENDING, ("Move-CsUser",), BEFORE, True),
        (Status.UNKNOWN, ("Move-CsUser",), None, True),
        (Status.FAILED, ("Move-CsUser",), AFTER, True),
        (Status.FAILED, ("Move-CsUser",), None, True),
        # What failed and reads as before was not changed.
        (Status.FAILED, ("Move-CsUser",), BEFORE, False),
        (Status.FAILED, (), BEFORE, False),
        (Status.OK, (), BEFORE, False),
        (Status.SKIPPED, (), BEFORE, False),
    ],
)
def test_a_task_changed_what_it_touched(
    status: Status, actions: tuple[str, ...], after: dict[str, str] | None, touched: bool
) -> None:
    assert Outcome("alice@contoso.com", status, BEFORE, after, actions).touched is touched


def test_a_reason_is_shown_with_what_the_host_said_where_it_said_something() -> None:
    plain = {"code": "why", "message": "Why.", "remedy": "What to do.", "scope": "user", "retryable": False}
    assert WHY.to_result() == plain
    said = Reason("why", "Why.", "What to do.", Scope.ORGANISATION, True, fault="MoveError", number="510")
    more = {"scope": "organisation", "retryable": True, "fault": "MoveError", "number": "510"}
    assert said.to_result() == plain | more


def failed(user: str, message: str, code: str = "why", **facts: Any) -> Outcome:
    return Outcome(user, Status.FAILED, reason=Reason(code, message, **facts))


def test_r41_failures_are_grouped_by_cause_the_largest_first() -> None:
    outcomes = [
        failed("bob@contoso.com", "bob@contoso.com is odd.", "odd"),
        *(
            failed(f"u{n}@contoso.com", f"u{n}@contoso.com has no licence.", remedy=f"Licence u{n}@contoso.com.")
            for n in range(7)
        ),
        Outcome(
            "carol@contoso.com",
            Status.UNKNOWN,
            reason=reasons.READ_FAILED.format(user="carol@contoso.com", fault="gone"),
        ),
        Outcome("dave@contoso.com", Status.OK),
        Outcome("eve@contoso.com", Status.SKIPPED, reason=WHY),
    ]
    groups = failures(outcomes)
    assert [(group["code"], group["count"]) for group in groups] == [("why", 7), ("odd", 1), ("read_failed", 1)]
    assert groups[0] == {
        "code": "why",
        "message": "<user> has no licence.",
        "remedy": "Licence <user>.",
        "count": 7,
        "users": [f"u{n}@contoso.com" for n in range(5)],
    }


@pytest.mark.parametrize(
    ("user", "message", "cause"),
    [
        ("alice@contoso.com", 'Nobody is "sip:Alice@Contoso.com".', 'Nobody is "<user>".'),
        ("sip:alice@contoso.com", "alice@contoso.com is odd.", "<user> is odd."),
        ("SIP:ALICE@contoso.com", "alice@contoso.com: odd", "<user>: odd"),
        # Another user's address that contains this one is another user.
        ("ice@contoso.com", "alice@contoso.com and al-ice@contoso.com", "alice@contoso.com and al-ice@contoso.com"),
        ("a+b@contoso.com", "a+b@contoso.com and aab@contoso.com", "<user> and aab@contoso.com"),
    ],
)
def test_r41_one_cause_is_one_group_however_the_host_writes_the_address(user: str, message: str, cause: str) -> None:
    alike = failures([failed(user, message), failed("other@contoso.com", cause.replace("<user>", "other@contoso.com"))])
    assert [group["message"] for group in alike] == [cause]
    # A cause of one user alone has their name.
    assert failures([failed(user, message)])[0]["message"] == message


def test_r41_the_same_code_with_another_cause_is_another_group() -> None:
    two = [failed("a@contoso.com", "The mailbox is full."), failed("b@contoso.com", "The mailbox is locked.")]
    assert len(failures(two)) == 2


def test_a_failed_task_says_how_many_failed_and_of_what() -> None:
    outcomes = [
        failed("a@contoso.com", "No licence.", "not_licensed", remedy="Assign one."),
        failed("b@contoso.com", "No licence.", "not_licensed", remedy="Assign one."),
        failed("c@contoso.com", "Odd.", "odd"),
    ]
    assert in_words(failures(outcomes), 10) == (
        "3 of 10 users failed or could not be read. 2 x not_licensed: No licence. Assign one. 1 x odd: Odd."
    )
    assert in_words([], 10, left=4) == (
        "0 of 10 users failed or could not be read. 4 users were not started: run again for them."
    )


def test_a_failed_task_names_three_kinds_of_failure_and_counts_the_others() -> None:
    words = in_words(failures([failed(f"u{n}@contoso.com", f"Cause {n}.", f"code{n}") for n in range(5)]), 5)
    assert words.startswith("5 of 5 users")
    assert "code2" in words
    assert "code3" not in words
    assert words.endswith(" And 2 more kinds of failure.")


def test_r77_a_warning_that_is_said_of_everybody_is_said_once() -> None:
    text = "The user '{}' currently has enabled values for: AllowUserChat, however these values will be ignored."
    said = [(f"u{n}@contoso.com", text.format(f"U{n}@contoso.com")) for n in range(7)]
    assert grouped_warnings([*said, ("bob@contoso.com", "Odd.")]) == [
        "u0@contoso.com, u1@contoso.com, u2@contoso.com, u3@contoso.com, u4@contoso.com and 2 more: "
        + text.format("<user>"),
        "bob@contoso.com: Odd.",
    ]
    assert grouped_warnings([]) == []


@given(st.lists(st.sampled_from(Status)))
def test_a_summary_counts_every_user_once(statuses: list[Status]) -> None:
    counts = summary(statuses)
    assert counts["total"] == len(statuses) == sum(counts[status.value] for status in Status)
    assert list(counts) == ["total", "ok", "changed", "failed", "skipped", "pending", "unknown"]


@pytest.mark.parametrize("listed", [reasons, organisation_reasons])
def test_every_reason_has_a_code_of_its_own_and_a_remedy(listed: object) -> None:
    named = {name: value for name, value in vars(listed).items() if isinstance(value, Reason)}
    assert named
    # A code that is used twice would give one of the two the other's sentences.
    assert len({reason.code for reason in named.values()}) == len(named)
    for reason in named.values():
        assert reason.message
        assert reason.remedy
        assert reason in reasons.catalogue()


def test_what_concerns_everybody_stops_everybody() -> None:
    stopping = [value for value in vars(organisation_reasons).values() if isinstance(value, Reason)]
    concerning = [value for value in vars(reasons).values() if isinstance(value, Reason)]
    assert {reason.scope for reason in stopping} == {Scope.ORGANISATION}
    assert {reason.scope for reason in concerning} == {Scope.USER}
    assert not {reason.code for reason in stopping} & {reason.code for reason in concerning}


def test_the_list_of_reasons_is_in_order_and_has_each_code_once() -> None:
    codes = [reason.code for reason in reasons.catalogue()]
    assert codes == sorted(set(codes))


def test_r55_what_users_failures_have_in_common_groups_them() -> None:
    alike = "The meeting migration of <user> failed: Busy."
    outcomes = [
        Outcome(user, Status.FAILED, reason=Reason("migration_failed", f"{user} failed ({n} of 9): Busy.", alike=alike))
        for n, user in enumerate(("a@contoso.com", "b@contoso.com"))
    ]
    (group,) = failures(outcomes)
    assert (group["message"], group["count"]) == (alike, 2)
