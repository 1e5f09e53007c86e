# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands are made by a CommandBuilder, which sends nothing that is not in the table of allowed calls, and in _cmdlets alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller import ROOT

BUILDER = "_cmdlets/command_builder.py"
MAKERS = {"Command", "CommandBuilder"}


def problems(module_utils: Path) -> Iterator[str]:
    """`file:line: what is wrong` for each command that is made past the table, or outside of _cmdlets."""
    for path in sorted(module_utils.rglob("*.py")):
        name = path.relative_to(module_utils).as_posix()
        if name == BUILDER or name.startswith("_connection/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not MAKERS & {
                each.id for each in ast.walk(node.func) if isinstance(each, ast.Name)
            }:
                continue
            if not name.startswith("_cmdlets/"):
                yield f"{name}:{node.lineno}: only _cmdlets makes commands"
            elif ast.unparse(node.func) == "Command" and ast.unparse(node.args[0]) != "call.name":
                yield f"{name}:{node.lineno}: a Command of its own passes the table by: use CommandBuilder.of"


def test_every_command_is_made_by_a_builder() -> None:
    assert list(problems(ROOT / "plugins" / "module_utils")) == []


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("_cmdlets/x.py", "Command('Get-CsUser')", "use CommandBuilder.of"),
        ("_cmdlets/x.py", "Command(name, {})", "use CommandBuilder.of"),
        ("_run/x.py", "CommandBuilder.of('Get-CsUser', host)", "only _cmdlets makes commands"),
        ("_run/x.py", "Command(call.name)", "only _cmdlets makes commands"),
        ("_cmdlets/x.py", "CommandBuilder.of('Get-CsUser', host).with_(Identity='x')", ""),
        ("_cmdlets/x.py", "Command(call.name, module=call.module)", ""),
    ],
)
def test_a_planted_command_is_found(tmp_path: Path, file: str, text: str, wrong: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    assert [problem.partition(": ")[2].rpartition(": ")[2] for problem in problems(tmp_path)] == (
        [wrong] if wrong else []
    )
