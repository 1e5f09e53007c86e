# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a report, to the letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import files
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.files import write_report
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.spreadsheet import BOM

USERS: list[dict[str, Any]] = [
    {"user": "müller@contoso.com", "wave": "pilot", "status": "ok", "reason": None},
    {"user": "o'neill@contoso.com", "wave": "pilot", "status": "skipped", "reason": {"code": "a", "message": "B, c"}},
]
REPORT = {"verdict": "Fine.", "users": USERS, "counts": {"total": 2}}


def test_each_user_is_on_a_line(tmp_path: Path) -> None:
    write_report(REPORT, tmp_path, "report")
    text = (tmp_path / "report.json").read_text(encoding="utf-8")
    assert text.startswith('{\n"kind": "waves",\n"written": "",\n')
    assert text.endswith('"duration": [],\n"assumptions": []\n}\n')
    listed = (
        '"users": [\n'
        ' {"user": "müller@contoso.com", "wave": "pilot", "status": "ok", "reason": null},\n'
        ' {"user": "o\'neill@contoso.com", "wave": "pilot", "status": "skipped", "reason": {"code": "a", "message": "B, c"}}\n'
        '],\n"waves": [],\n'
    )
    assert listed in text
    rows = [
        "user,wave,status,code,message,remedy",
        "müller@contoso.com,pilot,ok,,,",
        'o\'neill@contoso.com,pilot,skipped,a,"B, c",',
    ]
    assert (tmp_path / "report.csv").read_bytes() == (BOM + "\n".join(rows) + "\n").encode()


def full(*_paths: Path) -> None:
    raise OSError("full")


def test_a_file_that_cannot_be_written_whole_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "as_csv", lambda _report: iter([1]))
    with pytest.raises(TypeError):
        write_report(REPORT, tmp_path, "report")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest.json", "report.json"]
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(AnsibleActionFail, match="full"):
        write_report(REPORT, tmp_path, "report")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest.json", "report.json"]
