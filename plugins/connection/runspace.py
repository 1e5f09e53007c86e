# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A persistent connection that keeps PowerShell sessions open on a Windows host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: runspace
author: sfb.teams_upgrade contributors (@sfb-teams-upgrade)
short_description: PowerShell sessions that stay open for the whole playbook
version_added: 1.0.0
description:
  - Holds several PowerShell sessions open on a Windows host from the first task to the end of the playbook, over PSRP and WinRM.
    In each of them the module of Skype for Business Server or Microsoft Teams is loaded, and the sign-in to Teams done, once.
  - The modules of this collection run on the controller and share the sessions. They send names of cmdlets and typed parameters,
    never the text of a script.
  - An inventory for P(ansible.builtin.psrp#connection) works here, the options of the transport have the same names.
  - When the playbook ends, is interrupted or is killed, its sessions on the host are closed within seconds.
  - In check mode nothing is sent that could change anything. Only cmdlets whose verb is Get, Test, Find, Debug, Select, Import,
    Connect or Disconnect pass.
requirements:
  - pypsrp >= 0.9.1 (Python library on the controller)
notes:
  - Whether a host administers Skype for Business Server or Microsoft Teams is found out by asking for the cmdlets C(Get-CsUser) and
    C(Get-CsOnlineUser). Where both are there, O(side) decides. Without it, a host with options to sign in to Teams is an online
    one, and any other an on-premises one.
  - A restricted endpoint (JEA) has to show C(Get-Command) and C(Select-Object), as the session type C(RestrictedRemoteServer) does, and
    the cmdlets that the modules call. It has to load the module itself. Session configurations and role capabilities for such endpoints are
    in C(docs/jea) of this collection, one for each task.
  - The sessions are opened with the options of the first task. A later task with another address, endpoint, side or account gets
    sessions of its own; what else it changes has no effect on a host that answered.
  - C(meta=reset_connection) does not close the sessions. Ansible sends the same request whenever a play ends.
  - A command in flight when the connection breaks is sent again on a fresh session if it only reads. One that writes is waited for and
    reported as lost, and the module looks what came of it.
  - Sessions without work are used every 45 seconds, so that neither the host nor what is on the way to it ends them.
  - Redirects are not followed.
  - Where a host gives fewer sessions than O(sessions), the others do the work and tasks warn.
extends_documentation_fragment:
  - sfb.teams_upgrade.runspace_transport
  - sfb.teams_upgrade.runspace_auth
  - sfb.teams_upgrade.runspace_sign_in
  - sfb.teams_upgrade.runspace_sharing
options:
  sessions:
    description:
      - How many sessions to open on the host, and so how many cmdlets run there at the same time.
      - Four keep a host busy without straining it. Microsoft Teams throttles administrators who do much more at once, Windows caps the
        sessions of a user, and each takes some hundred megabytes on the host.
    type: int
    default: 4
    vars:
      - name: ansible_runspace_sessions
  import_modules:
    description:
      - PowerShell modules to import in each session before anything else, by name or path.
      - Needed only where C(SkypeForBusiness) or C(MicrosoftTeams) is not found by its name.
    type: list
    elements: str
    default: []
    vars:
      - name: ansible_runspace_import_modules
  side:
    description:
      - What the host is used for, where it has the cmdlets of both. V(onprem) is Skype for Business Server, V(online) Microsoft Teams.
    type: str
    choices: [onprem, online]
    vars:
      - name: ansible_runspace_side
  start_timeout:
    description:
      - Seconds within which a session has to be open, its module loaded, and the sign-in done.
    type: int
    default: 180
    vars:
      - name: ansible_runspace_start_timeout
  reconnect_timeout:
    description:
      - Seconds within which a host has to answer again after its sessions were lost. A host that restarts needs some minutes.
      - Commands that had not begun, and those that only read, are sent when it is back. V(0) gives up at once.
    type: int
    default: 180
    vars:
      - name: ansible_runspace_reconnect_timeout
  inventory_name:
    description:
      - What the host is called in messages. Its name in the inventory, as a rule.
    type: str
    vars:
      - name: inventory_hostname
  persistent_connect_timeout:
    description:
      - Seconds without a task on this host after which the sessions are closed early. V(0) keeps them until the playbook ends.
      - A move on another host can take hours, so that the settings of Ansible for network devices do not apply here.
    type: int
    default: 0
    vars:
      - name: ansible_connect_timeout
  persistent_command_timeout:
    description:
      - Seconds that one exchange between a module and the connection may take. It has nothing to do with how long a cmdlet runs.
    type: int
    default: 30
    ini:
      - section: persistent_connection
        key: command_timeout
    env:
      - name: ANSIBLE_PERSISTENT_COMMAND_TIMEOUT
    vars:
      - name: ansible_command_timeout
  persistent_log_messages:
    description:
      - Whether what modules ask and what hosts answer is written to Ansible's log file. Passwords and tokens are left out, the names
        of users are not.
    type: bool
    default: false
    ini:
      - section: persistent_connection
        key: log_messages
    env:
      - name: ANSIBLE_PERSISTENT_LOG_MESSAGES
    vars:
      - name: ansible_persistent_log_messages
"""

import json
import logging
import os
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ansible.module_utils.common.text.converters import to_bytes
from ansible.playbook.play_context import PlayContext
from ansible.plugins.connection import NetworkConnectionBase
from ansible.utils.display import Display

from ..module_utils._connection.messages import without_secrets
from ..plugin_utils._runspace.address import identity_of
from ..plugin_utils._runspace.process_end import on_process_end
from ..plugin_utils._runspace.shell_cleaner import ShellCleaner, remove_socket
from ..plugin_utils._runspace.shell_cleaner import start as start_cleaner

# The sessions, with pypsrp, take a quarter of a second to import. Every task's worker imports this file, and only the connection's own
# process has sessions.
if TYPE_CHECKING:
    from ..plugin_utils._runspace.service import Service

# How long the process stays after the playbook to see a shell deleted that the host is just creating.
CLOSING_SECONDS = 30.0

display = Display()


class Connection(NetworkConnectionBase):
    """One process per host and playbook run; modules reach it through a socket, one call at a time."""

    transport = "sfb.teams_upgrade.runspace"
    # Its process is started by `socket_path`, for tasks that run a module.
    force_persistence = False
    # Ansible hands modules over by a pipe then, and not in a file on the controller, with the passwords among their options.
    has_pipelining = True
    always_pipeline_modules = True

    def __init__(self, play_context: PlayContext, *args: Any, **kwargs: Any) -> None:
        super().__init__(play_context, *args, **kwargs)
        self._service: Service | None = None
        self._watched = False
        self._cleaner: ShellCleaner | None = None
        # These write whole messages, passwords and all, when somebody turns their logs on.
        for library in ("pypsrp", "requests_credssp", "spnego", "urllib3"):
            logging.getLogger(library).setLevel(logging.CRITICAL)

    # What modules call

    def hello(self, request: str) -> str:
        """Say whether sessions are open and what the host offers. Request: `{"wait": seconds, "cmdlets": [name]}`."""
        return self._logged("hello", request, self._serving().hello(request))

    def submit(self, request: str) -> str:
        """Queue commands. Request: `{"read_only": bool, "commands": [...]}`, and `"batch": id` to add to one."""
        check_mode = bool(self._play_context.check_mode)
        return self._logged("submit", request, self._serving().submit(request, check_mode=check_mode))

    def collect(self, request: str) -> str:
        """Hand over the answers that have come. Request: `{"batch": id, "wait": seconds}`."""
        return self._logged("collect", request, self._serving().collect(request))

    def cancel(self, request: str) -> str:
        """Drop what has not started. Request: `{"batch": id}`."""
        return self._logged("cancel", request, self._serving().cancel(request))

    # What Ansible calls

    @property
    def socket_path(self) -> str | None:
        """Where the process with the sessions listens. Asked for in a worker, each time that a module is about to run."""
        from ..plugin_utils._process_start import socket_for_task

        # Ansible finds a connection's process by address, port and user as the play knows them. That is not enough: one machine
        # may be two hosts of the inventory (both modules on it), and two may differ by ansible_psrp_port only.
        # And it is too much: the local connection, which runs the modules, makes its own user that of the play. Where a task is tried
        # again (until), sessions would be opened for that one, too. The digest in the address tells users of the host apart.
        named = self._play_context.copy()
        named.remote_user = self._local.default_user
        named.remote_addr, named.port = identity_of(self.get_option)
        self._socket_path = socket_for_task(named, self.get_options())
        return self._socket_path

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Take the options of a task."""
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        if direct is None:
            if (task_keys or {}).get("delegate_to"):
                write: Callable[..., None] = self.set_option
                write("inventory_name", task_keys["delegate_to"])  # inventory_hostname is who delegates
        else:
            # Only the connection's own process is given its options like this. It watches from the start: before any session, so that
            # none outlives a playbook that is killed while they are opening, and also where no module ever calls.
            self._watch()
            if self._service is not None:
                self._service.renew(self.get_option)

    def get_option(self, option: str, hostvars: Any = None) -> Any:
        """Return an option. Ansible's own logging of messages, which knows no secrets, is never asked for: see `_logged`."""
        return False if option == "persistent_log_messages" else self._option(option, hostvars)

    def get_options(self, hostvars: Any = None) -> dict[str, Any]:
        """Return all options, as a worker hands them to the connection's process."""
        read: Callable[..., dict[str, Any]] = super().get_options
        return {**read(hostvars), "persistent_log_messages": self._option("persistent_log_messages")}

    def update_play_context(self, pickled: str) -> None:
        """Take the play context of a new task, and with it the task's check mode."""
        play_context = PlayContext()
        play_context.deserialize(pickle.loads(to_bytes(pickled, errors="surrogateescape")))
        self._play_context = play_context

    def set_check_prompt(self, task_uuid: str) -> None:
        """A new task begins. Where no session could be had, it tries again."""
        if self._service is not None and self._service.failed and not self._service.queue.awaited:
            self._service.close(0)
            self._service = None

    def reset(self) -> None:
        """Keep the sessions. Ansible asks for this at the end of each play, and the next one goes on with them."""

    def close(self) -> None:
        """Delete the sessions on the host."""
        super().close()
        if self._service is not None:
            self._service.close(CLOSING_SECONDS)

    # Inside

    def _connect(self) -> Connection:
        self._serving()
        return self

    def _serving(self) -> Service:
        if self._service is None:
            if self._cleaner is not None and self._socket_path:
                self._cleaner.listens_on(self._socket_path)
            from ..plugin_utils._runspace.service import serve

            self._service = serve(self.get_option, self._cleaner)
            self._connected = True
        return self._service

    def _watch(self) -> None:
        if not self._watched:
            from ..plugin_utils._runspace.service import deleting

            self._watched = True
            self._cleaner = start_cleaner(lambda: deleting(self.get_option))
            on_process_end(int(self._ansible_playbook_pid or os.getppid()), self._end)

    def _option(self, option: str, hostvars: Any = None) -> Any:
        read: Callable[..., Any] = super().get_option
        return read(option, hostvars)

    def _end(self) -> None:
        """Leave nothing behind: no session on the host, no socket, no process."""
        try:
            self.close()
        finally:
            if self._cleaner is not None:
                self._cleaner.end()
            if self._socket_path:
                remove_socket(self._socket_path)
            os._exit(0)

    def _logged(self, call: str, request: str, reply: str) -> str:
        if self._option("persistent_log_messages"):
            shown = json.dumps(without_secrets(json.loads(request)))
            display.display(f"runspace {call}: {shown} -> {reply}", log_only=True)
        return reply
