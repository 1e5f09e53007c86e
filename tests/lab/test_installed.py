# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as it is published: built, installed, and its lab started by the command that the documentation gives."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.controller import ROOT
from tests.extent import in_long_runs
from tests.playbooks.rehearsing import ONE_WAVE, SETTINGS, exported

BIN = Path(sys.executable).parent
SEED = "users: [{sip: alice@contoso.com}]\n"


def command(page: str) -> str:
    """The command by which a page starts the lab."""
    (found,) = re.findall(r"^python ~/\.ansible/\S+/_lab .*$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


def run(environment: Mapping[str, str], folder: Path, *arguments: str, timeout: float = 60) -> str:
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def environment(short_folder: Path) -> Mapping[str, str]:
    """The environment of somebody who has installed the collection, and nothing else of it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    kept |= {"HOME": str(short_folder), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "ANSIBLE_NOCOLOR": "1"}
    run(kept, ROOT, sys.executable, "dev/copy_collection.py", str(short_folder / "copy"))
    copy = short_folder / "copy" / "ansible_collections" / "sfb" / "teams_upgrade"
    run(kept, short_folder, "ansible-galaxy", "collection", "build", str(copy))
    (package,) = map(str, short_folder.glob("*.tar.gz"))
    run(kept, short_folder, "ansible-galaxy", "collection", "install", package, "--offline")
    return kept


@contextlib.contextmanager
def started(line: str, environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    """Run a command line until its inventory is there, and end it afterwards."""
    process = subprocess.Popen(["sh", "-c", line], cwd=folder, env=environment, start_new_session=True)
    deadline = time.monotonic() + 30
    try:
        while not (folder / "lab.yml").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def test_the_installed_lab_starts_by_the_documented_command(environment: Mapping[str, str], short_folder: Path) -> None:
    (short_folder / "my-seed.yml").write_text(SEED, encoding="utf-8")
    # The collection does without the library of the lab.
    absent = short_folder / "absent"
    absent.mkdir()
    (absent / "psrpcore.py").write_text("raise ImportError(__name__)\n", encoding="utf-8")
    module = ("-m", "sfb.teams_upgrade.csuser_info", "-a", "homing=onprem")
    with started(command("docs/lab.md"), environment, short_folder):
        answer = run(
            {**environment, "PYTHONPATH": str(absent)}, short_folder, "ansible", "-i", "lab.yml", "sfb01", *module
        )
    assert '"user": "alice@contoso.com"' in answer
    assert command("README.md") in command("docs/lab.md").replace(" --seed my-seed.yml", "")


@in_long_runs
@pytest.mark.parametrize("page", ["README.md", "docs/rehearsal.md"])
def test_the_installed_rehearsal_runs_by_the_documented_command(
    environment: Mapping[str, str], short_folder: Path, page: str
) -> None:
    (line,) = re.findall(
        r"^ *(ansible-playbook sfb\.teams_upgrade\.rehearse.*(?:(?<=\\)\n.*)*)", (ROOT / page).read_text(), re.M
    )
    exported(short_folder)
    (short_folder / "plan.yml").write_text(json.dumps({"teams_upgrade_plan": ONE_WAVE}), encoding="utf-8")
    settings = json.dumps({"teams_upgrade_rehearsal_settings": SETTINGS})
    said = run(environment, short_folder, "sh", "-c", f"{line} -e '{settings}'", timeout=900)
    report = json.loads((short_folder / "teams-upgrade-reports" / "latest-rehearsal.json").read_text(encoding="utf-8"))
    assert report["counts"]["changed"] == 3
    assert report["verdict"] in " ".join(said.split())


def test_the_calculator_says_what_the_page_shows(environment: Mapping[str, str], short_folder: Path) -> None:
    # As where the package ansible is installed beside ansible-core.
    other = short_folder / "other" / "ansible_collections"
    other.mkdir(parents=True)
    (other / "__init__.py").touch()
    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    ((line, shown),) = re.findall(
        r"```shell\n(python .*_start\.py _capacity(?:.|\n)*?)```\n\n```\n((?:.|\n)*?)```", text
    )
    assert run({**environment, "PYTHONPATH": str(other.parent)}, short_folder, "sh", "-c", line) == shown


@pytest.mark.parametrize("page", ["README.md", "docs/lab.md", "docs/rehearsal.md"])
def test_the_files_that_pip_is_given_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"pip install -r ~/\.ansible/collections/ansible_collections/sfb/teams_upgrade/(\S+)", text)
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []
