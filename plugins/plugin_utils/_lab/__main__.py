# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the lab as a program, or says which Python library it lacks."""

from __future__ import annotations

import importlib
import sys

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


def main() -> int:
    """Run the lab; return the exit code."""
    if sentence := missing():
        print(sentence, file=sys.stderr)
        return 2
    from .app.program import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
