# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pypsrp that lacks a name which sessions rely on is said before the host is asked, like one that is missing."""

from __future__ import annotations

import runpy
from typing import Any

import pypsrp.wsman
import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import library
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import serve
from pypsrp.powershell import RunspacePool
from pypsrp.serializer import Serializer

from tests.unit.gates.test_metadata import requirements
from tests.unit.runspace.test_options import HOST


def loaded(monkeypatch: pytest.MonkeyPatch, version: str | None = "1.2.3") -> dict[str, Any]:
    """The names of the library's door as they are with an installed pypsrp of that version."""
    if version is not None:
        monkeypatch.setattr("importlib.metadata.version", lambda _name: version)
    return runpy.run_path(library.__file__)


def without(self: Any) -> None:
    """A constructor that sets nothing."""


def test_the_installed_library_has_every_name() -> None:
    assert library.MISSING is None


@pytest.mark.parametrize(
    ("owner", "name", "value", "lacking"),
    [
        (Serializer, "_clear", None, "Serializer._clear"),
        (Serializer, "__init__", without, "Serializer.obj, Serializer.tn"),
        (RunspacePool, "__init__", without, "RunspacePool._serializer, RunspacePool._fragmenter"),
        (pypsrp.wsman, "_TransportHTTP", None, "wsman._TransportHTTP"),
    ],
)
def test_a_name_that_is_missing_is_said_with_versions(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, value: object, lacking: str
) -> None:
    if value is None:
        monkeypatch.delattr(owner, name)
    else:
        monkeypatch.setattr(owner, name, value)
    found = loaded(monkeypatch)
    assert found["MISSING"].startswith(f"it has no {lacking}")
    assert found["MISSING"].endswith("; pypsrp 1.2.3 is installed, and 0.9.1 works")
    assert found["INSTALL"] == "pypsrp==0.9.1"


def test_a_module_that_is_missing_is_said_with_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pypsrp.powershell.Fragmenter")
    assert "Fragmenter" in loaded(monkeypatch)["MISSING"]
    assert "pypsrp 1.2.3 is installed, and 0.9.1 works" in loaded(monkeypatch)["MISSING"]


def test_the_connection_says_it_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as planted:
        planted.delattr(Serializer, "_clear")
        found = loaded(planted)
    monkeypatch.setattr(library, "MISSING", found["MISSING"])
    monkeypatch.setattr(library, "INSTALL", found["INSTALL"])
    service = serve(HOST.__getitem__)
    assert service.fault is not None
    assert service.fault.code == "library_missing"
    assert service.fault.message == (
        "The Python library pypsrp cannot be used on the controller, so that ps01:5986 cannot be reached: "
        "it has no Serializer._clear; pypsrp 1.2.3 is installed, and 0.9.1 works."
    )
    assert service.fault.remedy.endswith("pip install 'pypsrp==0.9.1'.")


def test_the_version_that_works_is_the_one_that_is_required() -> None:
    assert requirements("meta/requirements.txt")[0] == f"pypsrp >= {library.KNOWN}"
