# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tells a job of AWX from another run, a slice from a job, and what is gone at its end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import awx

JOB = {"awx_job_id": 41, "awx_job_template_name": "Daily"}


@pytest.fixture
def job_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The private data directory of a job."""
    monkeypatch.setenv("AWX_ISOLATED_DATA_DIR", str(tmp_path / "job" / "artifacts" / "41"))
    return tmp_path / "job"


@pytest.mark.parametrize(
    ("environment", "variables", "job"),
    [
        ({}, {}, ""),
        ({}, {"awx_job_id": 41, "tower_job_id": 41}, "41"),
        ({}, {"tower_job_id": 41}, "41"),
        ({"JOB_ID": "41", "AWX_HOST": "https://awx"}, {}, "41"),
        ({"JOB_ID": "of another program"}, {}, ""),
    ],
)
def test_a_job_is_known_by_its_variables_or_its_environment(
    monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str], variables: Mapping[str, object], job: str
) -> None:
    for name in ("JOB_ID", "AWX_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert awx.job_of(variables) == job


@pytest.mark.parametrize(
    ("variables", "launch"),
    [
        (JOB, ""),
        (JOB | {"awx_workflow_job_id": 40, "awx_workflow_job_name": "Nightly"}, ""),
        (JOB | {"awx_workflow_job_id": 40, "awx_workflow_job_name": "Daily"}, "40"),
        ({}, ""),
    ],
    ids=["no workflow", "in a workflow", "slice", "no job"],
)
def test_a_slice_is_launched_by_a_workflow_of_the_name_of_its_template(
    variables: Mapping[str, object], launch: str
) -> None:
    assert awx.launch_of_slices(variables) == launch


def refused(url: str, variables: Mapping[str, object], *, named: bool) -> bool:
    try:
        awx.check_ledger(url, variables, named=named, only_warn=False)
    except AnsibleActionFail:
        return True
    return False


def test_a_ledger_that_is_gone_with_a_job_is_refused(job_folder: Path, tmp_path: Path) -> None:
    inside, outside = f"sqlite:///{job_folder}/project/my%20ledger.db", f"sqlite:///{tmp_path}/mounted/ledger.db"
    assert refused(inside, JOB, named=True)
    assert refused(outside, JOB, named=False)
    assert not refused(outside, JOB, named=True)
    assert not refused("postgresql+psycopg://user@host/name", JOB, named=True)
    assert not refused(inside, {}, named=False)


def test_only_a_warning_comes_of_it_where_nothing_is_changed(
    job_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    awx.check_ledger(f"sqlite:///{job_folder}/ledger.db", JOB, named=True, only_warn=True)
    assert "is gone when this job of AWX ends" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("place", "named", "sent", "warned"),
    [
        ("job/reports", True, False, True),
        ("x", False, False, True),
        ("x", True, False, False),
        ("job/r", True, True, False),
    ],
)
def test_a_report_that_is_gone_with_a_job_is_a_warning(
    job_folder: Path, capsys: pytest.CaptureFixture[str], place: str, named: bool, sent: bool, warned: bool
) -> None:
    awx.check_reports(job_folder.parent / place, JOB, named=named, sent=sent)
    assert ("are gone when this job of AWX ends" in " ".join(capsys.readouterr().err.split())) is warned
