# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a program of the collection that this file is in: `python _start.py PROGRAM ...`, a module below plugin_utils by its name.

Where the package `ansible` is installed besides ansible-core, `ansible_collections` is a package of its own, in which Python alone
looks for collections: `python -m` does not find this one then.
"""

from __future__ import annotations

import sys
from pathlib import Path
from runpy import run_module
from types import ModuleType

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM ..., a module below plugin_utils such as _capacity")
    here = Path(__file__).absolute()
    package = ModuleType("ansible_collections")
    package.__path__ = [str(here.parents[4])]
    sys.modules["ansible_collections"] = package
    # Python looks for everything in the folder of this file first, unless it was started with -P.
    folders = {str(here.parent), str(here.resolve().parent)}
    sys.path[:] = [each for each in sys.path if each not in folders]
    program = sys.argv.pop(1)
    run_module(
        f"ansible_collections.sfb.teams_upgrade.plugins.plugin_utils.{program}", run_name="__main__", alter_sys=True
    )
