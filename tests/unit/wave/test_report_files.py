# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where reports are written, and that nothing in them is taken for anything but text."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.document import document
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.files import (
    check_folder,
    check_name,
    default_folder,
    folder_of,
    write_report,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.page import render

from tests.unit.wave.runs import A, B, C, Shown, item, record, report


def whole(shown: Shown) -> Shown:
    return document(shown, written="2026-12-07T20:00:00+01:00", now="2026-12-07T19:00:00+01:00")


DONE = whole(report(record("move", [A, B, C], item(A, "changed"), item(B, "skipped", "not_licensed"))))


def test_reports_lie_beside_an_inventory_and_never_inside_of_one(tmp_path: Path) -> None:
    (tmp_path / "site" / "hosts.d").mkdir(parents=True)
    (tmp_path / "site" / "inventory.yml").touch()
    file, folder = str(tmp_path / "site" / "inventory.yml"), str(tmp_path / "site" / "hosts.d")
    name = "teams-upgrade-reports"
    assert default_folder([file], tmp_path) == tmp_path / "site" / name
    assert default_folder([folder], tmp_path) == tmp_path / "site" / name
    # A file inside of a folder that is itself an inventory, however the two are given.
    assert default_folder([file, str(tmp_path / "site")], tmp_path) == tmp_path / name
    assert default_folder([str(tmp_path / "site"), file], tmp_path) == tmp_path / name
    assert default_folder([folder, str(tmp_path / "site")], tmp_path) == tmp_path / name
    # Folders inside of each other, however many.
    assert default_folder([folder, str(tmp_path / "site"), str(tmp_path)], tmp_path) == tmp_path.parent / name
    # Hosts that are listed on the command line have no folder.
    assert default_folder(["sfb01,teams01,", ""], tmp_path / "site") == tmp_path / "site" / name
    assert default_folder(["sfb01,", folder], tmp_path / "site" / "hosts.d") == tmp_path / "site" / name


def test_a_report_is_written_with_links_to_the_latest(tmp_path: Path) -> None:
    for name in ("monday", "tuesday"):
        assert write_report(DONE, tmp_path / "new", name) == tmp_path / "new" / f"{name}.html"
    folder = tmp_path / "new"
    assert sorted(path.name for path in folder.iterdir()) == [
        "latest.csv", "latest.html", "latest.json", "monday.csv", "monday.html", "monday.json",
        "tuesday.csv", "tuesday.html", "tuesday.json",
    ]  # fmt: skip
    assert (folder / "latest.html").readlink() == Path("tuesday.html")
    assert json.loads((folder / "latest.json").read_text(encoding="utf-8")) == DONE
    assert stat.S_IMODE((folder / "monday.json").stat().st_mode) == 0o640


def test_check_mode_does_not_hide_the_latest_report_of_a_real_run(tmp_path: Path) -> None:
    write_report(DONE, tmp_path, "real")
    write_report(DONE | {"check_mode": True}, tmp_path, "nightly")
    assert (tmp_path / "latest.json").readlink() == Path("real.json")
    assert (tmp_path / "latest-check.json").readlink() == Path("nightly.json")


@pytest.mark.parametrize(
    ("kind", "check_mode", "link"),
    [
        ("waves", False, "latest"),
        ("waves", True, "latest-check"),
        ("rollback", False, "latest-rollback"),
        ("rollback", True, "latest-rollback-check"),
        ("drift", True, "latest-drift"),
        ("rehearsal", False, "latest-rehearsal"),
    ],
)
def test_each_kind_of_report_has_links_of_its_own(tmp_path: Path, kind: str, check_mode: bool, link: str) -> None:
    write_report(DONE | {"kind": kind, "check_mode": check_mode}, tmp_path, "night")
    links = {f"{link}{suffix}": Path(f"night{suffix}") for suffix in (".json", ".csv", ".html")}
    assert {path.name: path.readlink() for path in tmp_path.iterdir() if path.is_symlink()} == links


@pytest.mark.parametrize("named", [["a"], {"a": "b"}, 5, True])
def test_a_folder_that_is_no_text_is_refused(named: object) -> None:
    with pytest.raises(AnsibleActionFail, match=r"The folder of reports is .*: write a path as text"):
        folder_of(named, {})
    assert folder_of("reports", {}) == Path("reports")


def test_a_folder_that_cannot_be_written_to_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AnsibleActionFail, match=r"Nothing was done, since reports cannot be written to .*/file"):
        check_folder(tmp_path / "file", "report")
    check_folder(tmp_path / "new", "")
    with pytest.raises(AnsibleActionFail, match="another file in teams_upgrade_report_name"):
        check_folder(tmp_path / "new", "n" * 300)
    assert list((tmp_path / "new").iterdir()) == []
    with pytest.raises(AnsibleActionFail, match=r"cannot be written to .*/file.*teams_upgrade_report_dir"):
        write_report(DONE, tmp_path / "file", "report")


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "..", "a\0b"])
def test_a_report_is_named_by_a_file_name(name: str) -> None:
    with pytest.raises(AnsibleActionFail, match="write a file name without folders"):
        check_name(name)
    assert (check_name(None), check_name("night 1")) == ("", "night 1")


def test_what_hosts_and_files_say_is_text_in_the_page() -> None:
    odd = "<img src=x onerror=alert(1)>@contoso.com"
    page = render(
        whole(report(record("move", [odd, "{{ 7 * 7 }}@x.com"], item(odd, "failed", "x", message="<b>bold"))))
    )
    assert "<img" not in page
    assert "<b>bold" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;@contoso.com" in page
    assert "{{ 7 * 7 }}@x.com" in page
