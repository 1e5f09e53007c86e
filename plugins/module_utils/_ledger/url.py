# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The URL of a ledger: what it may be, and how it is shown. Nothing of its user is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SQLITE = ("sqlite", "sqlite+pysqlite")
POSTGRESQL = ("postgresql", "postgresql+psycopg")
# Parameters of libpq that are secrets.
SECRET = ("password", "sslpassword")


class UrlProblem(ValueError):
    """A URL that is none of a ledger. The text says why, as the end of a sentence; `holds_password` where that is why."""

    def __init__(self, why: str, *, holds_password: bool = False) -> None:
        super().__init__(why)
        self.holds_password = holds_password


@dataclass(frozen=True, slots=True)
class LedgerUrl:
    """Where a ledger is: a file, or a database on a server. `query` holds parameters of libpq."""

    path: str = ""
    host: str = ""
    port: int | None = None
    database: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return bool(self.path)

    @property
    def shown(self) -> str:
        """How the ledger is named in sentences."""
        if self.is_sqlite:
            return self.path
        port = f":{self.port}" if self.port else ""
        return f"{self.database} on {self.host or 'this machine'}{port}"

    def without_secrets(self, text: str) -> str:
        """Return a driver's text without the user and the password."""
        secrets = [self.password] if self.password else []
        # A driver writes the user between quotation marks. The bare name may be a part of any word.
        secrets += (
            [f"{mark}{self.user}{other}" for mark, other in ('""', "''", "«»", "»«", "\u201e\u201c")]
            if self.user
            else []
        )
        for secret in secrets:
            text = text.replace(secret, "***")
        return text


def parse(text: str, password: str | None = None) -> LedgerUrl:
    """Return what a URL says. Raises UrlProblem."""
    if holds_password(text):
        raise UrlProblem("it holds a password", holds_password=True)
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise UrlProblem("it is no URL") from None
    if parts.scheme in SQLITE:
        return LedgerUrl(path=_path(parts))
    if parts.scheme not in POSTGRESQL:
        raise UrlProblem("it begins with neither sqlite: nor postgresql+psycopg:")
    database = unquote(parts.path.removeprefix("/"))
    if not database:
        raise UrlProblem("it names no database")
    return LedgerUrl(
        host=unquote(parts.hostname or ""),
        port=port,
        database=database,
        user=unquote(parts.username or ""),
        password=password or "",
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
    )


def _path(parts: SplitResult) -> str:
    if parts.netloc or parts.query or not parts.path:
        raise UrlProblem("after sqlite: come three slashes, and then the path of a file")
    path = unquote(parts.path.removeprefix("/"), errors="surrogateescape")
    if not PurePosixPath(path).is_absolute():
        raise UrlProblem("the path of its file is not absolute, so that each run might find another file")
    return path


def holds_password(text: str) -> bool:
    """Return whether a URL holds a password, or may: what stands before the @, or among its parameters."""
    return ":" in _user_info(text) or bool(_secret_parameters(text))


def secrets_of(text: str) -> list[str]:
    """Return the parts of a URL, even of one that cannot be used, that no output may hold: its user-info, and secret parameters.

    The user has the characters around it, so that nothing is hidden that merely looks like a user's name. No part is in another one:
    Ansible replaces them in any order.
    """
    user, colon, password = _user_info(text).partition(":")
    found = [f"//{user}{colon or '@'}"] if user else []
    return found + [each for each in (password, unquote(password), *_secret_parameters(text)) if each]


def _user_info(text: str) -> str:
    """Return what stands before the last @, also where a password holds characters that it should not; empty where there is none."""
    rest = text.partition("://")[2]
    user, _at, _host = rest.rpartition("@")
    # Without a user, an @ may be in a parameter.
    return "" if re.match(r"[^:/?@]*(:\d+)?/[^?@:]*\?", user) else user


def _secret_parameters(text: str) -> list[str]:
    return [value for name, value in parse_qsl(text.partition("?")[2]) if name.lower() in SECRET]
