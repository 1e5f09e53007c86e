# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make pypsrp-suite` fails where pypsrp's own tests fail for another cause than the one that is given, and its page lists them all."""

from __future__ import annotations

import pytest

from pypsrp_suite import CAUSES, DOCUMENT, Cause, wrong

KNOWN = "test_powershell.py::TestPSRPScenarios::test_psrp_nested_command"
OTHER = "test_powershell.py::TestPSRPScenarios::test_psrp_multiple_invocations"
LACKS = "The term '{}' is not recognized as a name of a cmdlet, function, script file, or executable program."


@pytest.mark.parametrize(
    ("test", "outcome", "said", "words"),
    [
        (OTHER, "passed", [], ""),
        (OTHER, "failed", [], "for no known cause"),
        (OTHER, "skipped", [], "for no known cause"),
        (KNOWN, "failed", [LACKS.format("Get-Variable")], ""),
        (KNOWN, "passed", [], "passes, and a cause is given"),
        (KNOWN, "failed", [], "not what is given"),
        (KNOWN, "failed", [LACKS.format("Get-Other")], "not what is given"),
    ],
)
def test_what_is_wrong_with_a_result(test: str, outcome: str, said: list[str], words: str) -> None:
    found = wrong({"test": test, "outcome": outcome, "why": "x", "said": said})
    assert (words in found) if words else not found


def test_the_page_lists_every_failure_with_its_cause() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `test_")]
    assert sorted(rows) == sorted(f"| `{test}` | {cause} |" for test, cause in CAUSES.items())


def test_a_cause_names_commands_and_what_else_is_lacking() -> None:
    assert str(Cause(("Get-A", "Get-B"), "and Windows")) == "`Get-A`, `Get-B`; and Windows"
