# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the lab as a program, or says which Python library it lacks. Run by `-m`, or by the path of its folder.

Where the package `ansible` is installed besides ansible-core, `ansible_collections` is a package of its own, in which Python alone
looks for collections: `-m` does not find this one then.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from runpy import run_module
from types import ModuleType

_NAME = Path(__file__).absolute().parent.name
# What the lab imports, by the name under which it is installed. Ansible brings PyYAML, pypsrp and psrpcore bring cryptography.
LIBRARIES = {"psrpcore": "psrpcore", "cryptography": "cryptography", "yaml": "PyYAML"}


def missing() -> str | None:
    """Return a sentence about the libraries that are missing, if any."""
    absent: list[str] = []
    for module, name in LIBRARIES.items():
        try:
            importlib.import_module(module)
        except ImportError:
            absent.append(name)
    if not absent:
        return None
    install = f"{sys.executable} -m pip install {' '.join(absent)}"
    return f"The simulated hosts need what is missing in this Python: {', '.join(absent)}. Install it: {install}"


def run_by_path() -> None:
    """Start the lab anew as a part of the collection that this file is in."""
    package = ModuleType("ansible_collections")
    package.__path__ = [str(Path(__file__).absolute().parents[5])]
    sys.modules["ansible_collections"] = package
    run_module(
        f"ansible_collections.sfb.teams_upgrade.plugins.plugin_utils.{_NAME}", run_name="__main__", alter_sys=True
    )


def main() -> int:
    """Run the lab; return the exit code."""
    if sentence := missing():
        print(sentence, file=sys.stderr)
        return 2
    from .app.program import main as run

    return run()


if __name__ == "__main__":
    if __package__:
        sys.exit(main())
    run_by_path()
