# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for the get-pip.py that ansible-test downloads: installs pip from the configured index.

`make check-sanity` runs this: ansible-test makes environments without pip, and calls it in them with what to install as arguments.
"""

from __future__ import annotations

import ensurepip
import runpy
import sys
import sysconfig
from pathlib import Path


def bundled_pip() -> Path:
    """The wheel of pip that comes with this Python; some distributions keep it in a folder of their own."""
    folders = [
        Path(ensurepip.__file__).parent / "_bundled",
        Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/nowhere"),
    ]
    return next(wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl")))


sys.path.insert(0, str(bundled_pip()))
sys.argv[1:] = [
    "install",
    *(argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")),
]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
