# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""pypsrp's way to a host without what it does by itself: it follows no redirect, and asks for nothing twice.

A request that was asked for twice may get what comes next: what came first is then missing, and nothing says so.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from . import library

# HTTP statuses that say: not now. A host answers so while its service starts, and what is between while it does not reach the host.
BUSY_STATUSES = frozenset({429, 502, 503, 504})

# And those that say: not like this. What answers so has not taken the request: Windows says 400 where the encryption that was agreed on
# is gone with its connection.
NOT_TAKEN_STATUSES = frozenset({400, 403, 404, 405, 411, 413, 414, 429})


def make_strict(transport: Any) -> None:
    """Change a transport of pypsrp's, and all that are copied from it."""
    kind: Any = type(transport)

    class Strict(kind):  # type: ignore[misc]
        def _build_session(self) -> Any:
            session = super()._build_session()
            session.max_redirects = 0
            # pypsrp has asked the environment for proxies and certificates. requests would ask it again for each request.
            session.trust_env = False
            session.send = partial(session.send, proxies=session.proxies)
            return session

        def send(self, message: bytes, *, retries_on_read_timeout: int = 0, timeout: Any = None) -> Any:
            try:
                return super().send(message, timeout=timeout)
            except library.WinRMTransportError as error:
                if error.code == 500 or "Envelope" in error.response_text:
                    raise
                # The page of a proxy is no fault of Windows Remote Management, which pypsrp takes it for where it is well-formed.
                raise library.WinRMTransportError(error.protocol, error.code, "") from None

    transport.__class__ = Strict


def begin_anew(transport: Any) -> None:
    """Leave the HTTP connection, and with it what was agreed on there."""
    transport.close()
    transport.session = None
    transport.encryption = None


def is_broken(error: BaseException) -> bool:
    """Return whether an error says that the way to the host broke, and not what the host thinks of the request."""
    if isinstance(error, library.WinRMTransportError):
        return error.code in BUSY_STATUSES
    broken = (library.HttpConnectionError, library.Timeout, library.ChunkedEncodingError)
    return isinstance(error, broken) and not isinstance(error, (library.SSLError, library.ProxyError))
