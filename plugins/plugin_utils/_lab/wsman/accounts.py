# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Windows accounts of a simulated host, by password, by name and by client certificate."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
from collections.abc import Iterator, Mapping

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from cryptography import x509

# The user principal name in the subject alternative name of a certificate, by which WinRM maps certificates to accounts.
_UPN = "1.3.6.1.4.1.311.20.2.3"


class Accounts:
    """Accounts by name, in any letter case; names may say a domain, `CONTOSO\\\\user` or `user@contoso.com`."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = {user.casefold(): password for user, password in passwords.items()}

    def named(self, name: str) -> str | None:
        """Return the account that a name means, None where there is none."""
        folded = name.casefold()
        bare = folded.rpartition("\\")[2].partition("@")[0]
        return next((each for each in (folded, bare) if each in self._passwords), None)

    def passwords(self) -> Mapping[str, str]:
        """Return the passwords by name."""
        return self._passwords

    def of_basic(self, encoded: str) -> str | None:
        """Return the account whose name and password the Basic scheme carries; clients differ in the encoding of both."""
        try:
            user, _colon, password = base64.b64decode(encoded, validate=True).partition(b":")
        except binascii.Error:
            return None
        found = (self._matching(user, password, encoding) for encoding in ("utf-8", "latin-1"))
        return next((name for name in found if name), None)

    def of_certificate(self, certificate: bytes | None) -> str | None:
        """Return the account to which a client's certificate (DER) is mapped: the one of the user principal name in it."""
        if certificate is None:
            return None
        return next((name for upn in _principal_names(certificate) if (name := self.named(upn))), None)

    def _matching(self, user: bytes, password: bytes, encoding: str) -> str | None:
        try:
            name, given = user.decode(encoding), password.decode(encoding)
        except UnicodeDecodeError:
            return None
        expected = self._passwords.get(name.casefold())
        if expected is None or not hmac.compare_digest(expected.encode(), given.encode()):
            return None
        return name.casefold()


def _principal_names(certificate: bytes) -> Iterator[str]:
    read = x509.load_der_x509_certificate(certificate)
    try:
        names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    for name in names.get_values_for_type(x509.OtherName):
        if name.type_id.dotted_string == _UPN:
            # A UTF8String of fewer than 128 bytes: tag, length, text.
            yield name.value[2:].decode("utf-8", errors="replace")
