# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a run of waves has its ledger when none is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.url import parse
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import NAME, RunLedger, default_url

from tests.unit.wave.runs import run

# What means something in a URL, or is no text.
FOLDERS = [b"a b", b"what?", b"no#1", b"100%", b"%41", "é".encode(), b"me@corp:x", b"\xff", b"//", b"a;b&c=d+e", b"'"]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_ledger_is_beside_the_inventory_whatever_its_folder_is_called(tmp_path: Path, name: bytes) -> None:
    folder = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name.strip(b"/"))))  # noqa: PTH118  bytes
    folder.mkdir(exist_ok=True)
    inventory = folder / "inventory.yml"
    inventory.touch()
    url = default_url({"ansible_inventory_sources": [str(inventory)]})
    assert url.isascii()
    assert parse(url).path == str(folder / NAME)
    with open_ledger(url):
        assert (folder / NAME).stat().st_mode & 0o777 == 0o600
    with open_ledger(url, read_only=True):
        pass
    assert {path.name for path in folder.iterdir()} <= {"inventory.yml", NAME, f"{NAME}-wal", f"{NAME}-shm"}


def test_a_ledger_is_never_within_an_inventory(tmp_path: Path) -> None:
    (tmp_path / "hosts.d").mkdir()
    url = default_url({"ansible_inventory_sources": [str(tmp_path / "hosts.d")]})
    assert parse(url).path == str(tmp_path / NAME)


@pytest.mark.parametrize("sources", [["sfb01,teams01,"], [], None, ["/etc/ansible/there-is-none"]])
def test_without_a_file_of_an_inventory_it_is_in_the_present_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: list[str] | None
) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse(default_url({"ansible_inventory_sources": sources})).path == str(tmp_path / NAME)


def test_a_folder_that_is_read_only_is_named_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """In /sys nobody can make a file, root neither."""
    monkeypatch.chdir("/sys/kernel")
    state = run(ledger=default_url({}))
    with pytest.raises(
        AnsibleActionFail, match=f"^Nothing was done. The ledger /sys/kernel/{NAME} cannot be opened or made: .*"
    ) as refused:
        RunLedger(state.ledger, None, 300).begin(state, {})
    assert "or name another file (teams_upgrade_ledger)." in str(refused.value)
