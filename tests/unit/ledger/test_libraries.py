# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger where its libraries are missing: a sentence says so."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger import library
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger

from tests.controller import ROOT
from tests.ledgers import Place

from .test_bad_ledgers import fault_of


def test_a_library_that_is_missing(sqlite_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    fault = fault_of(lambda: open_ledger("postgresql+psycopg://db/ledger"))
    assert (fault.code, "pip install 'psycopg[binary]'" in fault.remedy) == ("ledger_library_missing", True)
    monkeypatch.setattr(library, "MISSING", "No module named 'sqlalchemy'")
    fault = fault_of(sqlite_place.open)
    assert (fault.code, "pip install 'SQLAlchemy'" in fault.remedy) == ("ledger_library_missing", True)


def test_everything_loads_without_the_libraries() -> None:
    """Ansible loads modules where their libraries are missing, to show their documentation and to have them say what is missing."""
    code = "import sys; sys.modules.update(dict.fromkeys(['sqlalchemy', 'alembic', 'psycopg'])); import importlib\n"
    names = [path.stem for path in (ROOT / "plugins/module_utils/_ledger").glob("*.py")]
    for name in [*names, "versions.version_1"]:
        code += (
            f"importlib.import_module('ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.{name}')\n"
        )
    code += "from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger\ntry: open_ledger('sqlite:////tmp/x.db')\n"
    code += "except Exception as fault: print(fault)"
    environment = {"PYTHONPATH": str(ROOT / ".build" / "collections")}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("The ledger needs the Python library SQLAlchemy"), ended.stderr
