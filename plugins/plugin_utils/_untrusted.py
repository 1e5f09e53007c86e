# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that comes from users files and hosts must never be taken for a template."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def untrusted(value: Any) -> Any:
    """Return what a filter returns, marked so that braces in it stay braces.

    Newer cores trust no text but what playbooks and variables hold, and will drop the mark some day.
    """
    try:
        mark = import_module("ansible.utils.unsafe_proxy").wrap_var
    except ImportError:
        return value
    return mark(value)
