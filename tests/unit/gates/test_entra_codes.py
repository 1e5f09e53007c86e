# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""There is one table of Microsoft Entra's error codes, and both who signs in and who calls a cmdlet have an answer to each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, ErrorRecord, State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._entra_codes import CODES, Cause
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import Fault, classify
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.sign_in_faults import sign_in_fault

from tests.controller import ROOT

KNOWN = [(code, cause) for cause, codes in CODES.items() for code in codes]
OF_CMDLETS = {
    Cause.TOKEN_EXPIRED: "token_expired",
    Cause.SECOND_FACTOR: "second_factor",
    Cause.BUSY: "service_unavailable",
}


def test_every_cause_has_codes_and_no_code_two_causes() -> None:
    assert set(CODES) == set(Cause)
    codes = [code for code, _cause in KNOWN]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(("code", "cause"), KNOWN)
def test_a_sign_in_and_a_cmdlet_know_every_code(code: int, cause: Cause) -> None:
    text = f"AADSTS{code}: Something that only the number tells."
    unknown = sign_in_fault(_failed("AADSTS999999: Something that only the number tells."), "teams01", "a user")
    assert sign_in_fault(_failed(text), "teams01", "a user").remedy != unknown.remedy
    assert classify(Fault(text)).code == OF_CMDLETS.get(cause, "credential_refused")


def _failed(text: str) -> Answer:
    return Answer(State.FAILED, errors=[ErrorRecord(text)])


def copies(plugins: Path) -> Iterator[str]:
    """`file: code` for each code of the table that stands in another file; the simulated hosts answer with theirs."""
    written = re.compile(rf"(?<!\d)(?:{'|'.join(str(code) for code, _cause in KNOWN)})(?!\d)")
    for path in sorted(plugins.rglob("*.py")):
        if path.name != "_entra_codes.py" and "_lab" not in path.parts:
            yield from (f"{path.name}: {code}" for code in written.findall(path.read_text(encoding="utf-8")))


def test_no_code_stands_in_a_second_table() -> None:
    assert list(copies(ROOT / "plugins")) == []


def test_a_planted_second_table_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(r'LOCKED = r"AADSTS50053\b"', encoding="utf-8")
    assert list(copies(tmp_path)) == ["other.py: 50053"]
