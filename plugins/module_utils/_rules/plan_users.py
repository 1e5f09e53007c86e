# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in a wave: users listed in the plan, and users files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .._model.identity import InvalidUser, UserId, fold

ReadFile = Callable[[str], bytes]

# Headers of the column that names the user, letters only, in order of preference.
USER_COLUMNS = ("user", "users", "sipaddress", "userprincipalname", "upn")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?', re.IGNORECASE)
_SAVE = (
    'In Excel, save it as "CSV UTF-8 (Comma delimited)" or "Unicode Text"; in PowerShell, export it with -Encoding utf8. '
    "What was saved otherwise has lost letters such as \u00fc, or may show others."
)


class PlanProblem(ValueError):
    """Something in the plan that must be put right first: a sentence, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def listed_users(value: object, where: str, notes: list[str] | None = None) -> tuple[UserId, ...]:
    """Return the users of a list in the plan, each once. `where` names the place for the reader. Raises PlanProblem.

    `notes` gets a sentence for what was cleaned up, here and below.
    """
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise PlanProblem(f"{where} is not a list.", "Write one address per entry, after a dash.")
    return _each_once(((where, str(entry) if entry is not None else "") for entry in value), notes)


def users_from_file(
    path: object, where: str, read_file: ReadFile, notes: list[str] | None = None
) -> tuple[UserId, ...]:
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
    users = _each_once(_addresses(_Table.of(_text(data, f"{where}: {path}")), f"{where}: {path}"), notes)
    if not users:
        raise PlanProblem(f"{where}: {path} names no user.", "Write an address into it, or remove the wave.")
    return users


def _each_once(entries: Iterable[tuple[str, str]], notes: list[str] | None) -> tuple[UserId, ...]:
    found: dict[str, UserId] = {}
    for where, text in entries:
        said: list[str] = []
        try:
            user = UserId.entered(text, said)
        except InvalidUser as error:
            raise PlanProblem(f"{where}: {error.problem}", error.remedy) from error
        if notes is not None:
            notes += [f"{where}: {sentence}" for sentence in said]
        found.setdefault(user.key, user)
    return tuple(found.values())


def _text(data: bytes, where: str) -> str:
    """Return a file's text: UTF-8, or UTF-16 with its mark, as Excel's "Unicode Text" is. Nothing else is guessed."""
    wide = data.startswith(_UTF16)
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise PlanProblem(f"{where} begins as UTF-16 and is cut short or damaged.", _SAVE) from error
        line = len(_LINE_END.findall(data[: error.start].decode("latin-1"))) + 1
        raise PlanProblem(
            f"{where} is not UTF-8: line {line} holds the byte 0x{data[error.start]:02X}.", _SAVE
        ) from error
    if "\0" in text:
        raise PlanProblem(f"{where} is not a text file, or UTF-16 without its mark.", _SAVE)
    return text


@dataclass(frozen=True, slots=True)
class _Table:
    """The lines that hold something, with their numbers in the file. Lines that start with # (Export-Csv writes one) do not count."""

    numbers: tuple[int, ...]
    lines: tuple[str, ...]
    delimiter: str

    @classmethod
    def of(cls, text: str) -> _Table:
        """Return the table in a text. The first line tells what separates cells; Excel may have said so above it (`sep=;`)."""
        lines = [(number, line) for number, line in enumerate(_LINE_END.split(text), start=1)]
        held = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
        told = _SEPARATOR.fullmatch(held[0][1]) if held else None
        held = held[1:] if told else held
        delimiter = told[1] if told else max(",;\t", key=held[0][1].count) if held else ","
        return cls(tuple(number for number, _line in held), tuple(line for _number, line in held), delimiter)

    def rows(self, where: str) -> Iterator[tuple[str, list[str]]]:
        """Yield each row with its place. Raises PlanProblem for what is no sound CSV."""
        reader = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
        while True:
            at = self.numbers[min(reader.line_num, len(self.numbers) - 1)] if self.numbers else 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise PlanProblem(
                    f"{where}, line {at}: this is not sound CSV ({error}).", "Put whole fields in quotes, or none."
                ) from error
            yield f"{where}, line {at}", [cell.strip() for cell in row]


def _addresses(table: _Table, where: str) -> Iterator[tuple[str, str]]:
    """Yield each user as written, with the place. A first line without an address is a header."""
    column: int | None = None
    for number, (place, row) in enumerate(table.rows(where)):
        if number == 0 and not any("@" in cell for cell in row):
            column = _user_column(row, where)
        elif any(row):
            yield place, _cell(row, 0 if column is None else column, place, alone=column is None)


def _cell(row: Sequence[str], column: int, where: str, *, alone: bool) -> str:
    text = " | ".join(cell for cell in row if cell)
    if alone and len([cell for cell in row if cell]) > 1:
        raise PlanProblem(f"{where} has columns but no header ({text}).", "Call the column 'user' in a first line.")
    if column >= len(row) or not row[column]:
        raise PlanProblem(f"{where} has no user ({text}).", "Fill in the address or delete the line.")
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
