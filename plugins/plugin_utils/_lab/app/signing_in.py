# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How clients sign in to the hosts of a lab: what the hosts get for it, what the inventory says, and the files between."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from ..seed.model import AuthenticationSeed, Seed, SeedError
from ..wsman.acceptors import missing_libraries
from ..wsman.authentication import Authentication
from ..wsman.certificates import Authority, Issued
from ..wsman.tls import VERSIONS, ServerTls

_ENCRYPTING = frozenset({"negotiate", "kerberos", "ntlm", "credssp"})


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What hosts and inventory need; `folder` holds the files that the inventory names, until `close`."""

    authentication: Authentication
    tls: ServerTls | None
    variables: dict[str, object]
    folder: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    def close(self) -> None:
        """Remove the files."""
        if self.folder is not None:
            self.folder.cleanup()


def signing_in(seed: Seed, address: str) -> SigningIn:
    """Return how clients sign in to hosts at an IP address. Raises SeedError for what cannot work."""
    wanted = seed.authentication
    _check(seed)
    authentication = Authentication(
        frozenset(wanted.methods), wanted.unencrypted, wanted.channel_binding, wanted.keytab
    )
    if missing := missing_libraries(authentication):
        raise SeedError(
            f"This authentication needs what is missing in this Python: {', '.join(missing)}. Install it with pip."
        )
    variables = _variables(wanted)
    if not wanted.https:
        return SigningIn(authentication, None, variables)
    authority = Authority("Authority of the lab")
    folder = tempfile.TemporaryDirectory(prefix="lab-tls-")
    client = authority.for_client(f"{next(iter(seed.accounts))}@localhost")
    files = _written(Path(folder.name), authority, client)
    variables["ansible_psrp_ca_cert"] = str(files["ca.pem"])
    if "certificate" in wanted.methods:
        variables["ansible_psrp_certificate_pem"] = str(files["client.pem"])
        variables["ansible_psrp_certificate_key_pem"] = str(files["client-key.pem"])
    issued, trusted = authority.for_host([address, "localhost"]), authority.itself.certificate
    version = VERSIONS.get(wanted.tls)
    tls = ServerTls(issued, trusted, version, version) if version else ServerTls(issued, trusted)
    return SigningIn(authentication, tls, variables, folder)


def _check(seed: Seed) -> None:
    wanted = seed.authentication
    if "kerberos" in wanted.methods and wanted.keytab is None:
        raise SeedError(
            "Kerberos needs a keytab with the keys of the hosts: name it in the seed, authentication.keytab."
        )
    if "certificate" in wanted.methods and not wanted.https:
        raise SeedError("Client certificates need TLS: set authentication.https in the seed, or give --https.")
    if not wanted.unencrypted and not wanted.https and not _ENCRYPTING & set(wanted.methods):
        raise SeedError(
            "Without TLS, basic cannot encrypt messages: allow authentication.unencrypted, or set authentication.https."
        )
    if _ENCRYPTING & set(wanted.methods) and any(":" in password for password in seed.accounts.values()):
        raise SeedError("In the seed, passwords of accounts may not have a colon in them where NTLM is accepted.")


def _variables(wanted: AuthenticationSeed) -> dict[str, object]:
    method = wanted.methods[0]
    encrypts = method in _ENCRYPTING
    found: dict[str, object] = {
        "ansible_psrp_auth": method,
        "ansible_psrp_protocol": "https" if wanted.https else "http",
        # Basic authentication over plain HTTP has no message encryption; the lab listens on loopback only.
        "ansible_psrp_message_encryption": "auto" if encrypts or wanted.https else "never",
    }
    service, _dummy, host = wanted.principal.partition("/")
    if host and method in ("negotiate", "kerberos"):
        found["ansible_psrp_negotiate_service"] = service
        found["ansible_psrp_negotiate_hostname_override"] = host
    return found


def _written(folder: Path, authority: Authority, client: Issued) -> dict[str, Path]:
    contents = {"ca.pem": authority.itself.certificate, "client.pem": client.certificate, "client-key.pem": client.key}
    for name, content in contents.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
    return {name: folder / name for name in contents}
