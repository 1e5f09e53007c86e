# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts ansible-playbook so that it ends with the process that started it, where the system can do that. Run by its path.

Arguments: the number of that process, and those of ansible-playbook.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from ctypes import CDLL

_PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    with suppress(OSError, AttributeError):
        CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-P", "-m", "ansible", "playbook", *sys.argv[2:]])
