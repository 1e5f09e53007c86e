# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the server runs that moves users."""

from __future__ import annotations

from dataclasses import dataclass

from .decision import Reason
from .version import Version


@dataclass(frozen=True, slots=True)
class MovingServer:
    """What a moving server runs. None: not known. `module_listed` is False where the MicrosoftTeams module was looked for
    and is not there, and `unread` why the host did not answer what it offers to tell.
    """

    host: str
    build: Version | None = None
    teams_module: Version | None = None
    module_listed: bool | None = None
    unread: Reason | None = None
