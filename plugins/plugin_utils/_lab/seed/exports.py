# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of users as files: which columns are read, and what is wrong with a file. docs/exports.md is their description for users."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ....module_utils._text_table import ERROR, FileProblem, Row, plain, rows
from ..organisation.identities import fold
from .model import SeedError

# What PowerShell writes for a list or an object that has no text of its own.
_FLATTENED = re.compile(
    r"(?:System|Microsoft|Deserialized|Selected)\.[A-Z].*|[A-Z]\w*(?:\.\w+)*\[\]|@\{.*\}", re.DOTALL
)
# Excel writes truth values in its own language.
_TRUE = {
    "true",
    "1",
    "wahr",
    "vrai",
    "verdadero",
    "vero",
    "waar",
    "verdadeiro",
    "sant",
    "sand",
    "sann",
    "tosi",
    "prawda",
    "pravda",
    "igaz",
}
_FALSE = {
    "false",
    "0",
    "falsch",
    "faux",
    "falso",
    "onwaar",
    "falskt",
    "falsk",
    "usann",
    "epätosi",
    "fałsz",
    "nepravda",
    "hamis",
}
_ADDRESS = re.compile(r"(?:sip:)?[^\s@*?\[\]<>,;]+@[^\s@*?\[\]<>,;:]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A side's export: the command that makes it, and its columns. Each of `needed` may be one of several names."""

    title: str
    command: str
    needed: Sequence[Sequence[str]]
    others: Sequence[str]

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are read: as they are compared, and as they are written."""
        return {plain(name): name for name in (*(each for names in self.needed for each in names), *self.others)}

    @property
    def again(self) -> str:
        """What to do where an export cannot be used."""
        return f"Export again: {self.command}" if self.command else "The commands for exports are in docs/exports.md."

    def called(self, path: Path) -> str:
        """Return what a sentence about a file begins with."""
        return f"The {self.title} export {path}" if self.title else f"The export {path}"


ONPREM_EXPORT = Source(
    "on-prem",
    "Get-CsUser | Select-Object Identity, SipAddress, UserPrincipalName, DisplayName, Enabled, HostingProvider, RegistrarPool, "
    "EnterpriseVoiceEnabled, LineURI, TeamsUpgradePolicy, TenantId | Export-Csv onprem.csv -NoTypeInformation -Encoding utf8",
    [
        *(["SipAddress"], ["UserPrincipalName"], ["HostingProvider"], ["RegistrarPool"], ["Identity"]),
        *(["Enabled"], ["EnterpriseVoiceEnabled"], ["LineURI"]),
    ],
    ["DisplayName", "TeamsUpgradePolicy", "TenantId"],
)
ONLINE_EXPORT = Source(
    "online",
    "Get-CsOnlineUser | Select-Object SipAddress, UserPrincipalName, AccountType, HostingProvider, OnPremHostingProvider, "
    "InterpretedUserType, UserDirSyncEnabled, SoftDeletionTimestamp, TenantId, TeamsUpgrade*, @{n='AssignedPlan'; e={($_.AssignedPlan | "
    'ForEach-Object { if ($_.Capability) { "$($_.Capability)=$($_.CapabilityStatus)" } else { "$_" } }) -join \' \'}}, '
    "@{n='UserValidationErrors'; e={$_.UserValidationErrors -join '; '}} | Export-Csv online.csv -NoTypeInformation -Encoding utf8",
    [
        *(["SipAddress"], ["UserPrincipalName"], ["OnPremHostingProvider"]),
        *(["TeamsUpgradePolicy"], ["TeamsUpgradeEffectiveMode"], ["AssignedPlan", "FeatureTypes"]),
    ],
    [
        *("HostingProvider", "InterpretedUserType", "AccountType", "UserDirSyncEnabled", "DirSyncEnabled"),
        *("SoftDeletionTimestamp", "UserValidationErrors", "MCOValidationError", "MCOValidationErrors"),
        *("TeamsUpgradeOverridePolicy", "TeamsUpgradePolicyIsReadOnly", "TenantId", "DisplayName"),
        *("EnterpriseVoiceEnabled", "LineUri", "OnPremEnterpriseVoiceEnabled", "OnPremLineURI", "UsageLocation"),
    ],
)
# A file that was not looked into yet.
_ANY_EXPORT = Source("", "", (), ())
# Columns that tell the sides apart: the tenant's users have the former, and only old modules the latter besides.
_ONLINE_ONLY = {"teamsupgradeeffectivemode", "interpretedusertype", "onpremhostingprovider"}
_ONPREM_MARKS = {"registrarpool", "samaccountname"}


class Export:
    """An export that was read: `records` are its rows. Without a source, the columns say what it is. Raises SeedError."""

    def __init__(self, path: Path, source: Source | None = None) -> None:
        self.path = path
        self.source = source or _ANY_EXPORT
        try:
            table = rows(path.read_bytes(), ("sipaddress", "userprincipalname"))
            header = next(table, None)
            if header is None:
                raise self.fault("is empty")
            names = [plain(cell) for cell in header.cells]
            self.source = self._side(names, source, header.line)
            self.places, self._indexes = self._placed(names, header.line)
            self.records = [self._record(row, len(names)) for row in table if any(map(str.strip, row.cells))]
        except OSError as error:
            raise SeedError(f"{self.source.called(path)} cannot be read: {error.strerror or error}.") from error
        except FileProblem as problem:
            raise self._unreadable(problem) from problem
        if not self.records:
            raise self.fault("has no users")

    def _unreadable(self, problem: FileProblem) -> SeedError:
        place = "" if problem.line is None else f", line {problem.line},"
        again = self.source.again
        return SeedError(f"{self.source.called(self.path)}{place} {problem.message} {problem.remedy} {again}")

    def fault(self, problem: str, line: int | None = None, remedy: str = "") -> SeedError:
        """Return the error for this file: what is wrong, in which line, and what to do."""
        place = "" if line is None else f", line {line},"
        return SeedError(f"{self.source.called(self.path)}{place} {problem}. {remedy or self.source.again}")

    def has(self, column: str) -> bool:
        """Return whether the file has a column."""
        return plain(column) in self.places

    def _side(self, names: Sequence[str], source: Source | None, line: int) -> Source:
        online = not _ONLINE_ONLY.isdisjoint(names)
        if source is None:
            return ONLINE_EXPORT if online else ONPREM_EXPORT
        if online if source is ONPREM_EXPORT else not online and not _ONPREM_MARKS.isdisjoint(names):
            other = ONLINE_EXPORT if source is ONPREM_EXPORT else ONPREM_EXPORT
            raise self.fault(f"has the columns of the {other.title} export", line, "Give each file for its own side.")
        return source

    def _placed(self, names: Sequence[str], line: int) -> tuple[Mapping[str, int], Sequence[int]]:
        """Return the place of each column in a record, and where the file has it."""
        known = self.source.columns
        wanted = [name for name in known if name in names]
        if twice := next((name for name in wanted if names.count(name) > 1), None):
            raise self.fault(f"has the column {known[twice]} twice", line)
        for each in self.source.needed:
            if not any(plain(name) in names for name in each):
                raise self.fault(f"has no column {' or '.join(each)}", line)
        return {name: place for place, name in enumerate(wanted)}, [names.index(name) for name in wanted]

    def _record(self, row: Row, width: int) -> Record:
        if any(cell.strip() for cell in row.cells[width:]):
            raise self.fault("has more fields than the header", row.line)
        given = len(row.cells)
        cells = tuple(row.cells[index].strip() if index < given else "" for index in self._indexes)
        for column, place in self.places.items():
            if cells[place].startswith("#") and ERROR.match(cells[place]):
                raise self.fault(f"holds {cells[place]} as {self.source.columns[column]}, which Excel wrote", row.line)
        return Record(self, row.line, cells)


_compared = lru_cache(maxsize=256)(plain)


class Record:
    """A row of an export. Columns are named as they are written, in any case."""

    __slots__ = ("cells", "export", "line")

    def __init__(self, export: Export, line: int, cells: tuple[str, ...]) -> None:
        self.export, self.line, self.cells = export, line, cells

    def text(self, *columns: str) -> str | None:
        """Return the text of the first of some columns that there is; None where it says nothing but the type of what was there."""
        places = self.export.places
        for column in columns:
            place = places.get(_compared(column))
            if place is not None:
                return None if _FLATTENED.fullmatch(self.cells[place]) else self.cells[place]
        return None

    def object_text(self, column: str) -> str:
        """Return what a column holds, also where that is the text of an object."""
        place = self.export.places.get(_compared(column))
        return "" if place is None else self.cells[place]

    def is_object(self, column: str) -> bool:
        """Return whether a column holds the type of what was there, and nothing else of it."""
        return bool(self.object_text(column)) and self.text(column) is None

    def flag(self, *columns: str) -> bool | None:
        """Return a truth value; None where it is empty or there is none. Raises SeedError for anything else."""
        text = fold(self.text(*columns) or "")
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if not text:
            return None
        raise self.fault(f"holds {text!r} as {columns[0]}, which is neither True nor False")

    def address(self, column: str) -> str:
        """Return an address, without `sip:`; empty where there is none. Raises SeedError for what is no address."""
        text = self.text(column) or ""
        if text and not _ADDRESS.fullmatch(text):
            if "?" in text:
                raise self.fault(f"holds {text!r} as {column}: an export as ASCII writes ? for letters such as \u00fc")
            raise self.fault(f"holds {text!r} as {column}, which is no address")
        self.check_letters(column, text)
        return text[4:] if fold(text).startswith("sip:") else text

    def check_letters(self, column: str, text: str) -> None:
        """Raise SeedError for text whose letters another program has read by a wrong code page."""
        if text.isascii():
            return
        for page in ("cp1252", "latin-1"):
            try:
                meant = text.encode(page).decode("utf-8")
            except UnicodeError:
                continue
            raise self.fault(
                f"holds {text!r} as {column}, which may have been {meant!r}: Excel has read UTF-8 as another encoding"
            )

    def fault(self, problem: str, remedy: str = "") -> SeedError:
        """Return the error for this row."""
        return self.export.fault(problem, self.line, remedy)
