# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host says is text: no template is evaluated, no path is followed, and nothing of it steers the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import COLLECTION
from tests.extent import in_long_runs
from tests.playbooks.stage import UPGRADE_DAY, SetStage, plan, wave

pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)

ALICE, BOB = "alice@contoso.com", "bob@contoso.com"


def evil(marker: str) -> str:
    """What would leave a file if it was evaluated, and a path, a tag of YAML, and a sequence that clears a terminal."""
    return f"{{{{ lookup('pipe', 'touch {marker}') }}}}{{% set x = 7 * 6 %}}{{{{ x }}}} !unsafe ../../{marker} \x1b[2J"


@in_long_runs
def test_nothing_of_an_answer_is_evaluated(stage: SetStage, short_folder: Path) -> None:
    said = evil(str(short_folder / "evaluated"))
    seed: Mapping[str, Any] = {"profile": "2020", "users": [{"sip": ALICE, "name": said}, {"sip": BOB}]}
    with stage(seed) as on:
        on.lab.faults.order(OrderedFault("Move-CsUser", said, user=BOB, times=None))
        night = on.night(UPGRADE_DAY, plan(wave("pilot", [ALICE, BOB])), teams_upgrade_retries=0)
        tasks = [
            {f"{COLLECTION}.csuser_info": {"users": [ALICE]}, "register": "found"},
            {"ansible.builtin.debug": {"msg": "{{ found.users[0] }}"}},
            {"ansible.builtin.set_fact": {"kept": "{{ found.users[0] }}"}},
            {"ansible.builtin.debug": {"msg": "of {{ kept.display_name }}"}},
        ]
        run = on.controller.playbook([{"hosts": "skype_servers", "gather_facts": False, "tasks": tasks}])
        found = [str(path) for path in on.folder.rglob("evaluated*")]
    assert found == []
    (user,) = run.one(action="csuser_info").result["users"]
    assert user["display_name"] == said
    assert "lookup('pipe'" in run.of(action="debug")[-1].result["msg"]
    assert night.users[ALICE]["status"] == "changed"
    assert "lookup('pipe', 'touch" in night.users[BOB]["reason"]["message"]
    assert "touch" in night.page
    assert "\x1b[2J" not in night.run.output
