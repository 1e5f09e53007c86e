# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reaching the process that keeps a host's sessions, from the workers in which tasks run.

ansible-core starts a program before every task of a persistent connection. It costs half a second of processor time, although the process
that it looks for is there after the first task, and although many tasks turn out to have nothing to send.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from ansible import constants
from ansible.executor.task_executor import start_connection
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.connection import Connection, ConnectionError
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from ansible.utils.path import unfrackpath


def socket_for_task(play_context: PlayContext, options: Mapping[str, Any]) -> str:
    """Return the socket of the process for a task that has these options, started where there is none. Raises AnsibleError."""
    task = str(uuid4())
    path = _socket_path(play_context)
    if Path(path).exists():
        # A process that is just starting or ending is left to ansible-core, which has a lock for that and says what is wrong.
        with suppress(ConnectionError):
            process = Connection(path)
            process.set_options(direct=options)
            process.update_play_context(_pickled(play_context))
            process.set_check_prompt(task)
            return path
    return str(start_connection(play_context, options, task))


def _socket_path(play_context: PlayContext) -> str:
    """Return where ansible-core has that process listen."""
    ssh = connection_loader.get("ssh", class_only=True)
    playbook = os.getppid()
    named = play_context.remote_addr, play_context.port, play_context.remote_user, play_context.connection, playbook
    pattern = ssh._create_control_path(*named)
    folder = unfrackpath(constants.PERSISTENT_CONTROL_PATH_DIR)  # type: ignore[attr-defined]
    return str(unfrackpath(pattern % {"directory": folder}))


def _pickled(play_context: PlayContext) -> str:
    return str(to_text(pickle.dumps(play_context.dump_attrs())))
