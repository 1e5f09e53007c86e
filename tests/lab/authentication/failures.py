# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a client from signing in: its options, the host, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT

from tests.kerberos import EXPIRED, HOST, LOCKED, LOOPBACK, OTHER_KEY_HOST, REALM


@dataclass(frozen=True)
class Failure:
    """`tls` and `accepts` name the host's (hosts.py), `client` a client's certificate. `message` and `remedy` are parts of what is said."""

    name: str
    options: Mapping[str, Any]
    code: str
    message: str
    remedy: str
    tls: str = "none"
    accepts: str = "everything"
    client: str = ""

    @property
    def realm(self) -> bool:
        """Whether it needs a KDC."""
        return REALM in str(self.options) or self.accepts == "kerberos" or "CONTOSO.COM" in str(self.options)


WRONG = {"remote_password": "Wrong-Passw0rd"}
NTLM, NEGOTIATE, CREDSSP, BASIC = ({"auth": each} for each in ("ntlm", "negotiate", "credssp", "basic"))
KERBEROS = {
    "auth": "kerberos",
    "remote_user": f"{ACCOUNT[0]}@{REALM}",
    "negotiate_service": "HTTP",
    "negotiate_hostname_override": HOST,
}
IN_CREDSSP = {
    "auth": "credssp",
    "credssp_auth_mechanism": "kerberos",
    "remote_user": f"{ACCOUNT[0]}@{REALM}",
    "remote_addr": LOOPBACK,
}
ACCOUNT_REFUSED = "sfb01 does not accept the user or the password."
CERTIFICATE_PEM = "ansible_psrp_certificate_pem"

PASSWORDS = [
    Failure("Basic, password", {**BASIC, **WRONG}, "authentication", ACCOUNT_REFUSED, "local accounts", tls="good"),
    Failure("NTLM, password", {**NTLM, **WRONG}, "authentication", ACCOUNT_REFUSED, "ansible_password"),
    Failure("NTLM, user", {**NTLM, "remote_user": "nobody"}, "authentication", ACCOUNT_REFUSED, "ansible_user"),
    Failure("Negotiate, password", {**NEGOTIATE, **WRONG}, "authentication", ACCOUNT_REFUSED, "goes over to NTLM"),
    Failure("CredSSP, password", {**CREDSSP, **WRONG}, "authentication", ACCOUNT_REFUSED, "ansible_password"),
    Failure(
        "CredSSP, old", {**CREDSSP, "credssp_minimum_version": 7}, "authentication", "version 6 of CredSSP", "updates"
    ),
]

TICKETS = [
    Failure(
        "password", {**KERBEROS, **WRONG}, "authentication", "domain does not accept the password", "ansible_password"
    ),
    Failure(
        "password, CredSSP",
        {**IN_CREDSSP, **WRONG},
        "authentication",
        "does not accept the password",
        "ansible_password",
    ),
    Failure("user", {**KERBEROS, "remote_user": f"nobody@{REALM}"}, "authentication", "domain does not know", "REALM"),
    Failure(
        "expired", {**KERBEROS, "remote_user": f"{EXPIRED}@{REALM}"}, "authentication", "has expired", "new password"
    ),
    Failure(
        "locked", {**KERBEROS, "remote_user": f"{LOCKED}@{REALM}"}, "authentication", "locked or disabled", "Unlock"
    ),
    Failure(
        "realm",
        {**KERBEROS, "remote_user": "x@ELSEWHERE.CONTOSO.COM"},
        "authentication",
        "for the realm",
        "in capitals",
    ),
    Failure(
        "realm in small letters",
        {**KERBEROS, "remote_user": f"x@{REALM.lower()}"},
        "authentication",
        "for the realm",
        "capitals",
    ),
    Failure(
        "no KDC",
        {**KERBEROS, "remote_user": "x@NOBODY.CONTOSO.COM"},
        "authentication",
        "No domain controller",
        "port 88",
    ),
    Failure(
        "no ticket", {**KERBEROS, "remote_password": None}, "authentication", "nor a valid Kerberos ticket", "kinit"
    ),
    Failure(
        "unknown name",
        {**KERBEROS, "negotiate_hostname_override": "unknown.lab.contoso.com"},
        "authentication",
        "no service principal",
        "setspn -L",
    ),
    Failure(
        "address",
        {**KERBEROS, "negotiate_hostname_override": None},
        "authentication",
        "no service principal",
        "ansible_host",
    ),
    Failure(
        "name of another account",
        {**KERBEROS, "negotiate_hostname_override": OTHER_KEY_HOST},
        "authentication",
        "sfb01 does not accept the Kerberos ticket",
        "setspn -Q",
    ),
    Failure(
        "host without Kerberos",
        KERBEROS,
        "authentication",
        "does not accept the Kerberos ticket",
        "ntlm",
        accepts="negotiate",
    ),
    Failure("host with Kerberos alone", NTLM, "authentication", "does not offer", "winrm get", accepts="kerberos"),
    Failure(
        "channel",
        {**KERBEROS, "negotiate_send_cbt": False},
        "authentication",
        "does not accept the Kerberos ticket",
        "ansible_psrp_negotiate_send_cbt: true",
        tls="good",
    ),
]

