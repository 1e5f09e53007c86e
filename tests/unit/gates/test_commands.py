# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands are made by a CommandBuilder, which sends nothing that is not in the table of allowed calls, and in _cmdlets alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller import ROOT

BUILDER = "module_utils/_cmdlets/command_builder.py"
CMDLETS = "module_utils/_cmdlets/"
# The connection's own ends, and the hosts of the lab.
OTHERS = ("module_utils/_connection/", "plugin_utils/_runspace/", "plugin_utils/_lab/", "connection/")
COMMAND, MAKERS = "Command", {"Command", "CommandBuilder"}
# What makes of one command another, and what of it says which cmdlet is called with what.
COPIES = {"replace", "__replace__"}
FIELDS = {"name", "module", "parameters", "input"}
ELSEWHERE = "only _cmdlets makes commands"
PAST = "a command that is not built passes the table by: use CommandBuilder.of"


def name_of(node: ast.AST) -> str:
    """The last part of a name, or of a text that is one; empty for all else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str() as name):
            return name
    return ""


def in_annotations(tree: ast.Module) -> set[ast.AST]:
    """What stands in annotations, and inside of the types that names are given to (TypeAlias)."""
    found: list[ast.AST | None] = []
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=kind) | ast.FunctionDef(returns=kind) | ast.AsyncFunctionDef(returns=kind):
                found.append(kind)
            case ast.AnnAssign(annotation=kind, value=value):
                alias = name_of(kind) == "TypeAlias" and isinstance(value, ast.Subscript | ast.BinOp)
                found += [kind, value if alias else None]
    return {inner for each in found if each is not None for inner in ast.walk(each)}


def renamed(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """What a file imports by another name: the line, the name where it is defined, and the one here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name, alias.asname) for alias in node.names if alias.asname)


def problems(plugins: Path) -> Iterator[str]:
    """`file:line: what is wrong` for each command that is made past the table, or outside of _cmdlets."""
    for path in sorted(plugins.rglob("*.py")):
        name = path.relative_to(plugins).as_posix()
        if name != BUILDER and not name.startswith(OTHERS):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            lines = dict(in_file(tree, inside=name.startswith(CMDLETS)))
            yield from (f"{name}:{line}: {what}" for line, what in sorted(lines.items()))


def in_file(tree: ast.Module, *, inside: bool) -> Iterator[tuple[int, str]]:
    """The lines on which commands are made, and what is wrong with that. `inside`: the file is one of _cmdlets."""
    what, makers = (PAST, {COMMAND}) if inside else (ELSEWHERE, MAKERS)
    copies = {*COPIES}
    for line, original, here in renamed(tree):
        if original in MAKERS:
            yield line, what
        if original in COPIES:
            copies.add(here)
    types = in_annotations(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and node not in types and name_of(node) in makers:
            yield node.lineno, what
        if (
            isinstance(node, ast.Call)
            and name_of(node.func) in copies
            and FIELDS & {each.arg for each in node.keywords}
        ):
            yield node.lineno, what


def test_every_command_is_made_by_a_builder() -> None:
    assert list(problems(ROOT / "plugins")) == []


IN, OUT = "module_utils/_cmdlets/x.py", "module_utils/_run/x.py"


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        (IN, "Command('Get-CsUser')", PAST),
        (IN, "Command(name, {})", PAST),
        (IN, "Command(call.name, call.parameters)", PAST),
        (IN, "Command(name='Get-CsUser')", PAST),
        (IN, "Command(**call)", PAST),
        (IN, "Command.from_request({'name': 'Get-CsUser'})", PAST),
        (IN, "messages.Command('Get-CsUser')", PAST),
        (IN, "from .._connection.messages import Command as C", PAST),
        (IN, "C = Command", PAST),
        (IN, "C: TypeAlias = Command", PAST),
        (IN, "C: TypeAlias = 'Command'", PAST),
        (IN, "calls = map(Command, names)", PAST),
        (IN, "make = getattr(messages, 'Command')", PAST),
        (IN, "class Own(Command): ...", PAST),
        (IN, "CommandBuilder(host, Command('Get-CsUser'))", PAST),
        (IN, "replace(command, name='Remove-CsUser')", PAST),
        (IN, "replace(call.command, parameters={})", PAST),
        (IN, "dataclasses.replace(command, module=None)", PAST),
        (IN, "copy.replace(command, input=('a',))", PAST),
        (IN, "command.__replace__(name='Remove-CsUser')", PAST),
        (IN, "from dataclasses import replace as changed\nchanged(command, name='x')", PAST),
        (OUT, "CommandBuilder.of('Get-CsUser', host)", ELSEWHERE),
        (OUT, "command_builder.CommandBuilder.of('Get-CsUser', host)", ELSEWHERE),
        (OUT, "from .._cmdlets.command_builder import CommandBuilder as B", ELSEWHERE),
        (OUT, "B = CommandBuilder", ELSEWHERE),
        (OUT, "Command(call.name)", ELSEWHERE),
        (OUT, "messages.Command(call.name)", ELSEWHERE),
        (OUT, "replace(command, name='Remove-CsUser')", ELSEWHERE),
        ("modules/x.py", "Command('Get-CsUser')", ELSEWHERE),
        ("action/x.py", "Command('Get-CsUser')", ELSEWHERE),
        ("plugin_utils/_wave_run/x.py", "Command('Get-CsUser')", ELSEWHERE),
        (IN, "CommandBuilder.of('Get-CsUser', host).with_(Identity='x')", ""),
        (IN, "CommandBuilder(host, command).showing('SipAddress')", ""),
        (IN, "def read(command: Command) -> list[Command]: ...", ""),
        (IN, "found: dict[str, messages.Command] = {}", ""),
        (IN, "Make: TypeAlias = Callable[[str], Command]", ""),
        (IN, "replace(user, homing=None)", ""),
        (IN, "text.replace('name', 'x')", ""),
        (OUT, "from .._connection.messages import Command\nclass Call:\n    command: Command", ""),
        ("plugin_utils/_runspace/x.py", "Command('Get-Command')", ""),
        (BUILDER, "Command(cmdlet)", ""),
    ],
)
def test_a_planted_command_is_found(tmp_path: Path, file: str, text: str, wrong: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    assert list(problems(tmp_path)) == ([f"{file}:{text.count(chr(10)) + 1}: {wrong}"] if wrong else [])
