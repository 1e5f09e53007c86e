# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts, and what is between, may do to a request."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.faults import WSManFault

from tests.hostile import Exchange, Misbehaviour

_STREAM = re.compile(rb"(<rsp:Stream [^>]*>)([^<]*)(</rsp:Stream>)")


def reset(*, after: bool = False) -> Misbehaviour:
    """End the connection, before or after the host has got the request."""

    def does(exchange: Exchange) -> None:
        if after:
            exchange.passed_on()
        exchange.reset()

    return does


def cut_short(exchange: Exchange) -> None:
    """End the connection in the middle of the answer."""
    exchange.cut(*exchange.passed_on())


def status(
    code: int, content: bytes = b"<html><body>Service Unavailable</body></html>", **headers: str
) -> Misbehaviour:
    """Answer with an HTTP status. The host behind never gets the request."""
    return lambda exchange: exchange.answer(code, content, **{"Content_Type": "text/html", **headers})


def says(fault: WSManFault, *, after: bool = False) -> Misbehaviour:
    """Answer with a fault of Windows Remote Management."""

    def does(exchange: Exchange) -> None:
        if after:
            exchange.passed_on()
        exchange.refuse(fault)

    return does


def silent(seconds: float) -> Misbehaviour:
    """Do not answer for some time, then end the connection."""

    def does(exchange: Exchange) -> None:
        time.sleep(seconds)
        exchange.reset()

    return does


def changed(change: Callable[[bytes], bytes]) -> Misbehaviour:
    """Pass the request on, and change the answer's message."""

    def does(exchange: Exchange) -> None:
        code, content = exchange.passed_on()
        exchange.answer(code, change(content))

    return does


def changed_fragments(change: Callable[[bytes], bytes]) -> Misbehaviour:
    """Pass the request on, and change the PSRP fragments in the answer."""

    def replaced(found: re.Match[bytes]) -> bytes:
        return found[1] + base64.b64encode(change(base64.b64decode(found[2]))) + found[3]

    return changed(lambda content: _STREAM.sub(replaced, content))


def slow(seconds: float) -> Misbehaviour:
    """Answer as the host behind does, some time later."""

    def does(exchange: Exchange) -> None:
        time.sleep(seconds)
        exchange.answer(*exchange.passed_on())

    return does
