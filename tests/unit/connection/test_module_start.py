# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules start from the files of the collection where that can be done, and else as ansible-core starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.executor import module_common
from ansible.plugins.action import ActionBase
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils import _module_start
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._module_start import StartsModules

OWN = {"ansible_playbook_python": sys.executable}
LEDGER_INFO = "sfb.teams_upgrade.ledger_info"
PACKED = "as ansible-core packs it"


class Action(StartsModules):
    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Nothing is run here."""
        return {}


def configured(
    monkeypatch: pytest.MonkeyPatch,
    found: Mapping[str, Any],
    module: str = LEDGER_INFO,
    args: Mapping[str, Any] | None = None,
    *,
    here: bool = True,
    **task: Any,
) -> Any:
    """What an action sends to a module's Python."""
    monkeypatch.setattr(ActionBase, "_configure_module", lambda *_given: (PACKED, ""))
    given: dict[str, Any] = {"async_val": 0, "action": "x", "resolved_action": None, **task}
    others: dict[str, Any] = dict.fromkeys(("play_context", "loader", "shared_loader_obj", "templar"))
    connection = SimpleNamespace(_remote_is_local=here)
    action: Any = Action(task=SimpleNamespace(**given), connection=connection, **others)  # type: ignore[arg-type]
    built, _path = action._configure_module(module, {"_ansible_version": "2.21.0", **(args or {})}, dict(found))
    return built


def started(script: bytes, folder: Path, path: Path | None = None) -> Mapping[str, Any]:
    """What a module says that is started so. `path` holds packages that its Python finds before others."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"PYTHONPATH": str(path)} if path else {}
    ended = subprocess.run(
        [sys.executable], input=script, capture_output=True, cwd=folder, env=environment, check=False, timeout=60
    )
    result: Mapping[str, Any] = json.loads(ended.stdout)
    return result


@pytest.mark.parametrize(
    ("found", "task"),
    [
        ({}, {}),
        ({"ansible_playbook_python": "/usr/bin/another-python"}, {}),
        (OWN, {"async_val": 60}),
        (OWN, {"here": False}),
    ],
)
def test_in_another_python_or_async_modules_are_packed(
    monkeypatch: pytest.MonkeyPatch, found: Mapping[str, Any], task: Mapping[str, Any]
) -> None:
    assert configured(monkeypatch, found, **task) == PACKED


def test_a_short_name_is_taken_for_what_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured(monkeypatch, OWN, "ledger_info", action="ledger_info", resolved_action=LEDGER_INFO) != PACKED
    assert (
        configured(monkeypatch, OWN, "ledger_info", action="ledger_info", resolved_action="a.b.ledger_info") == PACKED
    )


def test_modules_of_others_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured(monkeypatch, OWN, "ansible.builtin.uri") == PACKED


def test_where_ansible_core_builds_modules_otherwise_they_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    for change in (None, lambda script: script):
        monkeypatch.setattr(module_common, "_BuiltModule", change)
        assert configured(monkeypatch, OWN) == PACKED
    monkeypatch.delattr(module_common, "_BuiltModule")
    assert configured(monkeypatch, OWN) == PACKED


def test_ansible_core_2_18_is_given_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_module_start, "__version__", "2.18.7")
    monkeypatch.setattr(ActionBase, "_configure_module", None)
    monkeypatch.setattr(_module_start, "_encoding", lambda _profile: {})
    style, shebang, script, path = _module_start._built("ledger_info", {"ledger": "x"})
    assert (style, shebang, Path(path).name) == ("new", f"#!{sys.executable}", "ledger_info.py")
    assert b"ANSIBLE_MODULE_ARGS" in script


def test_a_module_runs_from_its_file_whatever_else_is_called_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for package in ("ansible", "ansible_collections"):
        (tmp_path / "others" / package).mkdir(parents=True)
        (tmp_path / "others" / package / "__init__.py").write_text("raise RuntimeError", encoding="utf-8")
    (tmp_path / "json.py").write_text("raise RuntimeError", encoding="utf-8")
    built = configured(monkeypatch, OWN, args={"ledger": f"sqlite:///{tmp_path}/no/folder.db"})
    assert (built.shebang, built.module_style) == (f"#!{sys.executable}", "new")
    answer = started(built.b_module_data, tmp_path, path=tmp_path / "others")
    assert answer["reason"]["code"] == "ledger_missing"


def test_what_is_kept_of_a_start_does_nothing_with_arguments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "AnsiballZ_ledger_info.py"
    kept.write_bytes(configured(monkeypatch, OWN).b_module_data)
    ended = subprocess.run([sys.executable, str(kept), "explode"], capture_output=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert b"takes no arguments" in ended.stderr


def test_what_a_module_does_not_catch_comes_back_as_a_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = started(configured(monkeypatch, OWN, f"{LEDGER_INFO}_that_is_not_there").b_module_data, tmp_path)
    assert answer["failed"]
    assert answer["msg"].startswith("ImportError: No module named")
    assert "Traceback" in answer["exception"]
