# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The records of an export by the names of their users, each user once."""

from __future__ import annotations

from ..organisation.identities import bare, fold
from .assumed import Assumed, Assumption
from .exports import Export, Record


class ExportIndex:
    """The records of an export, in its order, those of deleted accounts at the end. Raises SeedError where two differ that have a name."""

    def __init__(self, export: Export, assumed: Assumed) -> None:
        self.records: list[Record] = []
        self._by_name: dict[str, Record] = {}
        self._by_address: dict[str, Record] = {}
        self._names: dict[str, Record] = {}
        # Deleted accounts keep the names that others may have by now.
        for record in sorted(export.records, key=_is_deleted):
            self._add(record, assumed)

    def match(self, record: Record) -> Record | None:
        """Return the record of the same user: by user principal name, else by SIP address. That of a deleted account is none."""
        found = self._by_name.get(fold(record.address("UserPrincipalName")))
        found = found or self._by_address.get(bare(record.address("SipAddress")))
        return None if found is None or _is_deleted(found) else found

    def _add(self, record: Record, assumed: Assumed) -> None:
        address, name = bare(record.address("SipAddress")), fold(record.address("UserPrincipalName"))
        if not name and not address:
            raise record.fault("has neither SipAddress nor UserPrincipalName")
        for taken in {name, address} & self._names.keys():
            other = self._names[taken]
            if other.cells == record.cells:
                assumed.of(Assumption.TWICE, taken)
            elif _is_deleted(record):
                assumed.of(Assumption.DELETED_AGAIN, taken)
            else:
                raise record.fault(
                    f"names {taken}, and so does line {other.line} with other values",
                    f"Delete the row that is out of date. {record.export.source.again}",
                )
            return
        self.records.append(record)
        self._names |= dict.fromkeys({name, address} - {""}, record)
        if name:
            self._by_name[name] = record
        if address:
            self._by_address[address] = record


def _is_deleted(record: Record) -> bool:
    return bool(record.text("SoftDeletionTimestamp"))
