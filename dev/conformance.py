# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes every call of the conformance tests on both engines and writes docs/conformance.md. Needs a PowerShell 7.

`make conformance` runs this.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import PwshProcesses

from tests.unit.lab.engine.conformance import DOCUMENT, compared, document


def main() -> int:
    """Write the document; return 1 when calls differ for no reason."""
    with PwshProcesses() as processes:
        results = list(compared(processes))
    DOCUMENT.write_text(document(results), encoding="utf-8")
    unexplained = [result.asked.text for result in results if not result.equal and result.asked.differs is None]
    print(f"{len(results)} calls in {DOCUMENT}.", *(f"DIFFERENT: {text}" for text in unexplained), sep="\n")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
