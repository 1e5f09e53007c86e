# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Kerberos and NTLM say when they do not let the controller in, by cause."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Codes of Kerberos errors have a sign or, as a minor code of GSSAPI, none.
_BASE = -1765328384


def _code(*numbers: int) -> str:
    return "|".join(f"{_BASE + number}|{_BASE + number + 2**32}" for number in numbers)


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: what its errors say, a sentence about a host (`{host}`), and what to do."""

    words: str
    message: str
    remedy: str


CAUSES = (
    Cause(
        f"Decrypt integrity check failed|Pre-?authentication failed|Password incorrect|PREAUTH_FAILED|{_code(24, 31)}",
        "The domain does not accept the password of the account that signs in to {host}.",
        "Correct ansible_password, and check that ansible_user is the account meant (user@REALM.EXAMPLE).",
    ),
    Cause(
        f"Client\\b.{{0,80}}not found in Kerberos database|C_PRINCIPAL_UNKNOWN|{_code(6)}",
        "The domain does not know the account that signs in to {host}.",
        "Correct ansible_user: user@REALM.EXAMPLE, with the realm in capitals.",
    ),
    Cause(
        f"Server\\b.{{0,120}}not found in Kerberos database|S_PRINCIPAL_UNKNOWN|target is unknown or unreachable|{_code(7)}",
        "The domain has no service principal for the name by which {host} is addressed.",
        "Set ansible_host to the host's full name as the domain knows it, neither an address nor an alias; or name what is registered "
        "(setspn -L HOST) in ansible_psrp_negotiate_hostname_override and ansible_psrp_negotiate_service (such as HTTP, WSMAN or HOST).",
    ),
    Cause(
        f"clock skew|SKEW|0xc0000133|{_code(37)}",
        "The clocks of the controller and of the domain, asked for {host}, differ too much for Kerberos.",
        "Synchronise the clocks of the controller, the host and the domain controllers: five minutes are the limit.",
    ),
    Cause(
        f"Password has expired|KEY_EXPIRED|key has expired|0xc0000071|0xc0000224|{_code(23)}",
        "The password of the account that signs in to {host} has expired.",
        "Set a new password, and write it to ansible_password.",
    ),
    Cause(
        f"credentials have been revoked|CLIENT_REVOKED|0xc0000234|0xc0000072|0xc0000193|{_code(18)}",
        "The account that signs in to {host} is locked or disabled in the domain.",
        "Unlock or enable it, and correct ansible_password if wrong ones have locked it.",
    ),
    Cause(
        rf"Cannot (?:find|locate|resolve)\b.{{0,60}}\bKDC|{_code(154)}",
        "The controller finds no domain controller (KDC) for the realm of the account that signs in to {host}.",
        "Write the realm in ansible_user as the domain has it, in capitals (user@REALM.EXAMPLE). It has to be in /etc/krb5.conf, or in DNS "
        "(_kerberos._tcp.REALM).",
    ),
    Cause(
        r"Cannot (?:contact|reach)\b.{0,60}\bKDC|Cannot (?:find|locate) (?:the )?default realm"
        rf"|does not specify default realm|KDC unreachable|{_code(156, 160)}",
        "No domain controller (KDC) of the realm answers the controller, which is needed to sign in to {host}.",
        "Check the realm in ansible_user and /etc/krb5.conf, the DNS entries _kerberos._tcp of the realm, and port 88 of its domain "
        "controllers.",
    ),
    Cause(
        f"no support for encryption type|ETYPE_NOSUPP|encryption type not (?:supported|permitted)|{_code(14)}",
        "The domain and the controller have no Kerberos encryption in common for the account that signs in to {host}.",
        "Let the account use AES (msDS-SupportedEncryptionTypes), set its password anew, and check permitted_enctypes in /etc/krb5.conf.",
    ),
    Cause(
        r"No (?:Kerberos )?credentials (?:available|were supplied|cache)|No applicable credentials"
        rf"|credentials? cache\b.{{0,80}}\bnot found|Can't find client principal|Matching credential not found|Ticket "
        rf"expired|No credential was|{_code(32, 195, 203)}",
        "The controller has neither a password nor a valid Kerberos ticket to sign in to {host}.",
        "Give ansible_user and ansible_password, or get a ticket (kinit) before the playbook; klist shows which there are and until when.",
    ),
    Cause(
        r"NTLM.{0,60}(?:disabled|blocked|not (?:allowed|supported|permitted))|STATUS_NTLM_BLOCKED|0xC0000418",
        "NTLM is switched off for {host}.",
        "Set ansible_psrp_auth: kerberos, and write ansible_user as user@REALM.EXAMPLE.",
    ),
)


def cause_of(words: str) -> Cause | None:
    """Return what an error of the authentication means; None where it is none of the known ones."""
    return next((cause for cause in CAUSES if re.search(cause.words, words, re.IGNORECASE | re.DOTALL)), None)
