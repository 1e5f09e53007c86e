# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rollback keeps of what others have changed, and what it leaves users with."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.past import Past, Sent
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback import (
    INHERIT,
    returned,
)

from tests.unit.sentences import whole
from tests.unit.wave.returns import (
    GRANT,
    HERE,
    LEFT,
    MOVED,
    ONLINE,
    ONPREM,
    OTHER,
    POOL,
    RESTORED,
    THERE,
    UPGRADED,
    code,
    decided,
    shown,
)
from tests.unit.wave.test_readiness import ABSENT, Item, cloud, skype, teams


@pytest.mark.parametrize(
    ("facts", "before", "expected"),
    [
        ((HERE, THERE), {}, []),
        ((HERE, teams()), {}, []),
        ((HERE, teams(assigned="SfBOnly")), {}, ["changed_since_rollback"]),
        ((HERE, teams(assigned="SfBOnly")), {"assigned": "SfBOnly"}, []),
        ((HERE, THERE), {"assigned": "SfBOnly"}, ["changed_since_rollback"]),
        ((HERE, teams(assigned="SfBOnly")), {"assigned": ..., "mode": ...}, []),
        ((HERE | {"assigned": "Notify"}, THERE), {}, []),
        ((ABSENT, cloud(assigned="SfBOnly")), ONLINE, ["changed_since_rollback"]),
        ((ABSENT, cloud(assigned="Islands")), ONLINE, []),
    ],
)
def test_r64_who_has_everything_back_keeps_what_is_assigned_since(
    facts: tuple[Item, Item], before: Item, expected: list[str]
) -> None:
    had = {name: value for name, value in (ONPREM | before).items() if value is not ...}
    found = decided(*facts, before=had, restored=RESTORED)
    assert (code(found), shown(found), found.coming) == (("ok", ""), {}, {})
    assert [whole(warning).code for warning in found.warnings] == expected


TOLD = Sent(GRANT, "changed", UserPhase.NOTIFIED, {"homing": "onprem", "policy": None}, {"policy": "Tell"})
COLLAB = Sent(GRANT, "changed", None, {"homing": "onprem", "mode": "Islands"}, {"policy": "SfBWithTeamsCollab"})


@pytest.mark.parametrize(
    ("facts", "event", "before", "expected"),
    [
        ((HERE | {"assigned": "Tell"}, THERE), TOLD, {}, {"notice": INHERIT}),
        ((HERE | {"assigned": "tag:tell"}, THERE), TOLD, {}, {"notice": INHERIT}),
        ((HERE | {"assigned": "Other"}, THERE), TOLD, {}, {}),
        ((skype(), THERE), TOLD, {"notify_policy": "Own"}, {"notice": {"policy": "Own"}}),
        ((HERE, THERE), TOLD, {"notify_policy": "Own"}, {}),
        ((HERE, teams(assigned="SfBWithTeamsCollab")), COLLAB, {"assigned": ""}, {"mode": INHERIT}),
        ((HERE, teams(assigned="SfBOnly")), COLLAB, {"assigned": ""}, {}),
        ((ABSENT, cloud(assigned="SfBOnly")), COLLAB, ONLINE, {}),
        # A move takes a mode away, and gives TeamsOnly.
        ((HERE, teams(assigned="")), MOVED, {"assigned": "SfBOnly"}, {"mode": {"policy": "SfBOnly"}}),
        ((HERE, teams(assigned="UpgradeToTeams")), MOVED, {"assigned": "SfBOnly"}, {"mode": {"policy": "SfBOnly"}}),
        ((HERE, teams(assigned="Islands")), MOVED, {"assigned": "SfBOnly"}, {}),
    ],
)
def test_r66_what_others_have_assigned_since_a_run_did_is_kept(
    facts: tuple[Item, Item], event: Sent, before: Item, expected: dict[str, Any]
) -> None:
    found = decided(*facts, event, before=ONPREM | before)
    assert (code(found), shown(found)) == (("ok", ""), expected)
    assert [whole(warning).code for warning in found.warnings] == ([] if expected else ["changed_by_others"])


@pytest.mark.parametrize(
    ("facts", "events", "before", "expected"),
    [
        (UPGRADED, (MOVED,), {}, {"homing": "onprem", "registrar_pool": POOL, "assigned": None, "notify_policy": None}),
        (
            UPGRADED,
            (MOVED,),
            {"assigned": "SfBOnly", "mode": "SfBOnly"},
            {
                "homing": "onprem",
                "registrar_pool": POOL,
                "assigned": "SfBOnly",
                "mode": "SfBOnly",
                "notify_policy": None,
            },
        ),
        # Somebody else has moved them back, to another pool.
        (
            (skype(registrar_pool=OTHER, assigned=None), THERE),
            (MOVED,),
            {"assigned": ""},
            {"homing": "onprem", "registrar_pool": OTHER, "assigned": None, "notify_policy": None},
        ),
        (
            (HERE | {"assigned": "Other"}, teams(assigned="SfBOnly")),
            (TOLD,),
            {"assigned": ""},
            {
                "homing": "onprem",
                "registrar_pool": POOL,
                "assigned": "SfBOnly",
                "mode": "Islands",
                "notify_policy": "Other",
            },
        ),
        (
            (ABSENT, cloud(assigned="Islands")),
            (COLLAB,),
            ONLINE,
            {**ONLINE, "registrar_pool": POOL, "notify_policy": None},
        ),
    ],
)
def test_r64_what_a_user_has_once_everything_is_back(
    facts: tuple[Item, Item], events: tuple[Sent, ...], before: Item, expected: Item
) -> None:
    past = Past(ONPREM | before, events)
    assert returned(decided(*facts, *events, before=dict(past.before)), past) == expected


def test_r66_who_has_everything_back_is_not_moved_again() -> None:
    found = decided(*UPGRADED, restored=RESTORED)
    assert (code(found), shown(found)) == (LEFT, {})
    assert "since" in whole(found.reason).message if found.reason else False
    assert decided(*UPGRADED, MOVED, restored=RESTORED).pool == POOL
