# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import-Csv: bound as PowerShell binds it, and answered by the organisation, which holds the files of simulated hosts."""

from __future__ import annotations

from ..contract.call import CmdletContract, Parameter, ParameterSet, Pipeline
from .objects import UTILITY
from .product import ProductCommand

IMPORT_CSV = CmdletContract(
    "Import-Csv",
    UTILITY,
    (
        ParameterSet(
            "DelimiterPath",
            (Parameter("Path", "String[]", mandatory=True, position=0, pipeline=Pipeline.BY_VALUE),),
            default=True,
        ),
        ParameterSet(
            "DelimiterLiteralPath",
            (
                Parameter(
                    "LiteralPath", "String[]", mandatory=True, pipeline=Pipeline.BY_PROPERTY, aliases=("PSPath", "LP")
                ),
            ),
        ),
    ),
)


class ImportCsv(ProductCommand):
    """The cmdlet of PowerShell itself."""

    compiled = True
    suffix = "Microsoft.PowerShell.Commands.ImportCsvCommand"