TLS = [
    Failure(
        "self-signed", BASIC, "certificate", "is not trusted: self-signed", "ansible_psrp_ca_cert", tls="self-signed"
    ),
    Failure("expired", BASIC, "certificate", "certificate has expired", "Renew it", tls="expired"),
    Failure("other name", BASIC, "certificate", "not valid for '127.0.0.1'", "ansible_host", tls="other name"),
    Failure("old", BASIC, "unreachable", "no version of TLS in common", "TLS 1.2", tls="old"),
    Failure("TLS to HTTP", {**BASIC, "protocol": "https"}, "unreachable", "does not answer with TLS", "5986"),
    Failure(
        "HTTP to TLS",
        {**NTLM, "protocol": "http"},
        "unreachable",
        "connection was closed",
        "ansible_psrp_protocol: https",
        tls="good",
    ),
    Failure(
        "channel",
        {**NTLM, "negotiate_send_cbt": False},
        "authentication",
        ACCOUNT_REFUSED,
        "ansible_psrp_negotiate_send_cbt: true",
        tls="good",
    ),
    Failure(
        "no authority",
        {**BASIC, "ca_cert": "{folder}/none.pem"},
        "invalid_option",
        "no certificate in",
        "PEM",
        tls="good",
    ),
    Failure(
        "no file",
        {**BASIC, "ca_cert": "{folder}/x.pem"},
        "invalid_option",
        "ansible_psrp_ca_cert names a file",
        "",
        tls="good",
    ),
]

CLIENT_CERTIFICATES = [
    Failure(
        "authority",
        {},
        "authentication",
        "client certificate: unknown authority",
        CERTIFICATE_PEM,
        "good",
        client="other authority",
    ),
    Failure(
        "authority, 1.2",
        {},
        "authentication",
        "certificate: unknown authority",
        CERTIFICATE_PEM,
        "1.2",
        client="other authority",
    ),
    Failure(
        "expired",
        {},
        "authentication",
        "client certificate: certificate expired",
        CERTIFICATE_PEM,
        "good",
        client="expired",
    ),
    Failure(
        "account",
        {},
        "authentication",
        "has no account for the client",
        "ClientCertificate",
        "good",
        client="no account",
    ),
    Failure(
        "switched off",
        {},
        "authentication",
        "or takes none",
        "Service\\Auth\\Certificate",
        "good",
        "basic",
        client="good",
    ),
    Failure(
        "key",
        {"certificate_key_pem": "{folder}/ca-key.pem"},
        "invalid_option",
        "is not that of",
        "key",
        "good",
        client="good",
    ),
    Failure(
        "no key",
        {"certificate_key_pem": "{folder}/none.pem"},
        "invalid_option",
        "cannot be read",
        "PEM",
        "good",
        client="good",
    ),
    Failure("plain", {}, "invalid_option", "messages cannot be encrypted", "https", client="good"),
]

METHODS = [
    Failure("Basic", BASIC, "authentication", "does not offer", "winrm get", tls="good", accepts="negotiate"),
    Failure("NTLM", NTLM, "authentication", "does not offer", "winrm get", accepts="basic"),
    Failure("CredSSP", CREDSSP, "authentication", "does not offer", "winrm get", accepts="negotiate"),
    Failure(
        "plain NTLM", {**NTLM, "message_encryption": "never"}, "session_refused", "not encrypted", "encryption: auto"
    ),
    Failure("plain Basic", {**BASIC, "message_encryption": "never"}, "session_refused", "not encrypted", "https"),
    Failure("Basic over HTTP", BASIC, "invalid_option", "messages cannot be encrypted", "https"),
]

FAILURES = {
    f"{group}: {failure.name}": failure
    for group, listed in {
        "accounts": PASSWORDS,
        "Kerberos": TICKETS,
        "TLS": TLS,
        "client certificates": CLIENT_CERTIFICATES,
        "methods": METHODS,
    }.items()
    for failure in listed
}
