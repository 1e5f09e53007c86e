# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which on-prem instance a user is assigned (R43 to R46, M11)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantPolicy
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change, Keep, Refuse
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.assign import AssignOnprem
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.effective import notified
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.builders import in_short, server_user

GRANT = "change Grant-CsTeamsUpgradePolicy"
NOTIFY = PolicyInstance("TeamsUpgradeNotify", None, notify=True)
QUIET = PolicyInstance("Quiet", None, notify=False)
GLOBAL = PolicyInstance("Global", None, notify=False)
INSTANCES = (GLOBAL, QUIET, NOTIFY, PolicyInstance("site:Paris", None, notify=True))


def on_server(policy: str | None = None, notify: bool | None = None) -> AssignOnprem:
    return AssignOnprem("sfb01", INSTANCES, policy, notify)


@pytest.mark.parametrize(
    ("desired", "user", "decision"),
    [
        (on_server("TeamsUpgradeNotify"), server_user(), GRANT),
        (on_server("TeamsUpgradeNotify"), server_user(assigned="Tag:teamsupgradenotify"), "keep"),
        (on_server("Nowhere"), server_user(), "refuse instance_missing"),
        (on_server(notify=True), server_user(), GRANT),
        (on_server(notify=True), server_user(assigned="TeamsUpgradeNotify"), "keep"),
        (AssignOnprem("sfb01", (GLOBAL, QUIET), None, True), server_user(), "refuse no_notifying_instance"),
        (on_server("TeamsUpgradeNotify"), server_user(Homing.ONLINE), "skip onprem_policy_not_applicable"),
        (on_server("TeamsUpgradeNotify"), server_user(Homing.UNKNOWN), "unread homing_unknown"),
        (on_server("TeamsUpgradeNotify"), server_user(assigned=None), "unread assignment_unknown"),
        (on_server("TeamsUpgradeNotify", notify=True), server_user(), GRANT),
        (on_server("Quiet", notify=True), server_user(), "refuse instance_notifies_otherwise"),
        (on_server("Nowhere", notify=True), server_user(), "refuse instance_missing"),
        (AssignOnprem("sfb01", INSTANCES, "Soon", True, predicts=True), server_user(), GRANT),
        (AssignOnprem("sfb01", INSTANCES, "Soon", predicts=True), server_user(), "refuse instance_missing"),
        (on_server(), server_user(assigned="TeamsUpgradeNotify"), GRANT),
        (on_server(), server_user(), "keep"),
    ],
)
def test_r43_an_onprem_user_is_notified_by_an_onprem_instance(desired: AssignOnprem, user: User, decision: str) -> None:
    assert in_short(desired.decide(user)) == decision


def test_r43_notify_alone_takes_an_instance_that_can_be_granted() -> None:
    decision = on_server(notify=True).decide(server_user(assigned="Quiet"))
    assert isinstance(decision, Change)
    assert decision.action == GrantPolicy("sip:alice@contoso.com", "TeamsUpgradeNotify")


LOUD_GLOBAL = PolicyInstance("Global", None, notify=True)


@pytest.mark.parametrize(
    ("instances", "notify", "assigned", "granted"),
    [
        # Who inherits what is desired is left alone.
        ([GLOBAL, NOTIFY], False, "", "kept"),
        ([LOUD_GLOBAL, QUIET], True, "", "kept"),
        # An instance of a site may be the one that applies, so that nobody knows what is inherited.
        ([GLOBAL, NOTIFY, PolicyInstance("site:Paris", None, notify=True)], True, "", "TeamsUpgradeNotify"),
        ([GLOBAL, QUIET, PolicyInstance("site:Paris", None, notify=True)], False, "", "Quiet"),
        ([GLOBAL, QUIET, PolicyInstance("site:Paris", None, notify=False)], False, "", "kept"),
        # Without an instance of its own, the desired is fulfilled by inheriting.
        ([GLOBAL, NOTIFY], False, "TeamsUpgradeNotify", None),
        ([LOUD_GLOBAL, QUIET], True, "Quiet", None),
        # Another assignment that is as desired is left alone.
        ([GLOBAL, NOTIFY, PolicyInstance("Pilot", None, notify=True)], True, "Pilot", "kept"),
        # An assignment whose instance is gone says nothing.
        ([GLOBAL, NOTIFY], True, "Gone", "TeamsUpgradeNotify"),
    ],
)
def test_r43_notify_alone_looks_at_what_applies_to_the_user(
    instances: list[PolicyInstance], notify: bool, assigned: str, granted: str | None
) -> None:
    decision = AssignOnprem("sfb01", instances, None, notify).decide(server_user(assigned=assigned))
    if granted == "kept":
        assert in_short(decision) == "keep"
    else:
        assert isinstance(decision, Change)
        assert decision.action == GrantPolicy("sip:alice@contoso.com", granted)
        assert decision.after["notify"] is notify


@pytest.mark.parametrize("notify", [True, False])
def test_r43_the_refusal_says_which_value_no_instance_has(notify: bool) -> None:
    other = PolicyInstance("Global", None, notify=not notify)
    decision = AssignOnprem("sfb01", [other], None, notify).decide(server_user())
    assert isinstance(decision, Refuse)
    assert decision.reason.code == "no_notifying_instance"
    assert f"NotifySfbUsers {notify}".lower() in decision.reason.message.lower()


def test_r7_who_inherits_is_shown_with_what_is_inherited() -> None:
    decision = AssignOnprem("sfb01", [GLOBAL, NOTIFY]).decide(server_user(assigned="TeamsUpgradeNotify"))
    assert isinstance(decision, Change)
    assert decision.action == GrantPolicy("sip:alice@contoso.com", None)
    assert decision.before == {"homing": "onprem", "policy": "TeamsUpgradeNotify", "notify": True}
    assert decision.after == {"homing": "onprem", "policy": None, "notify": False}


desired_states = st.builds(
    AssignOnprem,
    st.just("sfb01"),
    st.lists(
        st.sampled_from([GLOBAL, LOUD_GLOBAL, QUIET, NOTIFY, *INSTANCES[3:]]), unique_by=lambda each: each.identity
    ),
    st.none() | st.sampled_from(["Quiet", "TeamsUpgradeNotify", "Nowhere"]),
    st.none() | st.booleans(),
)
users = st.builds(
    server_user, st.sampled_from(Homing), st.none() | st.sampled_from(["", "Quiet", "tag:TeamsUpgradeNotify", "Gone"])
)


@given(users, desired_states)
def test_only_onprem_users_are_granted_and_only_what_can_be_granted(user: User, desired: AssignOnprem) -> None:
    decision = desired.decide(user)
    if isinstance(decision, Change):
        assert user.homing is Homing.ONPREM
        assert isinstance(decision.action, GrantPolicy)
        assert decision.action.policy in (None, "Quiet", "TeamsUpgradeNotify")


@given(users, desired_states)
def test_what_a_change_predicts_is_what_is_kept_the_second_time(user: User, desired: AssignOnprem) -> None:
    decision = desired.decide(user)
    if isinstance(decision, Change):
        assert isinstance(decision.action, GrantPolicy)
        after = replace(user, assigned=decision.action.policy or "")
        again = desired.decide(after)
        assert isinstance(again, Keep)
        assert again.state == decision.after
        if desired.notify is not None:
            assert notified(after, desired.instances) is desired.notify
