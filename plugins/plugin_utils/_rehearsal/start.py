# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the process that holds a rehearsal's hosts: run by its path, so that Python finds this collection wherever it is installed.

Where the package `ansible` is installed besides ansible-core, `ansible_collections` is a package of its own, in which Python alone
looks for collections.
"""

from __future__ import annotations

import sys
from pathlib import Path
from runpy import run_module
from types import ModuleType

_MODULE = "ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.supervisor"

if __name__ == "__main__":
    package = ModuleType("ansible_collections")
    package.__path__ = [str(Path(__file__).absolute().parents[5])]
    sys.modules["ansible_collections"] = package
    run_module(_MODULE, run_name="__main__", alter_sys=True)
