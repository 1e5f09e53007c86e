# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in a wave: users listed in the plan, and users files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence

from .._model.identity import InvalidUser, UserId, fold

ReadFile = Callable[[str], bytes]

# Headers of the column that names the user, letters only, in order of preference.
USER_COLUMNS = ("user", "users", "sipaddress", "userprincipalname", "upn")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class PlanProblem(ValueError):
    """Something in the plan that must be put right first: a sentence, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def listed_users(value: object, where: str) -> tuple[UserId, ...]:
    """Return the users of a list in the plan, each once. `where` names the place for the reader. Raises PlanProblem."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise PlanProblem(f"{where} is not a list.", "Write one address per entry, after a dash.")
    return _each_once((str(entry) if entry is not None else "" for entry in value), where)


def users_from_file(path: object, where: str, read_file: ReadFile) -> tuple[UserId, ...]:
    """Return the users of a users file, each once. Raises PlanProblem when it cannot be read or names nobody."""
    if not isinstance(path, str) or not path.strip():
        raise PlanProblem(f"{where} is not the name of a file.", "Write the path of a CSV file or a list of users.")
    try:
        data = read_file(path)
    except FileNotFoundError as error:
        raise PlanProblem(
            f"{where}: there is no file {error.filename}.",
            "Correct the path; relative paths start at teams_upgrade_plan_dir.",
        ) from error
    except OSError as error:
        raise PlanProblem(
            f"{where}: {path} cannot be read ({error.strerror or error}).",
            "Give the user who runs the playbook access to it.",
        ) from error
    users = _each_once(_addresses(_lines(data, f"{where}: {path}"), f"{where}: {path}"), f"{where}: {path}")
    if not users:
        raise PlanProblem(f"{where}: {path} names no user.", "Write an address into it, or remove the wave.")
    return users


def _each_once(texts: Iterable[str], where: str) -> tuple[UserId, ...]:
    found: dict[str, UserId] = {}
    for text in texts:
        try:
            user = UserId.parse(text)
        except InvalidUser as error:
            message, _colon, remedy = str(error).partition(": ")
            raise PlanProblem(f"{where}: {message}.", f"{remedy[:1].upper()}{remedy[1:]}") from error
        found.setdefault(user.key, user)
    return tuple(found.values())


def _lines(data: bytes, where: str) -> list[str]:
    """Return the lines that hold something. Lines that start with # (Export-Csv writes one) do not count."""
    if data.startswith(_UTF16):
        raise PlanProblem(f"{where} is UTF-16.", "Save it as UTF-8 (in PowerShell: -Encoding utf8).")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PlanProblem(
            f"{where} is not UTF-8: line {line} holds the byte 0x{data[error.start]:02X}.",
            "Save it as UTF-8 (in PowerShell: -Encoding utf8).",
        ) from error
    if "\0" in text:
        raise PlanProblem(f"{where} is not a text file.", "Write a CSV file or one user per line, in UTF-8.")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _addresses(lines: Sequence[str], where: str) -> Iterator[str]:
    if not lines:
        return
    delimiter = max(",;\t", key=lines[0].count)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise PlanProblem(f"{where} is not sound CSV ({error}).", "Put whole fields in quotes, or none.") from error
    has_header = not any("@" in cell for cell in rows[0])
    column = _user_column(rows[0], where) if has_header else 0
    for row in rows[1:] if has_header else rows:
        if any(row):
            yield _cell(row, column, where, alone=not has_header)


def _cell(row: Sequence[str], column: int, where: str, *, alone: bool) -> str:
    text = " | ".join(cell for cell in row if cell)
    if alone and len([cell for cell in row if cell]) > 1:
        raise PlanProblem(f"{where} has columns but no header ({text}).", "Call the column 'user' in a first line.")
    if column >= len(row) or not row[column]:
        raise PlanProblem(f"{where}: a line has no user ({text}).", "Fill in the address or delete the line.")
    return row[column]


def _user_column(header: Sequence[str], where: str) -> int:
    names = ["".join(filter(str.isalnum, fold(cell))) for cell in header]
    found = next((names.index(name) for name in USER_COLUMNS if name in names), None)
    if found is None:
        raise PlanProblem(
            f"{where} has no column of users: its first line is {' | '.join(header)}.",
            "Call the column user, SipAddress or UserPrincipalName, or write one address per line without a header.",
        )
    return found
