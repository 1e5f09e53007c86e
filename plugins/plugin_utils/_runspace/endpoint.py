# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a host is and how to sign in to it: the options of the connection as pypsrp takes them."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...module_utils._connection.messages import SessionFault
from . import library
from .address import Place, address_of, host_name_of, places_of
from .host_name import HostName
from .session_faults import NoSession
from .shell_cleaner import ShellCleaner
from .transport import make_strict

# Shells are deleted while the end of the playbook waits, so that a host has this long to answer.
CLOSE_SECONDS = 3

# The error code of Windows Remote Management for a shell that is not there.
SHELL_NOT_FOUND = 0x8033805B

# Options that pypsrp knows by the same name.
_TRANSPORT = (
    "path auth connection_timeout max_envelope_size operation_timeout read_timeout reconnection_retries reconnection_backoff proxy "
    "certificate_key_pem certificate_pem certificate_key_password credssp_auth_mechanism credssp_disable_tlsv1_2 "
    "credssp_minimum_version negotiate_send_cbt negotiate_delegate negotiate_hostname_override negotiate_service"
).split()

# The files that TLS reads for each connection, by their setting in pypsrp and by the option that names them.
_FILES = {
    "cert_validation": "ansible_psrp_ca_cert",
    "certificate_pem": "ansible_psrp_certificate_pem",
    "certificate_key_pem": "ansible_psrp_certificate_key_pem",
}


@dataclass(slots=True)
class Endpoint:
    """One PowerShell endpoint. `host` is what messages call it; a host that went away is waited for `reconnect_timeout` seconds."""

    host: HostName
    place: Place
    configuration: str
    no_profile: bool
    settings: Mapping[str, Any] = field(repr=False)
    reconnect_timeout: float = 0.0
    cleaner: ShellCleaner | None = None
    _template: Any = field(default=None, repr=False)
    _shells: set[str] = field(default_factory=set, repr=False)

    @classmethod
    def of(cls, option: Callable[[str], Any], place: Place | None = None) -> Endpoint:
        """Read the options of the connection; `option` returns the value of one by its name. `place`: for a host that shares the work."""
        host, port, protocol = address_of(option)
        name = host_name_of(option)
        if place is None:
            place = places_of(option)[0]
        elif (place.host, place.port) != (host, port):
            host, port = place.host, place.port
            name = HostName(f"{host}:{port}", f"{host}:{port}")
        trust = option("ca_cert") or True
        settings = {name: option(name) for name in _TRANSPORT if option(name) is not None}
        settings |= {
            "server": host,
            "port": port,
            "ssl": protocol == "https",
            "username": option("remote_user"),
            "password": option("remote_password"),
            "cert_validation": False if option("cert_validation") == "ignore" else trust,
            "encryption": option("message_encryption"),
            "no_proxy": option("ignore_proxy"),
        }
        return cls(
            host=name,
            place=place,
            configuration=option("configuration_name"),
            no_profile=option("no_profile"),
            settings=settings,
            reconnect_timeout=float(option("reconnect_timeout") or 0),
        )

    def prepare(self) -> None:
        """Check the settings. Has to come before any `wsman()`, and once: pypsrp then changes a table that all threads share."""
        self._template = library.WSMan(**self.settings)
        make_strict(self._template.transport)

    def check_files(self) -> None:
        """Check that TLS can read the files that are named. Raises NoSession: TLS itself would blame the host, or its listener.

        One that is not there, pypsrp says by itself. The authorities may be a folder.
        """
        for setting, option in _FILES.items():
            path = self.settings.get(setting)
            needed = self.settings["ssl"] and (
                setting == "cert_validation" or self.settings.get("auth") == "certificate"
            )
            if not needed or not isinstance(path, str) or (setting == "cert_validation" and Path(path).is_dir()):
                continue
            try:
                with Path(path).open("rb"):
                    pass
            except FileNotFoundError:
                continue
            except OSError as error:
                raise NoSession(_unreadable(option, path, error.strerror or str(error), self.host)) from None

    def claim(self, shell_id: str) -> bool:
        """Note that a session has a shell, and return whether no other one had it before."""
        known, number = len(self._shells), shell_id.upper()
        self._shells.add(number)
        return len(self._shells) > known

    @property
    def resource_uri(self) -> str:
        """What its shells are of."""
        return f"http://schemas.microsoft.com/powershell/{self.configuration}"

    def delete(self, shell_id: str, resource_uri: str | None = None) -> bool:
        """Delete a shell; False where it is not there. Raises what pypsrp and requests raise."""
        selectors = library.SelectorSet()
        selectors.add_option("ShellId", shell_id)
        client = self.wsman(short_timeouts=True)
        try:
            client.delete(resource_uri or self.resource_uri, selector_set=selectors, timeout=CLOSE_SECONDS)
        except library.WSManFaultError as error:
            if error.code != SHELL_NOT_FOUND:
                raise
            return False
        finally:
            client.close()
        return True

    def wsman(self, *, short_timeouts: bool = False) -> Any:
        """Return a client with a connection of its own. With `short_timeouts` it waits CLOSE_SECONDS, and does not try again."""
        client = copy.copy(self._template)
        client.session_id = str(uuid.uuid4())
        client.transport = copy.copy(client.transport)
        if short_timeouts:
            client.transport.connection_timeout = CLOSE_SECONDS
            client.transport.read_timeout = CLOSE_SECONDS
            client.transport.reconnection_retries = 0
        return client


def _unreadable(option: str, path: str, why: str, host: HostName) -> SessionFault:
    return SessionFault(
        "invalid_option",
        f"The connection to {host} cannot be set up: {option} names a file that cannot be read, {path} ({why}).",
        "Name a PEM file that the account which runs Ansible may read.",
    )
