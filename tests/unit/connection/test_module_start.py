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

OWN = {"ansible_python_interpreter": sys.executable}
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
    **task: Any,
) -> Any:
    """What an action sends to a module's Python."""
    monkeypatch.setattr(ActionBase, "_configure_module", lambda *_given: (PACKED, ""))
    given: dict[str, Any] = {"async_val": 0, "delegate_to": None, **task}
    templar = SimpleNamespace(template=lambda value: value)
    others: dict[str, Any] = dict.fromkeys(("connection", "play_context", "loader", "shared_loader_obj"))
    action: Any = Action(task=SimpleNamespace(**given), templar=templar, **others)  # type: ignore[arg-type]
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
        ({"ansible_python_interpreter": "/usr/bin/another-python"}, {}),
        (OWN, {"async_val": 60}),
        (OWN | {"ansible_delegated_vars": {"sfb01": {}}}, {"delegate_to": "sfb01"}),
    ],
)
def test_with_another_interpreter_or_async_modules_are_packed(
    monkeypatch: pytest.MonkeyPatch, found: Mapping[str, Any], task: Mapping[str, Any]
) -> None:
    assert configured(monkeypatch, found, **task) == PACKED


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


@pytest.mark.parametrize("delegated", [False, True])
def test_a_module_runs_from_its_file_beside_other_collections(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, delegated: bool
) -> None:
    others = tmp_path / "others" / "ansible_collections"
    others.mkdir(parents=True)
    (others / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "json.py").write_text("raise RuntimeError", encoding="utf-8")
    found = {"ansible_delegated_vars": {"here": OWN}} if delegated else OWN
    built = configured(
        monkeypatch,
        found,
        args={"ledger": f"sqlite:///{tmp_path}/no/folder.db"},
        delegate_to="here" if delegated else None,
    )
    assert (built.shebang, built.module_style) == (f"#!{sys.executable}", "new")
    answer = started(built.b_module_data, tmp_path, path=others.parent)
    assert answer["reason"]["code"] == "ledger_missing"


def test_what_a_module_does_not_catch_comes_back_as_a_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = started(configured(monkeypatch, OWN, f"{LEDGER_INFO}_that_is_not_there").b_module_data, tmp_path)
    assert answer["failed"]
    assert answer["msg"].startswith("The module failed: ImportError: No module named")
    assert "Traceback" in answer["exception"]
