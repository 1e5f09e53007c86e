# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a simulated host speaks TLS with."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .certificates import Authority, Issued

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True, slots=True)
class ServerTls:
    """How a host speaks TLS.

    `certificate` is a fresh self-signed one by default. Certificates of clients are trusted where `client_authority` (PEM) issued them.
    """

    certificate: Issued | None = field(default=None, repr=False)
    client_authority: bytes | None = None
    lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    highest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED


def server_context(tls: ServerTls, address: str) -> tuple[ssl.SSLContext, bytes]:
    """Return a server's context for a host at an IP address, and its certificate as PEM."""
    issued = tls.certificate or Authority(address, [address]).itself
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tls.lowest < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = tls.lowest, tls.highest
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder, "chain.pem")
        chain.touch(mode=0o600)
        chain.write_bytes(issued.key + issued.certificate)
        context.load_cert_chain(chain)
    if tls.client_authority is not None:
        context.load_verify_locations(cadata=tls.client_authority.decode("ascii"))
        context.verify_mode = ssl.CERT_OPTIONAL
    return context, issued.certificate


def channel_binding(certificate: bytes) -> bytes:
    """Return by what a sign-in names the TLS channel of a host with this certificate (RFC 5929, tls-server-end-point)."""
    read = x509.load_pem_x509_certificate(certificate)
    algorithm = read.signature_hash_algorithm
    weak = algorithm is None or algorithm.name in ("md5", "sha1")
    return b"tls-server-end-point:" + read.fingerprint(hashes.SHA256() if weak or algorithm is None else algorithm)
