# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users files as Excel, PowerShell and text editors write them. docs/users-files.md is their description for users.

An encoding or a column is never guessed: a file says what it is, or it is refused with its line and a way out.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._model.identity import fold
from .._model.pasted import is_blank

# Headers of the column that names the user, letters and digits only, in order of preference.
USER_COLUMNS = (
    "user",
    "users",
    "sipaddress",
    "sip",
    "sipuri",
    "msrtcsipprimaryuseraddress",
    "userprincipalname",
    "upn",
)
_NAMES = "user, users, SipAddress, SIP, SipUri, msRTCSIP-PrimaryUserAddress, UserPrincipalName or UPN"
_EXCEL = (
    "In Excel, save it as 'CSV UTF-8 (Comma delimited)', in German 'CSV UTF-8 (durch Trennzeichen getrennt)', or as"
    " 'Unicode Text'; in PowerShell, export with -Encoding utf8."
)
_WORKBOOKS = {b"PK\x03\x04": "an Excel workbook or another archive", b"\xd0\xcf\x11\xe0": "an Excel workbook"}
_MARKS = {
    codecs.BOM_UTF32_LE: None,
    codecs.BOM_UTF32_BE: None,
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LINE_END = re.compile("\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR = re.compile(r'"?sep=(.?)"?\1*', re.IGNORECASE)
_DELIMITERS = ",;\t"
# A formula's error in Excel, English and German.
_ERROR = re.compile(
    r"#(?:N/A|N/V|NV|REF!|BEZUG!|NAME\?|VALUE!|WERT!|NULL!|DIV/0!|NUM!|ZAHL!|SPILL!|CALC!|GETTING_DATA)"
)


class FileProblem(ValueError):
    """A users file cannot be used: a sentence without the file's name, with the line where there is one, and what to do."""

    def __init__(self, message: str, remedy: str, line: int | None = None) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy
        self.line = line


@dataclass(frozen=True, slots=True)
class Entry:
    """What a users file says about one user, and on which of its lines, counted from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Sequence[str]

    @property
    def filled(self) -> list[str]:
        return [cell.strip() for cell in self.cells if not is_blank(cell)]


def entries(data: bytes) -> Iterator[Entry]:
    """Yield what a users file says, line by line. Raises FileProblem."""
    # A byte order mark within, as files have it that were joined, would hide a quotation mark or a #.
    lines = [line.lstrip("\ufeff") for line in _LINE_END.split(_decoded(data))]
    content = _Content(lines)
    declared = _declared(content)
    first = next((line for line in lines[content.read :] if _counts(line)), None)
    if first is None:
        return
    rows = list(_rows(content, declared or _delimiter(first)))
    has_header = not any("@" in cell for cell in rows[0].cells)
    column = _user_column(rows[0]) if has_header else 0
    for row in rows[1:] if has_header else rows:
        if row.filled:
            yield _entry(row, column, len(rows[0].cells) if has_header else None)


def _counts(line: str) -> bool:
    """Return whether a line holds something. Lines that start with # (Export-Csv writes one) do not count.

    What Excel writes for a formula that failed does: a user who could not be looked up is not left out in silence.
    """
    return not is_blank(line) and (not line.startswith("#") or _ERROR.match(line) is not None)


class _Content(Iterator[str]):
    """The lines of a file for a reader of rows, without those that do not count between rows; within a row all count."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.read = 0
        self.row: int | None = None

    def __next__(self) -> str:
        while self.read < len(self._lines):
            line = self._lines[self.read]
            self.read += 1
            if self.row is not None or _counts(line):
                self.row = self.row or self.read
                return f"{line}\n"
        raise StopIteration


def _decoded(data: bytes) -> str:
    """Return the text of a file that says how it is encoded, or is UTF-8."""
    for start, what in _WORKBOOKS.items():
        if data.startswith(start):
            raise FileProblem(f"is {what}, not a text file.", _EXCEL)
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    encoding = _MARKS.get(mark, "utf-8")
    if encoding is None:
        raise FileProblem("is UTF-32.", _EXCEL)
    if encoding == "utf-8" and b"\0" in data:
        every_second = {data[0::2].count(0), data[1::2].count(0)} & {0}
        raise FileProblem("is UTF-16 without a byte order mark." if every_second else "is not a text file.", _EXCEL)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(error, encoding) from error
    if "\0" in text:
        raise FileProblem("is not a text file.", _EXCEL, 1 + len(_LINE_END.findall(text, 0, text.index("\0"))))
    return text


def _undecodable(error: UnicodeDecodeError, encoding: str) -> FileProblem:
    before = error.object[: error.start].decode(encoding, "replace")
    line = 1 + len(_LINE_END.findall(before))
    if encoding == "utf-8":
        byte = error.object[error.start]
        return FileProblem(f"is not UTF-8: line {line} holds the byte 0x{byte:02X}.", _EXCEL)
    return FileProblem(f"is UTF-16, and broken in line {line}.", _EXCEL)


def _declared(content: _Content) -> str | None:
    """Return the delimiter that the first line declares, as Excel reads and writes it, and go on after that line."""
    line = next(content, "").rstrip("\n ")
    found = _SEPARATOR.fullmatch(line)
    if found is None:
        content.read = 0
    elif not found[1] or found[1] == '"' or found[1].isalnum():
        raise FileProblem(f"declares no delimiter: {line}.", "Write sep=; or delete the line.", content.row)
    content.row = None
    return found[1] if found else None


def _delimiter(first: str) -> str:
    """Return the delimiter by the first line: the one that gives a column of users, else the most frequent one."""
    counts = {delimiter: _QUOTED.sub("", first).count(delimiter) for delimiter in _DELIMITERS}
    columns = {each: set(map(_plain, next(csv.reader([first], delimiter=each), ()))) for each in counts if counts[each]}
    fitting = [each for each, names in columns.items() if names & set(USER_COLUMNS)]
    return fitting[0] if len(fitting) == 1 else max(counts, key=lambda each: counts[each])


def _rows(content: _Content, delimiter: str) -> Iterator[_Row]:
    reader = csv.reader(content, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        while (cells := next(reader, None)) is not None:
            yield _Row(content.row or 1, cells)
            content.row = None
    except csv.Error as error:
        raise FileProblem(
            f"is not sound CSV ({error}).", "Put whole fields in quotes, or none.", content.row
        ) from error


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, fold(name)))


def _user_column(header: _Row) -> int:
    names = [_plain(cell) for cell in header.cells]
    shown = " | ".join(header.filled)
    found = next((name for name in USER_COLUMNS if name in names), None)
    if found is None:
        raise FileProblem(
            f"has no column of users: {shown}.",
            f"Call the column {_NAMES}, or write one address per line without a header. An address for mail may be another one.",
            header.line,
        )
    if names.count(found) > 1:
        raise FileProblem(f"has two columns of users: {shown}.", "Delete one of them.", header.line)
    return names.index(found)


def _entry(row: _Row, column: int, width: int | None) -> Entry:
    shown = " | ".join(row.filled)
    if width is None and len(row.filled) > 1:
        raise FileProblem(
            f"has columns but no header ({shown}).",
            "Call the column 'user' in a first line, or write one address per line.",
            row.line,
        )
    if width is not None and any(not is_blank(cell) for cell in row.cells[width:]):
        raise FileProblem(
            f"has more fields than the header ({shown}).", "Put fields that hold a delimiter in quotes.", row.line
        )
    if column >= len(row.cells) or is_blank(row.cells[column]):
        raise FileProblem(f"has no user ({shown}).", "Fill in the address or delete the line.", row.line)
    return Entry(row.line, row.cells[column])
