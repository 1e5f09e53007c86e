# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers: an import may only point down, and each library has one part that may know it.

The table below is the architecture. A new part of `plugins/` is given its place here before it is used.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.controller import ROOT

PREFIX = "ansible_collections.sfb.teams_upgrade.plugins"


@dataclass(frozen=True)
class Part:
    """A part of `plugins/`: the parts and the libraries that it may import beside itself and the standard library."""

    parts: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()


def part(parts: str = "", libraries: str = "") -> Part:
    return Part(frozenset(parts.split()), frozenset(libraries.split()))


PARTS = {
    # What a module is made of, from the top to the bottom.
    "modules": part("_run _ledger _rules _cmdlets _model _connection"),
    "_run": part("_ledger _rules _cmdlets _model _connection _progress", "ansible"),
    "_wave": part("_rules _model"),
    "_ledger": part("_model", "sqlalchemy alembic"),
    "_rules": part("_model _text_table"),
    "_cmdlets": part("_model _connection"),
    "_model": part("_entra_codes"),
    # Codes that cmdlets meet as well as the sign-in of a session, on both sides of the socket: data alone, so that there is one table.
    "_entra_codes": part(),
    # Tables in text files: users files of a plan, and exports that simulated hosts start with.
    "_text_table": part("_model"),
    # The client of the connection and, for both ends of the socket, the vocabulary.
    "_connection": part("_progress"),
    "_progress": part(),
    # The sessions, on the other side of a socket.
    "connection": part("_process_start _runspace _connection", "ansible"),
    "_process_start": part(libraries="ansible"),
    "_runspace": part("_connection _entra_codes", "pypsrp requests requests_credssp spnego urllib3"),
    # The simulated hosts, on the other side of the network: packages that import nothing of the layers above.
    "_lab": part("_lab/app"),
    "_lab/app": part("_lab/contract _lab/engine _lab/organisation _lab/restricted _lab/seed _lab/wsman", "yaml"),
    "_lab/seed": part("_lab/contract _lab/organisation _text_table", "yaml"),
    "_lab/organisation": part("_lab/contract"),
    "_lab/wsman": part("_lab/engine", "cryptography spnego"),
    "_lab/engine": part("_lab/contract _lab/restricted", "psrpcore"),
    "_lab/restricted": part(),
    "_lab/contract": part(),
    # A rehearsal: a process of its own that holds simulated hosts with an organisation's own exports, and runs the playbooks on them.
    "_rehearsal": part("_lab/app _lab/contract _lab/organisation _lab/seed _wave _ledger _rules _model"),
    # The steps of a wave, on the controller.
    "action": part("_wave_run _progress_display _module_start _wave _ledger _rules _model _progress", "ansible"),
    "_wave_run": part("_wave _ledger _rules _model", "ansible jinja2 markupsafe yaml"),
    "_progress_display": part("_progress _module_start", "ansible"),
    "_module_start": part("", "ansible"),
    "_capacity": part("_rules"),
    "_start": part(),
    "doc_fragments": part(),
}


def part_of(module: tuple[str, ...]) -> str:
    """The part to which a file below `plugins` belongs, by its path: `("module_utils", "_rules", "move")` is _rules."""
    match module:
        case ("plugin_utils", "_lab", name, _file, *_):
            return f"_lab/{name}"
        case ("module_utils" | "plugin_utils", name, *_):
            return name
        case (name, *_):
            return name
        case _:
            return "plugins"


