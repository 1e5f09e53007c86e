# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to sign in to simulated hosts, with what they are encrypted by: what the seed says for each, and the inventory besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT

from tests.extent import LONG
from tests.kerberos import HOST, LOOPBACK, REALM
from tests.lab.connection.client import options_for

PRINCIPAL = f"{ACCOUNT[0]}@{REALM}"
MESSAGES, TLS12, TLS13 = "message encryption", "TLS 1.2", "TLS 1.3"


@dataclass(frozen=True)
class Way:
    """A way to sign in. `methods` are the host's, `inventory` what is changed in the lab's; `realm`: it needs a KDC."""

    name: str
    methods: tuple[str, ...]
    inventory: Mapping[str, Any] = field(default_factory=dict)
    realm: bool = False
    encrypts: bool = True
    ticket: bool = False


_IN_REALM = {"ansible_user": PRINCIPAL}
WAYS = [
    Way("Kerberos in Negotiate", ("kerberos", "negotiate"), _IN_REALM, realm=True),
    Way("Kerberos by itself", ("kerberos",), _IN_REALM, realm=True),
    Way(
        "Kerberos with a ticket",
        ("kerberos", "negotiate"),
        {"ansible_user": PRINCIPAL, "ansible_password": None},
        realm=True,
        ticket=True,
    ),
    Way("Negotiate with Kerberos", ("negotiate",), _IN_REALM, realm=True),
    Way("Negotiate with NTLM", ("negotiate",)),
    Way("NTLM in Negotiate", ("ntlm", "negotiate"), {"ansible_user": f"SFB01\\{ACCOUNT[0]}"}),
    Way("NTLM by itself", ("ntlm",)),
    Way("CredSSP with NTLM", ("credssp",), {"ansible_psrp_credssp_auth_mechanism": "ntlm"}),
    Way(
        "CredSSP with Kerberos",
        ("credssp",),
        {**_IN_REALM, "ansible_psrp_credssp_auth_mechanism": "kerberos", "ansible_host": LOOPBACK},
        realm=True,
    ),
    Way("Basic", ("basic",), encrypts=False),
    Way("certificate", ("certificate",), encrypts=False),
]
EVERYDAY = (
    "Kerberos in Negotiate",
    "Negotiate with NTLM",
    "NTLM by itself",
    "CredSSP with NTLM",
    "Basic",
    "certificate",
)


def cases() -> Iterator[tuple[Way, str]]:
    """Every way with every encryption; every day, one of each method with the encryption that is most in use."""
    everyday = [way for way in WAYS if way.name in EVERYDAY]
    for way in WAYS if LONG else everyday:
        possible = [MESSAGES, TLS13, TLS12] if way.encrypts else [TLS13, TLS12]
        yield from ((way, encryption) for encryption in (possible if LONG else possible[:1]))


def seed_for(way: Way, encryption: str, keytab: object = None) -> dict[str, Any]:
    """What a lab starts with whose hosts take nothing else, and nothing that is not encrypted."""
    authentication: dict[str, Any] = {"methods": list(way.methods), "unencrypted": False, "channel_binding": "strict"}
    if encryption != MESSAGES:
        authentication |= {"https": True, "tls": encryption.removeprefix("TLS ")}
    if way.realm:
        authentication |= {"keytab": str(keytab), "principal": f"HTTP/{HOST}"}
    return {"authentication": authentication, "users": [{"sip": "alice@contoso.com"}]}


def options_of(lab: Lab, host: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the connection that the inventory of a lab says, after some variables were changed."""
    variables = {**lab.inventory()["all"]["vars"], **changed}
    named = {
        name.removeprefix("ansible_psrp_"): value
        for name, value in variables.items()
        if name.startswith("ansible_psrp_")
    }
    account = {"remote_user": variables["ansible_user"], "remote_password": variables["ansible_password"]}
    address = {"remote_addr": variables["ansible_host"]} if "ansible_host" in variables else {}
    return options_for(lab.front[host], **{"sessions": 1, **named, **account, **address})
