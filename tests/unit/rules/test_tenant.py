# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant default (M8, M9, R5, R9, R57, R59)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantTenantPolicy
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Keep,
    Reason,
    Refuse,
    Scope,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.tenant import (
    DefaultMode,
    TenantFacts,
    refusal_in,
    shown,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.builders import in_short

GRANT = "change Grant-CsTeamsUpgradePolicy"
UNREAD = Reason("access_denied", "Access is denied.")


def tenant(
    mode: Mode | None = Mode.ISLANDS, notify: bool = False, onprem: int | Reason = 0, **facts: Any
) -> TenantFacts:
    """A tenant whose default is `mode`, with so many users homed on-prem."""
    return TenantFacts(PolicyInstance("Global", mode, notify), onprem, **facts)


@pytest.mark.parametrize(
    ("desired", "facts", "decision"),
    [
        (DefaultMode(Mode.SFB_ONLY), tenant(), GRANT),
        (DefaultMode(Mode.SFB_ONLY), tenant(onprem=7), GRANT),
        (DefaultMode(Mode.SFB_ONLY), tenant(onprem=UNREAD), GRANT),
        (DefaultMode(Mode.ISLANDS), tenant(), "keep"),
        (DefaultMode(Mode.ISLANDS, notify=True), tenant(), GRANT),
        (DefaultMode(Mode.ISLANDS), tenant(notify=True), "keep"),
        (DefaultMode(Mode.TEAMS_ONLY), tenant(), GRANT),
        (DefaultMode(Mode.TEAMS_ONLY), tenant(Mode.TEAMS_ONLY), "keep"),
        (DefaultMode(Mode.TEAMS_ONLY), tenant(None), "unread instances_unknown"),
    ],
)
def test_m8_the_tenant_default_is_brought_to_what_is_desired(
    desired: DefaultMode, facts: TenantFacts, decision: str
) -> None:
    assert in_short(desired.decide(facts)) == decision


@pytest.mark.parametrize(
    ("desired", "facts", "granted"),
    [
        (DefaultMode(Mode.SFB_ONLY), tenant(), "SfBOnly"),
        (DefaultMode(Mode.SFB_ONLY), tenant(notify=True), "SfBOnlyWithNotify"),
        (DefaultMode(Mode.SFB_ONLY, notify=False), tenant(notify=True), "SfBOnly"),
        (DefaultMode(Mode.SFB_ONLY, notify=True), tenant(), "SfBOnlyWithNotify"),
        (DefaultMode(Mode.TEAMS_ONLY), tenant(notify=True), "UpgradeToTeams"),
    ],
)
def test_r5_the_default_keeps_its_notification_and_teams_only_has_none(
    desired: DefaultMode, facts: TenantFacts, granted: str
) -> None:
    decision = desired.decide(facts)
    assert isinstance(decision, Change)
    assert decision.action == GrantTenantPolicy(granted)


@pytest.mark.parametrize(
    ("onprem", "code"), [(1, "onprem_users_exist"), (5000, "onprem_users_exist"), (UNREAD, "onprem_users_unknown")]
)
def test_r57_a_tenant_that_has_or_may_have_onprem_users_is_not_made_teams_only(onprem: int | Reason, code: str) -> None:
    decision = DefaultMode(Mode.TEAMS_ONLY).decide(tenant(onprem=onprem))
    assert in_short(decision) == f"refuse {code}"
    assert isinstance(decision, Refuse)
    assert decision.reason.scope is Scope.ORGANISATION
    assert str(onprem if isinstance(onprem, int) else onprem.message) in decision.reason.message


@pytest.mark.parametrize("mode", [Mode.TEAMS_ONLY, Mode.SFB_ONLY])
@pytest.mark.parametrize(
    ("facts", "code", "named"),
    [
        ({"override_policy": "UpgradeToTeams"}, "mode_overridden", "TeamsUpgradeOverridePolicy"),
        ({"policy_read_only": "ModeAndNotifications"}, "mode_read_only", "TeamsUpgradePolicyIsReadOnly"),
    ],
)
def test_r9_a_tenant_whose_mode_is_fixed_is_not_tried(mode: Mode, facts: dict[str, Any], code: str, named: str) -> None:
    decision = DefaultMode(mode).decide(tenant(**facts))
    assert in_short(decision) == f"refuse {code}"
    assert isinstance(decision, Refuse)
    assert named in decision.reason.message


def test_r9_a_property_that_fixes_nothing_stops_nothing() -> None:
    assert in_short(DefaultMode(Mode.SFB_ONLY).decide(tenant(policy_read_only="None"))) == GRANT


@pytest.mark.parametrize(
    ("options", "desired"),
    [
        ({"mode": "SfBOnly", "notify": None, "policy": None}, DefaultMode(Mode.SFB_ONLY)),
        ({"mode": "SfBOnly", "notify": True, "policy": None}, DefaultMode(Mode.SFB_ONLY, notify=True)),
        ({"mode": None, "notify": None, "policy": "Tag:islandswithnotify"}, DefaultMode(Mode.ISLANDS, notify=True)),
        ({"mode": None, "notify": None, "policy": "UpgradeToTeams"}, DefaultMode(Mode.TEAMS_ONLY, notify=False)),
    ],
)
def test_m2_the_tenant_default_is_named_by_mode_or_instance(options: dict[str, Any], desired: DefaultMode) -> None:
    assert DefaultMode.named(options) == desired


PUBLISHED = (
    "*All* users in this tenant are now full Teams-only users, except for any users that have an explicit policy "
    "assignment of TeamsUpgradePolicy. This organization cannot be upgraded to TeamsOnly mode. One or more M365 domains "
    "have a public DNS record that points to an on-premises Skype for Business Server deployment. The domain records at "
    "fault are {[lyncdiscover.contoso.com.192.0.2.1];}."
)


def test_r59_a_refusal_is_found_in_a_warning_that_begins_by_claiming_success() -> None:
    reason = refusal_in(["The user has ignored values.", PUBLISHED])
    assert reason is not None
    assert (reason.code, reason.scope) == ("tenant_refused", Scope.ORGANISATION)
    assert "lyncdiscover.contoso.com.192.0.2.1" in reason.message


@pytest.mark.parametrize(
    "warnings", [[], ["*All* users in this tenant are now full Teams-only users."], ["These values will be ignored."]]
)
def test_r77_other_warnings_are_no_refusal(warnings: list[str]) -> None:
    assert refusal_in(warnings) is None


@given(
    st.builds(DefaultMode, st.sampled_from(Mode), st.none()),
    st.builds(tenant, st.sampled_from(Mode), st.booleans(), st.sampled_from([0, 1, UNREAD])),
)
def test_what_a_change_predicts_is_what_is_kept_the_second_time(desired: DefaultMode, facts: TenantFacts) -> None:
    decision = desired.decide(facts)
    if isinstance(decision, Change):
        notify = decision.after["notify"] is True
        again = desired.decide(tenant(Mode.read(decision.after["mode"]), notify, facts.onprem_users))
        assert isinstance(again, Keep)
        assert again.state == decision.after


@pytest.mark.parametrize("mode", [None, Mode.TEAMS_ONLY])
def test_a_default_is_shown_with_mode_and_notification(mode: Mode | None) -> None:
    assert shown(PolicyInstance("Global", mode, notify=False)) == {"mode": mode and mode.value, "notify": False}


@pytest.mark.parametrize(("mode", "decision"), [(Mode.SFB_ONLY, "unread access_denied"), (Mode.ISLANDS, "keep")])
def test_r9_r11_a_tenant_is_not_changed_while_it_is_unknown_whether_it_is_fixed(mode: Mode, decision: str) -> None:
    assert in_short(DefaultMode(mode).decide(tenant(unread=UNREAD))) == decision
