# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that differ in what they accept, and certificates that differ in what is wrong with them."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.authentication import STRICT, Authentication
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.certificates import Authority, Issued
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.tls import VERSIONS, ServerTls

NAMES = ("127.0.0.1", "localhost")


class Certificates:
    """Two authorities, one of which is trusted, and what they issued, as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.trusted, self._other = Authority("Authority"), Authority("Another authority")
        self.ca_cert = self._written("ca", self.trusted.itself)
        (folder / "none.pem").write_text("no certificate", encoding="ascii")

    @cached_property
    def tls(self) -> Mapping[str, ServerTls | None]:
        """How hosts speak TLS, by what is particular about it."""
        issued, trusts = self.trusted.for_host(NAMES), self.trusted.itself.certificate
        return {
            "none": None,
            "good": ServerTls(issued, trusts),
            "self-signed": ServerTls(),
            "expired": ServerTls(self.trusted.for_host(NAMES, expired=True)),
            "other name": ServerTls(self.trusted.for_host(["other.contoso.com"])),
            "1.2": ServerTls(issued, trusts, highest=VERSIONS["1.2"]),
            "old": ServerTls(issued, trusts, ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1),
        }

    def client(self, name: str) -> dict[str, str]:
        """The options of a client with a certificate, by what is wrong with it."""
        account = f"{ACCOUNT[0]}@localhost"
        issued = {
            "good": lambda: self.trusted.for_client(account),
            "expired": lambda: self.trusted.for_client(account, expired=True),
            "other authority": lambda: self._other.for_client(account),
            "no account": lambda: self.trusted.for_client("nobody@localhost"),
        }[name]()
        return {
            "auth": "certificate",
            "certificate_pem": self._written(name, issued),
            "certificate_key_pem": str(self._folder / f"{name}-key.pem"),
        }

    def _written(self, name: str, issued: Issued) -> str:
        (self._folder / f"{name}-key.pem").write_bytes(issued.key)
        path = self._folder / f"{name}.pem"
        path.write_bytes(issued.certificate)
        return str(path)


def accepting(keytab: Path | None) -> Mapping[str, Authentication]:
    """What hosts accept, by name."""
    every = frozenset({"negotiate", "basic", "credssp", "certificate"})
    return {
        "everything": Authentication(every, unencrypted=False, channel_binding=STRICT, keytab=keytab),
        "relaxed": Authentication(every, unencrypted=False, keytab=keytab),
        "basic": Authentication(frozenset({"basic"})),
        "negotiate": Authentication(frozenset({"negotiate"})),
        "kerberos": Authentication(frozenset({"kerberos"}), keytab=keytab),
    }
