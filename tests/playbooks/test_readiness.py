# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The look at readiness as an administrator runs it. The hosts' journal is the witness that nothing was written."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.controller import ROOT
from tests.engines import NewLab
from tests.extent import in_long_runs
from tests.playbooks.stage import plan, set_stage, wave

PLAYBOOK = "sfb.teams_upgrade.readiness"
BEFORE_ALL = "2026-11-30T09:00:00+01:00"
READY, UNLICENSED, DONE, LATER, FOUND = (
    f"{name}@contoso.com" for name in ("ready", "unlicensed", "done", "later", "found")
)
PLAN = plan(
    wave("pilot", [READY, UNLICENSED, DONE], upgrade_on="2026-11-30"),
    wave("rest", [LATER, "nobody@contoso.com"], upgrade_on="2027-02-01"),
    {"name": "found", "upgrade_on": "2027-03-01", "filter": {"registrar_pool": "pool02.contoso.com"}},
    failure_budget_percentage=50,
)
SEED = {
    "users": [
        {"sip": READY},
        {"sip": UNLICENSED, "licences": ["MCOProfessional"]},
        {"sip": DONE, "homing": "cloud"},
        {"sip": LATER},
        {"sip": FOUND, "pool": "pool02.contoso.com"},
    ],
    "topology": {"pools": [{"fqdn": f"pool0{number}.contoso.com", "site": "Paris"} for number in (1, 2)]},
}
FOUND_OUT = {
    READY: ("pending", ""),
    UNLICENSED: ("skipped", "not_licensed"),
    DONE: ("ok", ""),
    LATER: ("pending", ""),
    "nobody@contoso.com": ("skipped", "user_not_found"),
    FOUND: ("pending", ""),
}


@pytest.mark.parametrize("shared", [True, pytest.param(False, marks=in_long_runs)], ids=["in order", "stopped"])
def test_readiness_is_read_of_all_waves_and_nothing_is_written(
    new_lab: NewLab, short_folder: Path, shared: bool
) -> None:
    seed = SEED if shared else SEED | {"tenant": {"shared_sip_address_space": False}}
    with set_stage(new_lab, short_folder, seed) as on:
        night = on.play(PLAYBOOK, BEFORE_ALL, teams_upgrade_plan=PLAN)
    assert night.writes == []
    jsonschema.validate(night.report, json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8")))
    assert (night.report["kind"], night.run.returncode) == ("readiness", 0 if shared else 2)
    if shared:
        assert night.outcomes() == FOUND_OUT
        assert night.verdict == "6 users: 1 done, 3 ready, 2 left out (2 reasons)."
        assert "   3 ready\n" in night.run.output
        assert "Wave rest: planned for 2027-02-01, 2 users" in night.run.output
    else:
        assert "SharedSipAddressSpace is false" in night.verdict
        # Who has a reason of their own still shows it, and the waves after the first are read as well.
        assert night.outcomes()[UNLICENSED] == FOUND_OUT[UNLICENSED]
        assert set(night.outcomes()) == set(FOUND_OUT)
