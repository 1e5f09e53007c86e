# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of many users, in a process of their own: what reading them takes of processor and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.controller import ROOT
from tests.extent import in_long_runs
from tests.unit.lab.seed.dialects import DIALECTS, online, onprem

READ = """
import json, sys, time
from pathlib import Path
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.organisation import organisation_of
started = time.process_time()
found = organisation_of(Path(sys.argv[1]), Path(sys.argv[2]), {})
read = time.process_time()
lab = Lab(found.seed)
status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
megabytes = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
print(json.dumps([len(lab.organisation.world.tenant), read - started, time.process_time() - read, megabytes]))
"""
# Whole exports have more than a hundred columns, most of which hold nothing or the name of a type.
WIDE = {f"Policy{number}": "Microsoft.Rtc.Management.UserPolicyDefinition" for number in range(60)}
PLANS = " ".join(f"PLAN{number}=Enabled" for number in range(18)) + " Teams=Enabled MCOProfessional=Enabled"
LIMITS = {1_000: (4.0, 4.0, 250.0), 50_000: (120.0, 60.0, 1024.0)}


@pytest.mark.parametrize("count", [1_000, pytest.param(50_000, marks=in_long_runs)])
def test_many_users_are_read_in_seconds_and_in_less_than_a_gigabyte(tmp_path: Path, count: int) -> None:
    users = [f"user{number:05}" for number in range(count)]
    first, second = tmp_path / "onprem.csv", tmp_path / "online.csv"
    first.write_bytes(DIALECTS["5.1 utf8"]([onprem(user, DisplayName=f"Jürgen {user}") | WIDE for user in users]))
    second.write_bytes(DIALECTS["5.1 unicode"]([online(user, AssignedPlan=PLANS) | WIDE for user in users]))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".build" / "collections")}
    command = [sys.executable, "-P", "-c", READ, str(first), str(second)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found, *measured = json.loads(done.stdout)
    assert found == count
    assert [value <= limit for value, limit in zip(measured, LIMITS[count], strict=True)] == [True] * 3, measured
