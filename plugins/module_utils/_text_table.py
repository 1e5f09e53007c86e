# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables in text files as Excel, PowerShell and text editors write them: users files of a plan, and exports of users.

An encoding is never guessed: a file says what it is, or it is refused with its line and a way out.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ._model.identity import fold
from ._model.pasted import is_blank

EXCEL = (
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
ERROR = re.compile(r"#(?:N/A|N/V|NV|REF!|BEZUG!|NAME\?|VALUE!|WERT!|NULL!|DIV/0!|NUM!|ZAHL!|SPILL!|CALC!|GETTING_DATA)")


class FileProblem(ValueError):
    """A file cannot be used: a sentence without the file's name, with the line where there is one, and what to do."""

    def __init__(self, message: str, remedy: str, line: int | None = None) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, and the first of its lines, counted from 1."""

    line: int
    cells: Sequence[str]

    @property
    def filled(self) -> list[str]:
        """The cells in which something can be seen."""
        return [cell.strip() for cell in self.cells if not is_blank(cell)]


def rows(data: bytes, columns: Collection[str]) -> Iterator[Row]:
    """Yield the rows of a file, a header first where it has one. Raises FileProblem.

    Of the delimiters that the first row may have, the one counts that gives a column with one of these names (as `plain` writes them).
    """
    # A byte order mark within, as files have it that were joined, would hide a quotation mark or a #.
    lines = [line.lstrip("\ufeff") for line in _LINE_END.split(_decoded(data))]
    del data
    content = _Content(lines)
    declared = _declared(content)
    first = next((line for line in lines[content.read :] if _counts(line)), None)
    if first is not None:
        yield from _rows(content, declared or _delimiter(first, columns))


def plain(name: str) -> str:
    """Return the name of a column as it is compared: letters and digits alone, in lower case."""
    return "".join(filter(str.isalnum, fold(name)))


def _counts(line: str) -> bool:
    """Return whether a line holds something. Lines that start with # (Export-Csv writes one) do not count.

    What Excel writes for a formula that failed does: a user who could not be looked up is not left out in silence.
    """
    return not is_blank(line) and (not line.startswith("#") or ERROR.match(line) is not None)


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
            raise FileProblem(f"is {what}, not a text file.", EXCEL)
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    encoding = _MARKS.get(mark, "utf-8")
    if encoding is None:
        raise FileProblem("is UTF-32.", EXCEL)
    if encoding == "utf-8" and b"\0" in data:
        every_second = {data[0::2].count(0), data[1::2].count(0)} & {0}
        raise FileProblem("is UTF-16 without a byte order mark." if every_second else "is not a text file.", EXCEL)
    try:
        text = str(memoryview(data)[len(mark) :], encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(error, encoding) from error
    if "\0" in text:
        raise FileProblem("is not a text file.", EXCEL, 1 + len(_LINE_END.findall(text, 0, text.index("\0"))))
    return text


def _undecodable(error: UnicodeDecodeError, encoding: str) -> FileProblem:
    before = error.object[: error.start].decode(encoding, "replace")
    line = 1 + len(_LINE_END.findall(before))
    if encoding == "utf-8":
        byte = error.object[error.start]
        return FileProblem(f"is not UTF-8: line {line} holds the byte 0x{byte:02X}.", EXCEL)
    return FileProblem(f"is UTF-16, and broken in line {line}.", EXCEL)


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


def _delimiter(first: str, columns: Collection[str]) -> str:
    """Return the delimiter by the first line: the one that gives a column with a known name, else the most frequent one."""
    counts = {delimiter: _QUOTED.sub("", first).count(delimiter) for delimiter in _DELIMITERS}
    names = {each: set(map(plain, next(csv.reader([first], delimiter=each), ()))) for each in counts if counts[each]}
    fitting = [each for each, found in names.items() if not found.isdisjoint(columns)]
    return fitting[0] if len(fitting) == 1 else max(counts, key=lambda each: counts[each])


def _rows(content: _Content, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(content, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        while (cells := next(reader, None)) is not None:
            yield Row(content.row or 1, cells)
            content.row = None
    except csv.Error as error:
        raise FileProblem(
            f"is not sound CSV ({error}).", "Put whole fields in quotes, or none.", content.row
        ) from error
