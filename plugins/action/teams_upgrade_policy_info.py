# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says how far the module of this name is, while it runs."""

from __future__ import annotations

from ..plugin_utils._progress_display import ActionModule

__all__ = ["ActionModule"]
