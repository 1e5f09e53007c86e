# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a task ends that has no session with its host."""

from __future__ import annotations

from .._connection.client import RemoteFault
from .._model.decision import Reason, Scope


def without_session(error: RemoteFault) -> Reason:
    """Return why nobody can be worked on: there is no session with the host."""
    return Reason(error.fault.code, error.fault.message, error.fault.remedy, Scope.ORGANISATION)
