# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task shows while it runs."""

from __future__ import annotations

from collections.abc import Sequence

from ansible.utils.display import Display


def show(lines: Sequence[str]) -> None:
    """Show lines on the console as they are; as a task's result they would be one line of JSON."""
    Display().display("\n".join(lines))
