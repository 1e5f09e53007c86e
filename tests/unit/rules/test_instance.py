# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""On-prem instances of TeamsUpgradePolicy (M11): created, changed, removed."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import (
    Action,
    NewInstance,
    RemoveInstance,
    SetInstance,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change, Keep
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.instance import HoldInstance
from hypothesis import given
from hypothesis import strategies as st

GLOBAL = PolicyInstance("Global", None, notify=False)
NOTIFY = PolicyInstance("Notify", None, notify=True, description="Soon")
PARIS = PolicyInstance("site:Paris", None, notify=False)
HELD = [GLOBAL, NOTIFY, PARIS]


@pytest.mark.parametrize(
    ("desired", "action"),
    [
        # Created where it is not there; a new instance that says nothing does not notify.
        (HoldInstance("New", notify=True), NewInstance("New", True)),
        (HoldInstance("New", notify=True, description="Why"), NewInstance("New", True, "Why")),
        (HoldInstance("New"), NewInstance("New", False)),
        (HoldInstance("Paris and Lyon"), NewInstance("Paris and Lyon", False)),
        (HoldInstance("site:Berlin", notify=True), NewInstance("site:Berlin", True)),
        # Changed where it differs, and only in what differs.
        (HoldInstance("Notify", notify=False), SetInstance("Notify", notify=False)),
        (HoldInstance("Notify", notify=True, description="Now"), SetInstance("Notify", description="Now")),
        (HoldInstance("Notify", description=""), SetInstance("Notify", description="")),
        (HoldInstance("Notify", notify=False, description="Now"), SetInstance("Notify", False, "Now")),
        (HoldInstance("Global", notify=True), SetInstance("Global", notify=True)),
        (HoldInstance("SITE:paris", notify=True), SetInstance("site:Paris", notify=True)),
        # Removed where it is there.
        (HoldInstance("Notify", present=False), RemoveInstance("Notify")),
        (HoldInstance("tag:notify", present=False), RemoveInstance("Notify")),
        (HoldInstance("site:Paris", present=False), RemoveInstance("site:Paris")),
    ],
)
def test_an_instance_is_brought_to_what_is_desired(desired: HoldInstance, action: Action) -> None:
    decision = desired.decide(HELD)
    assert isinstance(decision, Change)
    assert decision.action == action


@pytest.mark.parametrize(
    "desired",
    [
        HoldInstance("Notify"),
        HoldInstance("Notify", notify=True),
        HoldInstance("NOTIFY", notify=True, description="Soon"),
        HoldInstance("Tag:Notify", notify=True),
        HoldInstance("Global", notify=False),
        HoldInstance("Nowhere", present=False),
    ],
)
def test_an_instance_that_is_as_desired_is_left_alone(desired: HoldInstance) -> None:
    assert isinstance(desired.decide(HELD), Keep)


def test_global_is_set_and_never_created() -> None:
    decision = HoldInstance("global", notify=True).decide([])
    assert isinstance(decision, Change)
    assert decision.action == SetInstance("Global", notify=True)


@pytest.mark.parametrize(
    ("desired", "before", "after"),
    [
        (
            HoldInstance("New", notify=True),
            {"state": "absent"},
            {"state": "present", "notify": True, "description": None},
        ),
        (
            HoldInstance("Notify", notify=False),
            {"state": "present", "notify": True, "description": "Soon"},
            {"state": "present", "notify": False, "description": "Soon"},
        ),
        (
            HoldInstance("Notify", present=False),
            {"state": "present", "notify": True, "description": "Soon"},
            {"state": "absent"},
        ),
    ],
)
def test_a_change_shows_the_instance_before_and_after(
    desired: HoldInstance, before: dict[str, object], after: dict[str, object]
) -> None:
    decision = desired.decide(HELD)
    assert isinstance(decision, Change)
    assert (decision.before, decision.after) == (before, after)


@pytest.mark.parametrize("identity", ["", "  ", "Tag:", "*", "Not?fy", "No[t]ify", "two\nlines"])
def test_what_names_no_instance_or_several_is_refused(identity: str) -> None:
    with pytest.raises(ValueError, match="name one instance"):
        HoldInstance(identity)


@pytest.mark.parametrize("identity", ["Global", "global", "Tag:GLOBAL"])
def test_global_cannot_be_removed(identity: str) -> None:
    with pytest.raises(ValueError, match="Global cannot be removed"):
        HoldInstance(identity, present=False)


desired_states = st.builds(
    HoldInstance,
    st.sampled_from(["Notify", "tag:NOTIFY", "New", "site:Paris"]),
    st.booleans(),
    st.none() | st.booleans(),
    st.none() | st.sampled_from(["", "Soon", "Now"]),
)


@given(desired_states)
def test_an_instance_that_was_changed_as_predicted_is_left_alone(desired: HoldInstance) -> None:
    decision = desired.decide(HELD)
    if isinstance(decision, Change):
        rest = [each for each in HELD if not each.is_named(desired.identity)]
        after = decision.after
        made = PolicyInstance(desired.identity, None, bool(after.get("notify")), str(after.get("description") or ""))
        again = desired.decide([*rest, made] if after["state"] == "present" else rest)
        assert isinstance(again, Keep)
        assert again.state == decision.after
