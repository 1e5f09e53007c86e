# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control endpoint of a running lab: a little HTTP on loopback, for the demo and for rehearsals.

GET /journal, /clock, /faults, /state, /shells, /inventory; POST /clock and /faults; DELETE /journal and /faults. JSON both ways.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..seed.model import SeedError
from ..seed.tables import Table
from .lab import Lab
from .state import state

_LONGEST = 1 << 20


class Control:
    """The endpoint, a context manager."""

    def __init__(self, lab: Lab, port: int = 0) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(lab))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="lab control", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Control:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(lab: Lab) -> type[BaseHTTPRequestHandler]:
    actions = _Actions(lab)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_DELETE(self) -> None:
            self._answer("DELETE")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _answer(self, method: str) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            try:
                status, answer = actions.answer(method, parts.path, query, self._content())
            except ValueError as error:
                status, answer = HTTPStatus.BAD_REQUEST, {"error": str(error)}
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _content(self) -> Mapping[str, Any]:
            length = int(self.headers.get("Content-Length") or 0)
            if length > _LONGEST:
                raise ValueError("the request is too long")
            content = json.loads(self.rfile.read(length)) if length else {}
            if not isinstance(content, Mapping):
                raise ValueError("the request must be a JSON object")
            return content

    return Handler


class _Actions:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._known: Mapping[tuple[str, str], Callable[[Mapping[str, str], Mapping[str, Any]], object]] = {
            ("GET", "/journal"): self._journal,
            ("DELETE", "/journal"): lambda query, content: lab.journal.clear(),
            ("GET", "/clock"): lambda query, content: self._clock(),
            ("POST", "/clock"): self._set_clock,
            ("GET", "/faults"): lambda query, content: self._faults(),
            ("POST", "/faults"): self._order_fault,
            ("DELETE", "/faults"): lambda query, content: lab.faults.clear(),
            ("GET", "/state"): lambda query, content: state(lab.organisation),
            ("GET", "/shells"): lambda query, content: self._shells(),
            ("GET", "/inventory"): lambda query, content: lab.inventory(),
        }

    def answer(
        self, method: str, path: str, query: Mapping[str, str], content: Mapping[str, Any]
    ) -> tuple[HTTPStatus, object]:
        action = self._known.get((method, path.rstrip("/")))
        if action is None:
            known = ", ".join(" ".join(key) for key in self._known)
            return HTTPStatus.NOT_FOUND, {"error": f"there is no {method} {path}; there are {known}"}
        return HTTPStatus.OK, action(query, content)

    def _journal(self, query: Mapping[str, str], content: Mapping[str, Any]) -> object:
        writes = {"true": True, "false": False}.get(query.get("writes", ""))
        entries = self._lab.journal.rows(query.get("cmdlet"), host=query.get("host"), writes=writes)
        shells = [{"host": one.host, "opened": one.opened, "closed": one.closed} for one in self._lab.journal.shells()]
        return {"calls": entries, "shells": shells}

    def _shells(self) -> object:
        return {
            host: [
                {"user": shell.user, "configuration": shell.configuration, "delegates": shell.delegates}
                for shell in endpoint.shells()
            ]
            for host, endpoint in self._lab.front.endpoints.items()
        }

    def _clock(self) -> object:
        return {"now": self._lab.clock.now().isoformat(), "rate": self._lab.clock.rate}

    def _set_clock(self, query: Mapping[str, str], content: Mapping[str, Any]) -> object:
        table = Table(content, source="the request for the clock")
        clock = self._lab.clock
        moment = table.moment("set")
        by = table.duration("advance", timedelta(0)) if "advance" in table else None
        rate = table.rate("rate", clock.rate)
        table.known("advance")
        table.end()
        if moment is None and by is None and "rate" not in table:
            raise SeedError("Say set (a time), advance (a time span such as 90m) or rate (a number).")
        clock.rate = rate
        if moment is not None:
            clock.set(moment)
        if by is not None:
            clock.advance(by)
        self._lab.organisation.settle()
        return self._clock()

    def _faults(self) -> object:
        return [{"cmdlet": one.cmdlet, "user": one.user, "message": one.message} for one in self._lab.faults.ordered()]

    def _order_fault(self, query: Mapping[str, str], content: Mapping[str, Any]) -> object:
        self._lab.faults.order_from(content)
        return self._faults()
