# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that fails says why once: Ansible adds the text of an error's cause to its own, which has a remedy and ends there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.controller import ROOT

PLUGINS = ROOT / "plugins"


def caused(path: Path) -> Iterator[str]:
    """Every place at which an AnsibleActionFail is raised with a cause, while another error is handled."""
    for handler in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for node in ast.walk(handler) if isinstance(handler, ast.ExceptHandler) else ():
            if isinstance(node, ast.Raise) and node.exc and ast.unparse(node.exc).startswith("AnsibleActionFail("):
                cause = "" if node.cause is None else ast.unparse(node.cause)
                yield from [] if cause == "None" else [f"{path.relative_to(PLUGINS)}:{node.lineno}"]


def test_no_sentence_is_followed_by_its_cause() -> None:
    files = [*(PLUGINS / "action").glob("*.py"), *(PLUGINS / "plugin_utils" / "_wave_run").glob("*.py")]
    assert len(files) > 10
    assert [place for path in files for place in caused(path)] == [], "Raise it from None."
