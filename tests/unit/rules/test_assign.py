# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which cloud instance a user is assigned (R1 to R12, R43, R46)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantPolicy
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change, Keep, Refuse
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import (
    BUILT_IN,
    Mode,
    PolicyInstance,
    built_in,
    instance_for,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.assign import AssignOnline, InheritOnline
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.builders import cloud_user, in_short, online, onprem

TEAMS_ONLY = AssignOnline(Mode.TEAMS_ONLY)
COLLAB = AssignOnline(Mode.SFB_WITH_TEAMS_COLLAB)
GRANT = "change Grant-CsTeamsUpgradePolicy"
ON_PREM_MODES = [mode for mode in Mode if mode is not Mode.TEAMS_ONLY]
FIXED = [
    ({"override_policy": "UpgradeToTeams"}, "mode_overridden"),
    ({"policy_read_only": "ModeAndNotifications"}, "mode_read_only"),
]


def test_r1_teams_only_is_never_granted_to_a_user_homed_onprem() -> None:
    assert in_short(TEAMS_ONLY.decide(onprem())) == "refuse homed_onprem"


@pytest.mark.parametrize("mode", ON_PREM_MODES)
def test_r2_a_teams_only_user_homed_online_holds_no_other_mode(mode: Mode) -> None:
    assert in_short(AssignOnline(mode).decide(online())) == "refuse cloud_homed"


def test_r2_the_refusal_names_the_move_back_as_the_only_way() -> None:
    decision = COLLAB.decide(online())
    assert isinstance(decision, Refuse)
    assert "csuser_move" in decision.reason.remedy


def test_r2_an_online_user_of_a_tenant_that_still_allows_modes_is_granted_one() -> None:
    assert in_short(COLLAB.decide(online(Mode.ISLANDS))) == GRANT


@pytest.mark.parametrize("assigned", ["", "UpgradeToTeams", "Islands"])
def test_r3_a_user_who_is_teams_only_is_left_alone_whatever_is_assigned(assigned: str) -> None:
    assert in_short(TEAMS_ONLY.decide(online(assigned=assigned))) == "keep"


def test_m5_an_online_user_who_is_not_teams_only_yet_is_granted_upgrade_to_teams() -> None:
    decision = TEAMS_ONLY.decide(online(Mode.ISLANDS))
    assert isinstance(decision, Change)
    assert decision.action == GrantPolicy("sip:alice@contoso.com", "UpgradeToTeams")
    assert decision.after["mode"] == "TeamsOnly"


@pytest.mark.parametrize("mode", ON_PREM_MODES)
def test_r4_an_onprem_user_is_granted_the_instance_of_the_modes_name(mode: Mode) -> None:
    decision = AssignOnline(mode).decide(onprem(assigned="UpgradeToTeams"))
    assert isinstance(decision, Change)
    assert decision.action == GrantPolicy("sip:alice@contoso.com", mode.value)


def test_r5_teams_only_is_the_instance_upgrade_to_teams_and_cannot_notify() -> None:
    assert instance_for(Mode.TEAMS_ONLY, notify=False).identity == "UpgradeToTeams"
    with pytest.raises(ValueError, match="TeamsOnly"):
        instance_for(Mode.TEAMS_ONLY, notify=True)


@pytest.mark.parametrize(
    "read", ["Tag:SfBWithTeamsCollab", "SfBWithTeamsCollab", "tag:sfbwithteamscollab", "SfbWithTeamsCollab"]
)
def test_r6_an_instance_is_the_same_with_prefix_and_in_any_case(read: str) -> None:
    assert in_short(COLLAB.decide(onprem(Mode.SFB_WITH_TEAMS_COLLAB, read))) == "keep"


@pytest.mark.parametrize(
    ("assigned", "decision"), [("Islands", GRANT), ("", "keep"), (None, "unread assignment_unknown")]
)
def test_r7_inheriting_means_granting_nothing(assigned: str | None, decision: str) -> None:
    decided = InheritOnline().decide(onprem(assigned=assigned))
    assert in_short(decided) == decision
    if isinstance(decided, Change):
        assert decided.action == GrantPolicy("sip:alice@contoso.com", None)


def test_r8_a_user_who_inherits_gets_the_mode_of_the_tenant_default() -> None:
    default = PolicyInstance("Global", Mode.SFB_ONLY, notify=True)
    decision = InheritOnline(default).decide(onprem(assigned="Islands", notify=False))
    assert isinstance(decision, Change)
    assert decision.after == {"homing": "onprem", "policy": None, "mode": "SfBOnly", "notify": True}


def test_r3_a_user_homed_online_stays_teams_only_without_an_assignment() -> None:
    default = PolicyInstance("Global", Mode.SFB_ONLY, notify=True)
    decision = InheritOnline(default).decide(online(assigned="UpgradeToTeams", notify=False))
    assert isinstance(decision, Change)
    assert decision.after == {"homing": "online", "policy": None, "mode": "TeamsOnly", "notify": False}


@pytest.mark.parametrize(
    ("desired", "assigned", "notified", "decision"),
    [
        (False, "", False, "keep"),
        (True, "", True, "keep"),
        (True, "", False, GRANT),
        (False, "IslandsWithNotify", False, GRANT),
        (False, "Islands", False, "keep"),
        (True, "", None, GRANT),
    ],
)
def test_m10_a_user_notified_as_desired_gets_no_assignment_for_it(
    desired: bool, assigned: str, notified: bool | None, decision: str
) -> None:
    user = online(Mode.ISLANDS, assigned, notify=notified)
    assert in_short(AssignOnline(notify=desired).decide(user)) == decision


@pytest.mark.parametrize(("facts", "code"), FIXED)
@pytest.mark.parametrize("desired", [COLLAB, AssignOnline(Mode.ISLANDS), InheritOnline()])
def test_r9_a_mode_that_is_fixed_is_not_tried(
    desired: AssignOnline | InheritOnline, facts: dict[str, Any], code: str
) -> None:
    assert in_short(desired.decide(onprem(Mode.SFB_ONLY, "SfBOnly", **facts))) == f"refuse {code}"


def test_r9_an_overridden_user_who_is_as_desired_is_left_alone() -> None:
    assert in_short(TEAMS_ONLY.decide(online(override_policy="UpgradeToTeams"))) == "keep"


@pytest.mark.parametrize(("facts", "code"), FIXED)
def test_r9_the_property_that_fixes_the_mode_is_named_before_anything_else(facts: dict[str, Any], code: str) -> None:
    assert in_short(COLLAB.decide(online(**facts))) == f"refuse {code}"
    assert in_short(COLLAB.decide(onprem(Mode.TEAMS_ONLY, "SfBWithTeamsCollab", **facts))) == f"refuse {code}"
    assert in_short(TEAMS_ONLY.decide(online(Mode.ISLANDS, **facts))) == f"refuse {code}"


@pytest.mark.parametrize("read_only", [None, "", "None"])
def test_r9_a_property_that_fixes_nothing_stops_nothing(read_only: str | None) -> None:
    assert in_short(COLLAB.decide(onprem(policy_read_only=read_only, override_policy=None))) == GRANT


def test_r9_the_refusal_names_the_property_and_its_value() -> None:
    decision = COLLAB.decide(onprem(policy_read_only="ModeAndNotifications"))
    assert isinstance(decision, Refuse)
    assert "TeamsUpgradePolicyIsReadOnly is ModeAndNotifications" in decision.reason.message
    decision = COLLAB.decide(onprem(override_policy="UpgradeToTeams"))
    assert isinstance(decision, Refuse)
    assert "TeamsUpgradeOverridePolicy of alice@contoso.com is UpgradeToTeams" in decision.reason.message


def test_r10_teams_only_while_homed_onprem_is_inconsistent_and_never_upgraded() -> None:
    assert in_short(TEAMS_ONLY.decide(onprem(Mode.TEAMS_ONLY))) == "refuse inconsistent"


@pytest.mark.parametrize("desired", [TEAMS_ONLY, COLLAB, AssignOnline(notify=True), InheritOnline()])
def test_r11_nothing_is_done_about_a_user_whose_homing_is_unknown(desired: AssignOnline | InheritOnline) -> None:
    assert in_short(desired.decide(cloud_user(Homing.UNKNOWN, Mode.ISLANDS))) == "unread homing_unknown"


@pytest.mark.parametrize("user", [onprem(assigned=None), online(Mode.ISLANDS, None)])
def test_r11_nothing_is_done_about_a_user_whose_assignment_is_unknown(user: User) -> None:
    assert in_short(COLLAB.decide(user)) == "unread assignment_unknown"


@pytest.mark.parametrize("user", [onprem(), online()])
def test_r11_what_needs_no_assignment_to_be_known_is_decided_without(user: User) -> None:
    assert in_short(TEAMS_ONLY.decide(replace(user, assigned=None))) == in_short(TEAMS_ONLY.decide(user))


def test_r11_nothing_is_done_about_a_user_whose_mode_is_unknown() -> None:
    assert in_short(COLLAB.decide(onprem(None))) == "unread homing_unknown"


@pytest.mark.parametrize(
    ("desired", "user"),
    [(COLLAB, onprem(Mode.ISLANDS, "SfBWithTeamsCollab")), (TEAMS_ONLY, online(Mode.ISLANDS, "UpgradeToTeams"))],
)
def test_r12_an_assignment_that_has_no_effect_yet_is_pending_and_not_granted_again(
    desired: AssignOnline, user: User
) -> None:
    assert in_short(desired.decide(user)) == "settling settling"


@pytest.mark.parametrize(
    ("desired", "user", "granted"),
    [
        (AssignOnline(notify=True), online(Mode.ISLANDS), "IslandsWithNotify"),
        (AssignOnline(notify=False), online(Mode.ISLANDS, "IslandsWithNotify"), "Islands"),
        (AssignOnline(Mode.SFB_ONLY, notify=True), online(Mode.ISLANDS), "SfBOnlyWithNotify"),
        (AssignOnline(Mode.SFB_ONLY), online(Mode.ISLANDS, "IslandsWithNotify"), "SfBOnly"),
        (AssignOnline(instance=built_in("IslandsWithNotify")), onprem(Mode.SFB_ONLY), "IslandsWithNotify"),
    ],
)
def test_m10_an_online_user_is_notified_by_the_instance_of_their_own_mode(
    desired: AssignOnline, user: User, granted: str
) -> None:
    decision = desired.decide(user)
    assert isinstance(decision, Change)
    assert decision.action == GrantPolicy("sip:alice@contoso.com", granted)


def test_notify_left_out_leaves_the_notification_alone() -> None:
    assert in_short(AssignOnline(Mode.ISLANDS).decide(onprem(Mode.ISLANDS, "IslandsWithNotify"))) == "keep"


@pytest.mark.parametrize(
    "desired",
    [
        AssignOnline(notify=True),
        AssignOnline(notify=False),
        AssignOnline(Mode.ISLANDS, notify=True),
        AssignOnline(instance=built_in("IslandsWithNotify"), notify=True),
    ],
)
def test_r43_r44_a_cloud_instance_does_not_notify_an_onprem_user(desired: AssignOnline) -> None:
    assert in_short(desired.decide(onprem())) == "refuse notify_needs_onprem"


def test_r46_notifying_a_teams_only_user_is_not_applicable() -> None:
    assert in_short(AssignOnline(notify=True).decide(online())) == "skip notify_not_applicable"


users = st.builds(
    cloud_user,
    st.sampled_from(Homing),
    st.none() | st.sampled_from(Mode),
    st.none() | st.sampled_from(["", "Global", "UpgradeToTeams", *(each.identity for each in BUILT_IN)]),
    notify=st.none() | st.booleans(),
    override_policy=st.none() | st.just("UpgradeToTeams"),
    policy_read_only=st.none() | st.sampled_from(["", "None", "ModeAndNotifications"]),
)
desired_states = (
    st.builds(AssignOnline, st.sampled_from(Mode))
    | st.builds(AssignOnline, st.sampled_from(ON_PREM_MODES), st.booleans())
    | st.builds(AssignOnline, instance=st.sampled_from(BUILT_IN))
    | st.builds(AssignOnline, notify=st.booleans())
)


@given(users, desired_states)
def test_a_grant_is_of_a_built_in_instance_and_makes_no_onprem_user_teams_only(
    user: User, desired: AssignOnline
) -> None:
    decision = desired.decide(user)
    if isinstance(decision, Change):
        assert isinstance(decision.action, GrantPolicy)
        assert decision.action.policy in {each.identity for each in BUILT_IN}
        assert user.homing is not Homing.UNKNOWN
        if decision.action.policy == "UpgradeToTeams":
            assert user.homing is Homing.ONLINE


@given(users, desired_states | st.builds(InheritOnline))
def test_r9_no_change_is_decided_where_the_mode_is_fixed(user: User, desired: AssignOnline | InheritOnline) -> None:
    if user.override_policy or user.policy_read_only == "ModeAndNotifications":
        assert not isinstance(desired.decide(user), Change)


@given(users, desired_states)
def test_what_a_change_predicts_is_what_is_kept_the_second_time(user: User, desired: AssignOnline) -> None:
    decision = desired.decide(user)
    if isinstance(decision, Change):
        granted = built_in(str(decision.after["policy"]))
        assert granted is not None
        notify = None if user.notify is None else granted.notify
        after = replace(user, mode=granted.mode, assigned=granted.identity, notify=notify)
        again = desired.decide(after)
        assert isinstance(again, Keep)
        assert again.state == decision.after


@given(users, st.sampled_from([None, *BUILT_IN]))
def test_r7_who_inherits_already_is_left_alone(user: User, default: PolicyInstance | None) -> None:
    decision = InheritOnline(default).decide(user)
    if isinstance(decision, Change):
        assert user.assigned
        assert isinstance(InheritOnline(default).decide(replace(user, assigned="")), Keep)
    elif user.assigned == "" and user.homing is not Homing.UNKNOWN:
        assert isinstance(decision, Keep)


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.TEAMS_ONLY])
def test_r2_what_users_had_before_is_asked_of_the_service(mode: Mode) -> None:
    assert in_short(AssignOnline(mode, restores=True).decide(online())).startswith("change")
    fixed = online(policy_read_only="ModeAndNotifications")
    assert in_short(AssignOnline(mode, restores=True).decide(fixed)) == "refuse mode_read_only"
