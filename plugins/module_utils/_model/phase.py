# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a user has come in the whole migration, as the ledger remembers it."""

from __future__ import annotations

from enum import StrEnum


class UserPhase(StrEnum):
    """How far a user is. MOVED: homed online, and not yet known to have the mode of the wave. DONE: with their meetings."""

    PLANNED = "planned"
    NOTIFIED = "notified"
    MOVED = "moved"
    UPGRADED = "upgraded"
    DONE = "done"
    ROLLED_BACK = "rolled_back"


# Whom a run has moved to the cloud, or found there.
IN_CLOUD = (UserPhase.MOVED, UserPhase.UPGRADED, UserPhase.DONE)
