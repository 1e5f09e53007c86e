# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The random kills of dev/kills.py, fewer of them in smaller waves."""

from __future__ import annotations

from tests.extent import in_long_runs
from tests.playbooks.kills import CONNECTION, PLAYBOOK, TASK, kill, table


@in_long_runs
def test_a_wave_ends_whatever_of_it_is_killed_at_random() -> None:
    seen = kill(8, users=20, chance="every day")
    assert seen.wrong == []
    assert sum(seen.kills.values()) == 8
    assert {what for what, _how in seen.kills} <= {PLAYBOOK, TASK, CONNECTION}
    assert table(seen).splitlines()[-1].split() == ["all", "8", "0", "0", "0"]
