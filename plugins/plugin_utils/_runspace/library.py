# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one door to pypsrp and to what it stands on.

The plugin must load where pypsrp is missing, to say so in a sentence. `MISSING` is then why; the other names are not there.
"""

from __future__ import annotations

MISSING: str | None = None

try:
    from pypsrp.complex_objects import ObjectMeta, PSCredential, PSInvocationState
    from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
    from pypsrp.powershell import Fragmenter, PowerShell, RunspacePool
    from pypsrp.serializer import Serializer, TaggedValue
    from pypsrp.wsman import SelectorSet, WSMan
    from requests.exceptions import ConnectionError as HttpConnectionError
    from requests.exceptions import ConnectTimeout, ProxyError, RequestException, SSLError, Timeout
    from spnego.exceptions import SpnegoError
    from urllib3.exceptions import MaxRetryError, NewConnectionError
except ImportError as error:
    MISSING = str(error)

__all__ = [
    "MISSING",
    "AuthenticationError",
    "ConnectTimeout",
    "Fragmenter",
    "HttpConnectionError",
    "MaxRetryError",
    "NewConnectionError",
    "ObjectMeta",
    "PSCredential",
    "PSInvocationState",
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
    "WSMan",
    "WSManFaultError",
    "WinRMError",
    "WinRMTransportError",
]
