# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which users a change of the tenant default concerns (R54, R61)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.inheriting import (
    Inheriting,
    inherits,
    never_converted,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.builders import online, onprem

COLLAB, MEETINGS = Mode.SFB_WITH_TEAMS_COLLAB, Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS


@pytest.mark.parametrize(
    ("user", "found", "converted_never"),
    [
        (onprem(Mode.ISLANDS), True, False),
        (onprem(MEETINGS), True, True),
        (onprem(Mode.ISLANDS, "Islands"), False, False),
        # What cannot be read may be nothing.
        (onprem(Mode.ISLANDS, None), True, False),
        (online(Mode.ISLANDS), True, False),
        (online(Mode.TEAMS_ONLY), False, True),
        (online(Mode.TEAMS_ONLY, "UpgradeToTeams"), False, False),
        (online(Mode.TEAMS_ONLY, None), False, False),
    ],
)
def test_r54_who_inherits_and_whose_meetings_nobody_converted(user: User, found: bool, converted_never: bool) -> None:
    assert (inherits(user), never_converted(user)) == (found, converted_never)


@pytest.mark.parametrize(
    ("held", "wanted", "users", "meetings"),
    [
        (Mode.ISLANDS, COLLAB, ["alice@contoso.com"], []),
        (Mode.ISLANDS, MEETINGS, ["alice@contoso.com"], ["alice@contoso.com"]),
        (Mode.ISLANDS, Mode.TEAMS_ONLY, ["alice@contoso.com"], ["alice@contoso.com"]),
        (COLLAB, Mode.ISLANDS, [], []),
    ],
)
def test_r54_r61_whose_mode_changes(held: Mode, wanted: Mode, users: list[str], meetings: list[str]) -> None:
    found = Inheriting.of([onprem(Mode.ISLANDS), onprem(Mode.ISLANDS, "Islands")], held, wanted)
    assert (list(found.users), list(found.meetings_not_migrated)) == (users, meetings)


def test_r61_the_count_is_said_and_islands_are_offered_to_users_who_leave_them() -> None:
    many = Inheriting([f"user{number}@contoso.com" for number in range(7)], Mode.ISLANDS, COLLAB)
    assert many.said().startswith("7 users without an assignment of their own get SfBWithTeamsCollab")
    assert "user4@contoso.com and 2 more" in many.said()
    assert "grant them Islands before" in many.said()
    assert "Islands before" not in Inheriting(many.users, COLLAB, Mode.SFB_ONLY).said()
    assert "Islands before" not in Inheriting(many.users, Mode.ISLANDS, Mode.TEAMS_ONLY).said()
    assert Inheriting([], Mode.ISLANDS, COLLAB).said().startswith("0 users")


@given(st.sampled_from(Mode), st.sampled_from(["", "Islands", None]), st.sampled_from(Mode))
def test_nobody_with_an_assignment_or_the_mode_is_concerned(mode: Mode, assigned: str | None, wanted: Mode) -> None:
    found = Inheriting.of([onprem(mode, assigned), online(mode, assigned)], None, wanted)
    assert not found.users or (not assigned and mode is not wanted)
