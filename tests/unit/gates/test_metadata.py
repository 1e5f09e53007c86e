# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said about the collection in several places is the same everywhere. The source is `meta/runtime.yml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.connection import runspace
from ansible_collections.sfb.teams_upgrade.plugins.doc_fragments import ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_steps import ALL_STEPS
from ansible_collections.sfb.teams_upgrade.plugins.modules import teams_upgrade_policy, wave_step

from tests.controller import ROOT

REQUIREMENTS = {"requirements": ["pypsrp", "SQLAlchemy", "alembic"], "lab-requirements": ["psrpcore"]}


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def oldest_core() -> str:
    """The oldest supported ansible-core, as `2.18`."""
    match = re.fullmatch(r">=(\d+\.\d+)\.0", read("meta/runtime.yml")["requires_ansible"])
    assert match
    return match.group(1)


def test_the_action_group_has_every_module() -> None:
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
    assert read("meta/runtime.yml")["action_groups"]["all"] == modules, "List it in meta/runtime.yml, in order."


def test_the_readme_lists_every_module_that_is_called_by_itself() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    modules = [path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if not path.stem.startswith("wave_")]
    assert [name for name in sorted(modules) if f"\n| `{name}` |" not in text] == [], "README.md has no row for it."


def test_every_step_of_a_wave_is_documented() -> None:
    documented = yaml.safe_load(wave_step.DOCUMENTATION)["options"]["step"]["choices"]
    assert documented == ["members", *ALL_STEPS], (
        "List it in the choices of plugins/modules/wave_step.py, in the order of STEPS."
    )


def test_the_oldest_environment_has_the_oldest_supported_core() -> None:
    assert f"ansible-core ~= {oldest_core()}.0" in (ROOT / "dev/requirements/run-oldest.txt").read_text(
        encoding="utf-8"
    )


def test_roles_support_the_same_cores() -> None:
    roles = sorted((ROOT / "roles").glob("*/meta/main.yml"))
    said = {path.parent.parent.name: str(read(str(path))["galaxy_info"]["min_ansible_version"]) for path in roles}
    assert {role: version for role, version in said.items() if not version.startswith(oldest_core())} == {}


def requirements(path: str) -> list[str]:
    """The lines of a file of requirements, without comments."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_an_execution_environment_gets_files_that_are_there() -> None:
    found = read("meta/execution-environment.yml")
    assert found["version"] == 1
    assert set(found["dependencies"]) == {"python", "system"}
    assert [path for path in found["dependencies"].values() if not (ROOT / path).is_file()] == []


def test_an_execution_environment_gets_kerberos_and_credssp_as_well() -> None:
    named = read("meta/execution-environment.yml")["dependencies"]["python"]
    plain = [re.sub(r"\[.*\]", "", line) for line in requirements(named)]
    assert plain[:-1] == requirements("meta/requirements.txt")
    assert requirements(named)[0].startswith("pypsrp[credssp,kerberos]")


def test_an_execution_environment_gets_the_driver_of_postgresql_as_well() -> None:
    named = read("meta/execution-environment.yml")["dependencies"]["python"]
    assert requirements(named)[-1].startswith("psycopg[binary] ")


def test_what_the_ledger_needs_is_said_in_its_documentation() -> None:
    said = yaml.safe_load(ledger.ModuleDocFragment.DOCUMENTATION)["requirements"]
    needed = [*requirements("meta/requirements.txt")[1:], requirements("meta/ee-requirements.txt")[-1]]
    assert [line.partition(" (")[0] for line in said] == [line.replace("[binary]", "") for line in needed]


def test_what_the_system_needs_is_known_for_debian_and_for_red_hat() -> None:
    named = read("meta/execution-environment.yml")["dependencies"]["system"]
    profiles = [re.fullmatch(r"[a-z0-9-]+ \[(compile )?platform:(dpkg|rpm)\]", line) for line in requirements(named)]
    assert {(bool(found[1]), found[2]) for found in profiles if found} == {
        (compiling, platform) for compiling in (True, False) for platform in ("dpkg", "rpm")
    }
    assert all(profiles)


def test_the_libraries_of_the_collection_are_not_those_of_the_lab() -> None:
    names = {path: [line.split()[0] for line in requirements(f"meta/{path}.txt")] for path in REQUIREMENTS}
    assert names == REQUIREMENTS
    said = requirements("meta/requirements.txt")[0]
    assert f"  - {said} (Python library" in runspace.DOCUMENTATION


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
    """Nobody documents how long either takes: the number, its reason and what users read of it have to go together."""
    found = re.search(
        r"faster from \*\*(\d+)\*\* grants on", (ROOT / "docs" / "batches.md").read_text(encoding="utf-8")
    )
    assert found
    assert int(found[1]) == teams_upgrade_policy.AUTO_BATCH_FROM
    assert f"from {found[1]} grants on" in teams_upgrade_policy.DOCUMENTATION
