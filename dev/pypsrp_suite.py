# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs pypsrp's own tests against a simulated host with a real PowerShell, and writes docs/pypsrp-suite.md. Needs a PowerShell 7.

`make pypsrp-suite` runs this. It fails where a test fails for no reason that is known here, or passes though one is known.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT

ROOT = Path(__file__).parents[1]
PLACE = ROOT / ".build" / "pypsrp-suite"
DOCUMENT = ROOT / "docs" / "pypsrp-suite.md"
FILES = ("test_powershell.py", "test_host.py")
# What these tests import besides pypsrp and pytest.
NEEDED = ("xmldiff", "pytest-mock")
_UNKNOWN_COMMAND = re.compile(r"The term '([^']+)' is not recognized")


@dataclass(frozen=True)
class Cause:
    """Why a test fails: commands that the engine lacks, which it has to name itself, or something else that it lacks."""

    lacks: tuple[str, ...] = ()
    text: str = ""

    def __str__(self) -> str:
        return "; ".join(filter(None, (", ".join(f"`{name}`" for name in self.lacks), self.text)))


# The engine that is found may be the whole PowerShell 7 or one with fewer cmdlets: only tests that fail need a cause.
CAUSES = {
    "test_powershell.py::TestRunspacePool::test_psrp_no_profile": Cause(
        text="the profile of a Windows user, `$env:USERPROFILE`: the engine runs on Linux"
    ),
    "test_powershell.py::TestPSRPScenarios::test_psrp_multiple_commands": Cause(
        ("Set-Variable",),
        "where that is there, `ConvertTo-SecureString`, and of Windows `cmd.exe`, `whoami.exe` and the service `winrm`",
    ),
    "test_powershell.py::TestPSRPScenarios::test_psrp_nested_command": Cause(("Get-Variable",)),
    "test_powershell.py::TestPSRPScenarios::test_psrp_error_failed": Cause(("Write-Output",)),
    "test_powershell.py::TestPSRPScenarios::test_psrp_with_history": Cause(("Write-Output",)),
    "test_powershell.py::TestPSRPScenarios::test_psrp_with_input": Cause(("Write-Debug",)),
    "test_powershell.py::TestPSRPScenarios::test_psrp_clear_command": Cause(("Write-Output",)),
    "test_host.py::TestPSHost::test_psrp_pshost_methods": Cause(
        text="cultures: .NET is set to know the invariant one alone, so that `$host.CurrentCulture` has no name"
    ),
    "test_host.py::TestPSHostUserInterface::test_psrp_pshost_ui_mocked_methods": Cause(("New-Object",)),
    "test_host.py::TestPSHostRawUserInterface::test_psrp_pshost_raw_ui_mocked_methods": Cause(("New-Object",)),
}


def main() -> int:
    version = importlib.metadata.version("pypsrp")
    tests = _tests(version)
    with Lab({}, engine="pwsh") as lab:
        results = _run(tests, lab)
    problems = [line for result in results if (line := wrong(result))]
    missing = sorted(set(CAUSES) - {result["test"] for result in results})
    problems += [f"{test}: was not run" for test in missing]
    DOCUMENT.write_text(_document(version, results), encoding="utf-8")
    for result in results:
        if result["outcome"] != "passed":
            print(f"{result['test']}: {result['outcome']}: {CAUSES.get(result['test'], result['why'])}")
    passed = sum(result["outcome"] == "passed" for result in results)
    print(f"{passed} of {len(results)} tests of pypsrp {version} pass: {DOCUMENT}.", *problems, sep="\n")
    return 1 if problems or not results else 0


def _tests(version: str) -> Path:
    """Return the folder of pypsrp's tests, from its source distribution."""
    source = PLACE / f"pypsrp-{version}"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    PLACE.mkdir(parents=True, exist_ok=True)
    if not source.is_dir():
        wanted = ["--no-deps", "--no-binary", "pypsrp", f"pypsrp=={version}", "--dest", str(PLACE)]
        subprocess.run([*pip, "download", *wanted], check=True)
        with tarfile.open(PLACE / f"pypsrp-{version}.tar.gz") as archive:
            archive.extractall(PLACE, filter="data")
    if not (PLACE / "lib").is_dir():
        subprocess.run([*pip, "install", "--target", str(PLACE / "lib"), *NEEDED], check=True)
    return source / "tests" / "tests_pypsrp"


def _run(tests: Path, lab: Lab) -> list[dict[str, Any]]:
    """Run the tests against a host of the lab, and return what became of each."""
    endpoint = next(iter(lab.front.endpoints.values()))
    results = PLACE / "results.jsonl"
    results.unlink(missing_ok=True)
    paths = [str(ROOT / "dev"), os.environ.get("PYTHONPATH", ""), str(PLACE / "lib")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYPSRP_RUN_INTEGRATION": "1",
        "PYPSRP_SERVER": endpoint.address,
        "PYPSRP_PORT": str(endpoint.port),
        "PYPSRP_USERNAME": ACCOUNT[0],
        "PYPSRP_PASSWORD": ACCOUNT[1],
        "PYPSRP_AUTH": "basic",
        "PYPSRP_SUITE_RESULTS": str(results),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "pypsrp_suite_plugin",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    with (PLACE / "pytest.log").open("w", encoding="utf-8") as log:
        subprocess.run(
            [*command, *(str(tests / name) for name in FILES)],
            check=False,
            cwd=tests.parents[1],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()] if results.exists() else []


def lacking(said: Sequence[str]) -> set[str]:
    """The commands that PowerShell said it does not know."""
    return {name for text in said for name in _UNKNOWN_COMMAND.findall(text)}


def wrong(result: Mapping[str, Any]) -> str:
    """Return what is wrong with what became of a test; "" for nothing."""
    test, cause = result["test"], CAUSES.get(result["test"])
    if result["outcome"] == "passed":
        return f"{test}: passes, and a cause is given for its failure" if cause else ""
    if cause is None:
        return f"{test}: {result['outcome']} for no known cause: {result['why']}"
    if cause.lacks and lacking(result["said"]) != set(cause.lacks):
        return f"{test}: lacks {sorted(lacking(result['said']))} and not what is given: {cause}. {result['why']}"
    return ""


def _document(version: str, results: Sequence[dict[str, Any]]) -> str:
    passed = [result for result in results if result["outcome"] == "passed"]
    failed = [result for result in results if result["outcome"] != "passed"]
    rows = "".join(f"| `{each['test']}` | {CAUSES.get(each['test'], each['why'])} |\n" for each in failed)
    return f"""<!--
Copyright (c) 2026 sfb.teams_upgrade contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# pypsrp's own tests on the simulated hosts

The [simulated hosts](lab.md) are to be Windows hosts for any client of PowerShell Remoting. So the tests of pypsrp {version}, the client
that the collection uses, are run against one with a real PowerShell: `{"` and `".join(FILES)}` of its source distribution, over HTTP,
signed in with Basic, without message encryption. `make pypsrp-suite` does so and writes this page; it fails where a test fails for
another reason than the one below, or passes though one is given.

{len(passed)} of {len(results)} tests pass. The others need what the engine lacks that was used here: one of PowerShell 7 with the core
cmdlets and few others. Commands are named as the engine itself says that it does not know them.

| test | what the engine lacks |
|---|---|
{rows}"""


if __name__ == "__main__":
    sys.exit(main())
