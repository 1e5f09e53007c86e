# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modes and instances as hosts write them (M4, R5, R6, R74)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import (
    BUILT_IN,
    Mode,
    PolicyInstance,
    bare_name,
    built_in,
    instance_for,
    same_instance,
)
from hypothesis import given
from hypothesis import strategies as st


def test_m4_the_nine_built_in_instances() -> None:
    table = {(each.identity, each.mode, each.notify) for each in BUILT_IN}
    assert table == {
        ("UpgradeToTeams", Mode.TEAMS_ONLY, False),
        ("Islands", Mode.ISLANDS, False),
        ("IslandsWithNotify", Mode.ISLANDS, True),
        ("SfBOnly", Mode.SFB_ONLY, False),
        ("SfBOnlyWithNotify", Mode.SFB_ONLY, True),
        ("SfBWithTeamsCollab", Mode.SFB_WITH_TEAMS_COLLAB, False),
        ("SfBWithTeamsCollabWithNotify", Mode.SFB_WITH_TEAMS_COLLAB, True),
        ("SfBWithTeamsCollabAndMeetings", Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS, False),
        ("SfBWithTeamsCollabAndMeetingsWithNotify", Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS, True),
    }
    assert len(BUILT_IN) == 9


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "write", [str, str.lower, str.upper, lambda text: text.replace("SfB", "Sfb"), lambda text: f" {text} "]
)
def test_r6_a_mode_is_read_in_any_case(mode: Mode, write: object) -> None:
    assert callable(write)
    assert Mode.read(write(mode.value)) is mode


@pytest.mark.parametrize("value", [None, "", "Legacy", "UpgradeToTeams", 0, {}])
def test_what_is_no_mode_is_none(value: object) -> None:
    assert Mode.read(value) is None


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("UpgradeToTeams", "UpgradeToTeams"),
        ("Tag:UpgradeToTeams", "UpgradeToTeams"),
        ("TAG:UpgradeToTeams", "UpgradeToTeams"),
        ("Host:UpgradeToTeams", "UpgradeToTeams"),
        ("Tenant:Mine", "Mine"),
        (" Islands ", "Islands"),
        ("site:Paris", "site:Paris"),
        # The object of modules since 3.0, and its empty form of 3.0 to 4.3.
        ({"Name": "Islands", "Authority": "Host"}, "Islands"),
        ({"Authority": "Host", "Name": "Tag:Islands"}, "Islands"),
        ({"Identity": "id-1", "Name": "Islands"}, "Islands"),
        ({"PolicyName": "Islands"}, "Islands"),
        ({"Identity": "Tag:Islands"}, "Islands"),
        ({"Name": None, "Authority": None}, None),
        ({"Name": "", "Authority": ""}, None),
        ({}, None),
        ("", None),
        ("  ", None),
        ("Tag:", None),
        (None, None),
    ],
)
def test_r74_an_instance_is_read_from_text_object_or_null(value: object, name: str | None) -> None:
    assert bare_name(value) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tag:Islands", "islands", True),
        ("Islands", "IslandsWithNotify", False),
        ("Islands", None, False),
        (None, "Islands", False),
        (None, None, True),
        ("", None, True),
    ],
)
def test_r6_names_are_compared_without_prefix_and_case(one: str | None, other: str | None, same: bool) -> None:
    assert same_instance(one, other) is same


names = st.sampled_from([each.identity for each in BUILT_IN])


@given(names, st.sampled_from(["", "Tag:", "tag:", "Host:"]), st.sampled_from([str, str.lower, str.upper]))
def test_r6_a_built_in_instance_is_found_however_it_is_written(name: str, prefix: str, write: object) -> None:
    assert callable(write)
    found = built_in(prefix + write(name))
    assert found is not None
    assert found.identity == name


@pytest.mark.parametrize("name", [None, "", "Global", "Mine"])
def test_what_is_not_built_in_is_not_found(name: str | None) -> None:
    assert built_in(name) is None


@given(st.sampled_from(Mode), st.booleans())
def test_r5_every_mode_and_notification_but_one_has_an_instance(mode: Mode, notify: bool) -> None:
    if mode is Mode.TEAMS_ONLY and notify:
        with pytest.raises(ValueError, match="TeamsOnly has no instance that notifies"):
            instance_for(mode, notify=notify)
    else:
        assert built_in(instance_for(mode, notify=notify).identity) == instance_for(mode, notify=notify)


@pytest.mark.parametrize(
    ("identity", "grantable"),
    [("Notify", True), ("Global", False), ("global", False), ("site:Paris", False), ("pool:pool01.contoso.com", False)],
)
def test_r7_only_instances_of_their_own_are_for_users(identity: str, grantable: bool) -> None:
    assert PolicyInstance(identity, None, notify=True).for_users is grantable
