# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes _rules/windows_zones.py: the IANA zone for each Windows time zone, from Unicode's CLDR as the package tzlocal carries it.

`make windows-zones` runs this: call it when Windows has new zones.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

TARGET = Path(__file__).parents[1] / "plugins" / "module_utils" / "_rules" / "windows_zones.py"
HEAD = '''# Copyright (c) 2026 sfb.teams_upgrade contributors
# Copyright (c) 2004-2025 Unicode, Inc.
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later AND Unicode-3.0

"""The IANA time zone for each Windows time zone (CLDR windowsZones). Written by dev/windows_zones.py."""

from __future__ import annotations

IANA = {
'''


def main() -> int:
    """Write the table."""
    zones: dict[str, str] = import_module("tzlocal.windows_tz").win_tz
    lines = [f'    "{name}": "{zone}",\n' for name, zone in sorted(zones.items())]
    TARGET.write_text(f"{HEAD}{''.join(lines)}}}\n", encoding="utf-8")
    print(f"{len(lines)} zones")
    return 0


if __name__ == "__main__":
    sys.exit(main())
