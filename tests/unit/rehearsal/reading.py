# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organisations of rows, by way of exports as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.organisation import (
    Organisation,
    organisation_of,
)

from tests.unit.lab.seed.dialects import DIALECTS, Row
from tests.unit.sentences import sound

UTF8 = DIALECTS["5.1 utf8"]


def organisation(
    folder: Path,
    directory: Sequence[Row] | None = None,
    tenant: Sequence[Row] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Organisation:
    """The organisation of some rows; hosts that start with it work."""
    onprem_file, online_file = folder / "onprem.csv", folder / "online.csv"
    for path, rows in ((onprem_file, directory), (online_file, tenant)):
        if rows:
            path.write_bytes(UTF8(rows))
    found = organisation_of(onprem_file if directory else None, online_file if tenant else None, settings or {})
    Lab(found.seed)
    for sentence in found.assumptions:
        assert sound(sentence).endswith(".")
    return found


def users(found: Organisation) -> dict[str, dict[str, Any]]:
    return {each["sip"].partition("@")[0]: each for each in found.seed["users"]}


def about(found: Organisation, words: str) -> str:
    """What is assumed, of the one sentence with these words."""
    (sentence,) = [each for each in found.assumptions if words in each]
    return sentence
