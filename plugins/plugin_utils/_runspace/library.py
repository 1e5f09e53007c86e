# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only import of pypsrp and of the libraries under it.

The plugin must load where pypsrp is missing or does not fit, to say so in a sentence. `MISSING` is then why; other names may not be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

# The version whose inside is known.
KNOWN = "0.9.1"

try:
    from pypsrp import wsman
    from pypsrp.complex_objects import ObjectMeta, PSCredential, PSInvocationState
    from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
    from pypsrp.messages import CreatePipeline, PipelineState
    from pypsrp.powershell import Fragmenter, PowerShell, RunspacePool
    from pypsrp.serializer import Serializer, TaggedValue
    from pypsrp.wsman import SelectorSet, WSMan
    from requests.exceptions import (
        ChunkedEncodingError,
        ConnectTimeout,
        ProxyError,
        RequestException,
        SSLError,
        Timeout,
        TooManyRedirects,
    )
    from requests.exceptions import ConnectionError as HttpConnectionError
    from spnego.exceptions import SpnegoError
    from urllib3.exceptions import MaxRetryError, NewConnectionError
except ImportError as error:
    _not_imported: str | None = str(error)
else:
    _not_imported = None

# An extra of pypsrp's; without it there is no CredSSP, and none of these.
CREDSSP_ERRORS: tuple[type[BaseException], ...] = ()
try:
    from requests_credssp.exceptions import AuthenticationException, NTStatusException

    CREDSSP_ERRORS = (AuthenticationException, NTStatusException)
except ImportError:
    pass


def _lacking() -> Iterator[str]:
    """Yield the names that sessions set or override inside pypsrp, which promises none of them, and which are not there."""
    inside = {
        "RunspacePool": (
            RunspacePool,
            ("_serializer", "_fragmenter", "_parse_responses", "_receive", "connection", "pipelines", "shell"),
        ),
        "Serializer": (Serializer, ("_clear", "_serialize_string", "deserialize", "obj", "serialize", "tn")),
        "WSMan": (WSMan, ("session_id", "transport", "max_payload_size")),
        "wsman._TransportHTTP": (
            getattr(wsman, "_TransportHTTP", None),
            (
                "session",
                "encryption",
                "connection_timeout",
                "read_timeout",
                "reconnection_retries",
                "_build_session",
                "send",
            ),
        ),
    }
    for owner, (kind, names) in inside.items():
        if kind is None:
            yield owner
            continue
        # Attributes of an instance are known by the code that sets them.
        made = getattr(getattr(kind, "__init__", None), "__code__", None)
        known = {*dir(kind), *getattr(made, "co_names", ())}
        yield from (f"{owner}.{name}" for name in names if name not in known)


def _installed() -> str | None:
    try:
        return version("pypsrp")
    except PackageNotFoundError:
        return None


def _unusable() -> str | None:
    why = _not_imported or ", ".join(_lacking())
    if not why:
        return None
    why = why if _not_imported else f"it has no {why}"
    installed = _installed()
    return why if installed in (None, KNOWN) else f"{why}; pypsrp {installed} is installed, and {KNOWN} works"


MISSING = _unusable()
# What pip is to install.
INSTALL = f"pypsrp>={KNOWN}" if _installed() is None else f"pypsrp=={KNOWN}"

__all__ = [
    "CREDSSP_ERRORS",
    "INSTALL",
    "MISSING",
    "AuthenticationError",
    "ChunkedEncodingError",
    "ConnectTimeout",
    "CreatePipeline",
    "Fragmenter",
    "HttpConnectionError",
    "MaxRetryError",
    "NewConnectionError",
    "ObjectMeta",
    "PSCredential",
    "PSInvocationState",
    "PipelineState",
    "PowerShell",
    "ProxyError",
    "RequestException",
    "RunspacePool",
    "SSLError",
    "SelectorSet",
    "Serializer",
    "SpnegoError",
    "TaggedValue",
    "Timeout",
    "TooManyRedirects",
    "WSMan",
    "WSManFaultError",
    "WinRMError",
    "WinRMTransportError",
]
