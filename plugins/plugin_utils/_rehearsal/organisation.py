# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The organisation that a rehearsal simulates, from the exports of both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class RehearsalFault(Exception):
    """Why there can be no rehearsal, as a sentence with what to do."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the simulated hosts start with, and what was assumed since no export says it, one sentence each."""

    seed: Mapping[str, Any]
    assumptions: tuple[str, ...] = ()


def organisation_of(onprem: Path | None, online: Path | None, settings: Mapping[str, Any]) -> Organisation:
    """Return the organisation. Raises RehearsalFault."""
    if "users" in settings or "synthetic" in settings:
        return Organisation(settings)
    csv = {side: str(path) for side, path in (("onprem", onprem), ("online", online)) if path}
    if not csv:
        raise RehearsalFault("There are no users: name the exports of both sides.")
    return Organisation({"csv": csv} | dict(settings), ("Meetings, contacts and mailboxes are in no export.",))