def imported(tree: ast.Module, module: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything that is imported anywhere in a module, also inside functions or by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [PREFIX, *module[: -node.level]] if node.level else []
            base += [node.module] if node.module else []
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from ((node.lineno, str(each.value)) for each in node.args[:1] if isinstance(each, ast.Constant))


def problem(origin: str, name: str) -> str | None:
    """Why the part `origin` may not import `name`, if so."""
    if name.startswith(f"{PREFIX}."):
        target = part_of(tuple(name.removeprefix(f"{PREFIX}.").split(".")))
        if target == origin or target in PARTS[origin].parts:
            return None
        return f"{origin} may not import {target}"
    library = name.split(".")[0]
    if library in sys.stdlib_module_names or library in PARTS[origin].libraries:
        return None
    return f"{origin} may not import {library}"


def violations(plugins: Path) -> list[str]:
    """`file:line: what is wrong` for every import below `plugins` that the table does not allow."""
    found = []
    for path in sorted(plugins.rglob("*.py")):
        relative = path.relative_to(plugins)
        module = relative.with_suffix("").parts
        origin = part_of(module)
        if origin not in PARTS:
            found.append(f"{relative}: {origin} has no place in the table of layers")
            continue
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")), module):
            if wrong := problem(origin, name):
                found.append(f"{relative}:{line}: {wrong}")
    return found


def unused(plugins: Path) -> list[str]:
    """What the table allows and nothing below `plugins` imports."""
    allowed = {(origin, target) for origin, row in PARTS.items() for target in row.parts | row.libraries}
    for path in plugins.rglob("*.py"):
        module = path.relative_to(plugins).with_suffix("").parts
        for _line, name in imported(ast.parse(path.read_text(encoding="utf-8")), module):
            inside = name.removeprefix(f"{PREFIX}.")
            target = name.split(".")[0] if inside == name else part_of(tuple(inside.split(".")))
            allowed.discard((part_of(module), target))
    return [f"{origin} may import {target}, and does not" for origin, target in sorted(allowed)]


def test_no_arrow_points_up() -> None:
    found = violations(ROOT / "plugins")
    assert not found, "\n".join(found)


def test_every_arrow_of_the_table_is_used() -> None:
    assert unused(ROOT / "plugins") == []


def test_an_arrow_that_is_not_used_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "module_utils" / "_rules" / "move.py"
    planted.parent.mkdir(parents=True)
    planted.write_text("from .._model.user import User", encoding="utf-8")
    found = unused(tmp_path)
    assert "_rules may import _model, and does not" not in found
    assert "_lab/wsman may import cryptography, and does not" in found


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("module_utils/_rules/move.py", "from .._cmdlets import users", "_rules may not import _cmdlets"),
        ("module_utils/_rules/move.py", "import yaml", "_rules may not import yaml"),
        (
            "module_utils/_rules/move.py",
            f"from {PREFIX}.module_utils._run.module import run",
            "_rules may not import _run",
        ),
        ("module_utils/_model/user.py", "from .._rules.move import Move", "_model may not import _rules"),
        ("module_utils/_model/user.py", "from .._connection import client", "_model may not import _connection"),
        ("module_utils/_cmdlets/users.py", "def read():\n    from .._run import apply", "_cmdlets may not import _run"),
        ("module_utils/_connection/client.py", "from .._model.user import User", "_connection may not import _model"),
        ("module_utils/_run/module.py", "import pypsrp.wsman", "_run may not import pypsrp"),
        ("module_utils/_run/module.py", "importlib.import_module('pypsrp.wsman')", "_run may not import pypsrp"),
        (
            "modules/csuser_move.py",
            f"from {PREFIX}.plugin_utils._runspace import x",
            "modules may not import _runspace",
        ),
        ("module_utils/_ledger/users.py", "from .._rules.move import Move", "_ledger may not import _rules"),
        ("module_utils/_run/module.py", "from sqlalchemy import select", "_run may not import sqlalchemy"),
        ("module_utils/_rules/move.py", "from .._ledger.phases import Phase", "_rules may not import _ledger"),
        ("modules/csuser_move.py", f"import {PREFIX}.plugin_utils._lab.app.lab", "modules may not import _lab/app"),
        ("connection/runspace.py", "import pypsrp", "connection may not import pypsrp"),
        (
            "connection/runspace.py",
            f"from {PREFIX}.module_utils._model import user",
            "connection may not import _model",
        ),
        ("plugin_utils/_runspace/pool.py", "import psrpcore", "_runspace may not import psrpcore"),
        ("plugin_utils/_lab/engine/psrp.py", "from pypsrp import wsman", "_lab/engine may not import pypsrp"),
        ("plugin_utils/_lab/engine/psrp.py", "from ..._runspace import pool", "_lab/engine may not import _runspace"),
        (
            "plugin_utils/_lab/engine/psrp.py",
            "from ..organisation import user",
            "_lab/engine may not import _lab/organisation",
        ),
        ("plugin_utils/_lab/app/b.py", f"from {PREFIX}.module_utils._rules import x", "_lab/app may not import _rules"),
        ("action/wave_plan.py", f"from {PREFIX}.module_utils._cmdlets import users", "action may not import _cmdlets"),
        ("plugin_utils/_new/x.py", "", "_new has no place in the table of layers"),
    ],
)
def test_a_planted_arrow_is_found(tmp_path: Path, file: str, text: str, wrong: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    (found,) = violations(tmp_path)
    assert found.startswith(file)
    assert found.endswith(wrong)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "module_utils/_rules/move.py",
            "import enum\nfrom dataclasses import dataclass\nfrom .._model.user import User",
        ),
        ("module_utils/_rules/move.py", "from .guards import known\nfrom . import assign"),
        ("module_utils/_cmdlets/users.py", "from .._connection.messages import Command"),
        (
            "module_utils/_run/module.py",
            "from ansible.module_utils.basic import AnsibleModule\nfrom .._connection.client import Remote",
        ),
        ("modules/csuser_move.py", f"from {PREFIX}.module_utils._run.users import run_on_users"),
        ("plugin_utils/_runspace/pool.py", "from pypsrp.wsman import WSMan"),
        ("plugin_utils/_lab/engine/psrp.py", "import psrpcore\nfrom ..contract.call import Call"),
    ],
)
def test_an_arrow_down_is_allowed(tmp_path: Path, file: str, text: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    assert violations(tmp_path) == []
