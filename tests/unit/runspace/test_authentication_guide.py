# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide's troubleshooting table names messages as the connection says them, and variables as the connection has them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
import yaml
from ansible_collections.sfb.teams_upgrade.plugins.connection import runspace
from ansible_collections.sfb.teams_upgrade.plugins.doc_fragments.runspace_auth import ModuleDocFragment as Auth
from ansible_collections.sfb.teams_upgrade.plugins.doc_fragments.runspace_transport import (
    ModuleDocFragment as Transport,
)

from tests.controller import ROOT

GUIDE = (ROOT / "docs" / "authentication.md").read_text(encoding="utf-8")
TABLE = GUIDE.partition("## When it does not work")[2].partition("\n## ")[0]
MESSAGES = [
    message
    for line in TABLE.splitlines()
    if line.startswith("| `")
    for message in re.findall(r"`([^`]+)`", line.split("|")[1])
]


def texts() -> Iterator[str]:
    """Every text in the code of the connection, with gaps where values stand."""
    for path in (ROOT / "plugins" / "plugin_utils" / "_runspace").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "\0".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


TEXTS = list(texts())


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_said_like_that(message: str) -> None:
    parts = [part for part in re.split(r"\.\.\.|\b\d+\b", message) if part.strip()]
    assert any(all(part in text for part in parts) for text in TEXTS)


def test_variables_are_those_of_the_connection() -> None:
    known = {
        variable["name"]
        for text in (Auth.DOCUMENTATION, Transport.DOCUMENTATION, runspace.DOCUMENTATION)
        for option in yaml.safe_load(text)["options"].values()
        for variable in option.get("vars", ())
    }
    named = set(re.findall(r"\bansible_(?!collections)[a-z_]+", GUIDE))
    assert named - known - {"ansible_psrp"} == set()
