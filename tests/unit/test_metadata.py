# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said about the collection in several places is the same everywhere. The source is `meta/runtime.yml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.modules import teams_upgrade_policy

from tests.controller import ROOT


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def oldest_core() -> str:
    """The oldest supported ansible-core, as `2.18`."""
    match = re.fullmatch(r">=(\d+\.\d+)\.0", read("meta/runtime.yml")["requires_ansible"])
    assert match
    return match.group(1)


def test_the_action_group_has_every_module() -> None:
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
    assert read("meta/runtime.yml")["action_groups"]["all"] == modules


def test_the_oldest_environment_has_the_oldest_supported_core() -> None:
    assert f"ansible-core ~= {oldest_core()}.0" in (ROOT / "dev/requirements/run-oldest.txt").read_text(
        encoding="utf-8"
    )


def test_roles_support_the_same_cores() -> None:
    roles = sorted((ROOT / "roles").glob("*/meta/main.yml"))
    said = {path.parent.parent.name: str(read(str(path))["galaxy_info"]["min_ansible_version"]) for path in roles}
    assert {role: version for role, version in said.items() if not version.startswith(oldest_core())} == {}


def test_nothing_is_ignored_or_skipped() -> None:
    """Findings of linters are repaired. An ignore file would hide the next ones."""
    names = ("ignore*.txt", ".ansible-lint-ignore", ".yamllint*", "skip*.txt")
    found: list[Path] = [path for name in names for path in (ROOT / "tests" / "sanity").glob(name)]
    found += [
        path for path in (ROOT / ".ansible-lint-ignore", ROOT / ".config" / "ansible-lint-ignore.txt") if path.exists()
    ]
    assert found == []
    settings = read(".ansible-lint") if (ROOT / ".ansible-lint").exists() else {}
    assert not {"skip_list", "warn_list", "exclude_paths", "mock_modules"} & set(settings)


def test_grants_are_made_in_batches_from_where_that_was_measured_to_be_faster() -> None:
    """Nobody documents how long either takes: the number, its reason and what users are told of it have to go together."""
    found = re.search(
        r"faster from \*\*(\d+)\*\* grants on", (ROOT / "docs" / "batches.md").read_text(encoding="utf-8")
    )
    assert found
    assert int(found[1]) == teams_upgrade_policy.AUTO_BATCH_FROM
    assert f"from {found[1]} grants on" in teams_upgrade_policy.DOCUMENTATION
