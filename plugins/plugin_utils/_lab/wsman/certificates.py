# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate authority for simulated hosts and their clients, made when it is needed."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# The user principal name, by which WinRM maps a client's certificate to an account.
_UPN = "1.3.6.1.4.1.311.20.2.3"
_UTF8_STRING = 0x0C
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key, both PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


class Authority:
    """Issues certificates. `itself` is its own, which is for `names` as well."""

    def __init__(self, name: str, names: Sequence[str] = ()) -> None:
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        extensions: list[x509.ExtensionType] = [x509.BasicConstraints(ca=True, path_length=None), _signing()]
        if names:
            extensions.append(x509.SubjectAlternativeName(_general(names)))
        self.itself = self._issue(self._name, self._key, extensions)

    def for_host(self, names: Sequence[str], *, expired: bool = False) -> Issued:
        """Return a certificate for a host of these names or IP addresses."""
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        return self._for(names[0], [x509.SubjectAlternativeName(_general(names)), usage], expired=expired)

    def for_client(self, principal: str, *, expired: bool = False) -> Issued:
        """Return a certificate for an account, named as `user@domain`."""
        encoded = principal.encode()
        value = bytes([_UTF8_STRING, len(encoded)]) + encoded
        names = x509.SubjectAlternativeName([x509.OtherName(x509.ObjectIdentifier(_UPN), value)])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._for(principal.partition("@")[0], [names, usage], expired=expired)

    def _for(self, name: str, extensions: Sequence[x509.ExtensionType], *, expired: bool) -> Issued:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basic = x509.BasicConstraints(ca=False, path_length=None)
        return self._issue(subject, ec.generate_private_key(ec.SECP256R1()), [*extensions, basic], expired=expired)

    def _issue(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        extensions: Sequence[x509.ExtensionType],
        *,
        expired: bool = False,
    ) -> Issued:
        now = datetime.datetime.now(datetime.UTC)
        ends = now - _DAY if expired else now + 30 * _DAY
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(ends - 60 * _DAY)
            .not_valid_after(ends)
        )
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        for extension in (*extensions, own, issuer):
            critical = isinstance(extension, x509.BasicConstraints | x509.KeyUsage)
            builder = builder.add_extension(extension, critical=critical)
        certificate = builder.sign(self._key, hashes.SHA256())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Issued(certificate.public_bytes(serialization.Encoding.PEM), private)


def _signing() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _general(names: Sequence[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found
