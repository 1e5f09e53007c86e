# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Kerberos realm for tests: MIT's KDC on loopback, in a folder of its own; its programs are the system's.

Debian and Ubuntu have them in the packages `krb5-kdc` and `krb5-admin-server`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

REALM = "LAB.CONTOSO.COM"
HOST = "sfb01.lab.contoso.com"
# CredSSP asks for a ticket for the name by which the host is addressed.
LOOPBACK = "localhost"
# Known to the realm, but with a key that no host has: as a service principal that is registered for another account.
OTHER_KEY_HOST = "other.lab.contoso.com"
EXPIRED, LOCKED = "expired", "locked"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin"
_CLIENT = """[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
 forwardable = {forwardable}
 default_ccache_name = FILE:{folder}/ccache
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
 NOBODY.CONTOSO.COM = {{
  kdc = 127.0.0.1:1
 }}
[domain_realm]
 .lab.contoso.com = {realm}
"""
_SERVER = """[kdcdefaults]
 kdc_listen = ""
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
 }}
[logging]
 kdc = FILE:{folder}/log
"""


class KerberosMissing(Exception):
    """There is no KDC to start here, or no library to ask it with. The text says why."""


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise KerberosMissing(
            f"There is no {name} here (Debian's packages krb5-kdc and krb5-admin-server): its tests are skipped."
        )
    return found


class KerberosRealm:
    """A realm that runs until it is closed: `user` with `password`, an EXPIRED and a LOCKED account, and the service principals of HOST."""

    def __init__(self, user: str, password: str) -> None:
        self._kdc, self._util, self._admin = map(_program, ("krb5kdc", "kdb5_util", "kadmin.local"))
        if importlib.util.find_spec("gssapi") is None or importlib.util.find_spec("krb5") is None:
            raise KerberosMissing(
                "The Python libraries gssapi and krb5 are not here (pypsrp[kerberos]): their tests are skipped."
            )
        self.user, self.password = user, password
        self._folder = Path(tempfile.mkdtemp(prefix="kdc-"))
        self.keytab = self._folder / "host.keytab"
        self.configuration = self._folder / "krb5.conf"
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What clients find this realm by, in their environment."""
        return {
            "KRB5_CONFIG": str(self.configuration),
            "KRB5CCNAME": f"FILE:{self._folder / 'ccache'}",
            "KRB5RCACHENAME": f"file2:{self._folder / 'replays'}",
        }

    def __enter__(self) -> KerberosRealm:
        places = {"realm": REALM, "folder": self._folder, "port": self._port}
        self.configuration.write_text(_CLIENT.format(forwardable="true", **places), encoding="ascii")
        (self._folder / "kdc.conf").write_text(_SERVER.format(**places), encoding="ascii")
        self._run(self._util, "-P", "master", "create", "-s", "-r", REALM)
        for name in (self.user, EXPIRED, LOCKED):
            self.administer(f"addprinc -pw {self.password} {name}")
        self.administer(f'modprinc -pwexpire "2020-01-01 00:00:00 UTC" {EXPIRED}')
        self.administer(f"modprinc -allow_tix {LOCKED}")
        for service in (f"HTTP/{HOST}", f"WSMAN/{HOST}", f"host/{HOST}", f"HTTP/{LOOPBACK}"):
            self.administer(f"addprinc -randkey {service}")
            self.administer(f"ktadd -k {self.keytab} {service}")
        self.administer(f"addprinc -randkey HTTP/{OTHER_KEY_HOST}")
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def administer(self, command: str) -> None:
        """Run a command of kadmin.local."""
        self._run(self._admin, "-r", REALM, "-q", command)

    def get_ticket(self) -> None:
        """Get a ticket of the user, as `kinit` does."""
        self._run(_program("kinit"), f"{self.user}@{REALM}", text=f"{self.password}\n")

    def drop_tickets(self) -> None:
        """Forget all tickets."""
        (self._folder / "ccache").unlink(missing_ok=True)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [self._kdc, "-n", "-r", REALM],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError((self._folder / "log").read_text(errors="replace"))

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "KRB5_KDC_PROFILE": str(self._folder / "kdc.conf")}

    def _run(self, *command: str, text: str | None = None) -> None:
        subprocess.run(command, env=self._environment(), input=text, text=True, capture_output=True, check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
