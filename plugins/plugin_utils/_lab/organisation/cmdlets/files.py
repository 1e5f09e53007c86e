# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import-Csv: a cmdlet of PowerShell itself, which here reads the files that cmdlets have written on the simulated host (R37)."""

from __future__ import annotations

import csv
import io

from ...contract.call import Outcome, Thing
from ..bound import Behaviour, Bound, Refusal, rows

UTILITY = "Microsoft.PowerShell.Utility"
_ROW = "System.Management.Automation.PSCustomObject"


def import_csv(bound: Bound) -> Outcome:
    """Import-Csv: an object for each line, with texts as values."""
    found: list[Thing] = []
    for path in bound.texts("LiteralPath") or bound.texts("Path"):
        content = bound.world.files.get((bound.host.name, path))
        if content is None:
            text = f"Could not find file '{path}'."
            raise Refusal(text, "FileOpenFailure", "OpenError", "System.IO.FileNotFoundException")
        found += [Thing(_ROW, dict(line)) for line in csv.DictReader(io.StringIO(content))]
    return rows(found)


BEHAVIOURS: dict[str, Behaviour] = {"Import-Csv": import_csv}
