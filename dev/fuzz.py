# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives everything that parses what a host sends (tests/unit/fuzz) bytes of any kind, for as long as is asked.

`make fuzz` runs this: with atheris, which looks for cases that reach new code, where it can be installed for this Python, else with
hypothesis. Each target is a process of its own. It fails where a case ends in an error that users would see as a traceback, takes too
long or too much memory; such cases are in .build/fuzz/found, and belong into tests/corpus once they are mended.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

PLACE = ROOT / ".build" / "fuzz"
FOUND = PLACE / "found"
MEMORY_MB = 1024
INSTRUMENTED = [
    f"ansible_collections.sfb.teams_upgrade.plugins.{part}"
    for part in (
        "module_utils._cmdlets",
        "module_utils._connection",
        "module_utils._model",
        "module_utils._rules",
        "module_utils._run",
        "plugin_utils._runspace",
    )
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="for all targets together")
    parser.add_argument("--targets", nargs="*", help="names; all of them unless given")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        return _fuzz(asked.one, asked.minutes * 60)
    from tests.unit.fuzz.targets import TARGETS

    names = asked.targets or list(TARGETS)
    FOUND.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name in names:
        each = asked.minutes / len(names)
        command = [sys.executable, "-P", __file__, "--one", name, "--minutes", str(each)]
        # What hangs where no signal ends it, is ended from outside.
        log = PLACE / f"{name}.log"
        with log.open("w", encoding="utf-8") as written:
            code = subprocess.run(
                command, check=False, stdout=written, stderr=subprocess.STDOUT, timeout=each * 60 + 300
            ).returncode
        seen = _seen(name)
        print(
            f"{name}: {seen.get('cases', 0):,} cases in {seen.get('seconds', 0):.0f} s ({seen.get('by', 'nothing')}), "
            f"{len(seen.get('kinds', []))} kinds of failures" + (f", ended with {code}: {log}" if code else ""),
            flush=True,
        )
        print(*(f"    {kind}" for kind in seen.get("kinds", [])), sep="\n", end="\n" if seen.get("kinds") else "")
        failed += bool(code or seen.get("kinds"))
    return 1 if failed else 0


def _seen(name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((PLACE / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _fuzz(name: str, seconds: float) -> int:
    """Try one target in this process."""
    (PLACE / f"{name}.json").unlink(missing_ok=True)
    try:
        import atheris
    except ImportError:
        atheris = None
    if atheris is None:
        from tests.unit.fuzz.running import Tries, by_hypothesis

        return by_hypothesis(Tries(name, FOUND, PLACE), seconds)
    with atheris.instrument_imports(include=INSTRUMENTED, enable_loader_override=False):
        from tests.unit.fuzz.running import Tries, by_atheris
        from tests.unit.fuzz.targets import TARGETS
    by_atheris(atheris, Tries(name, FOUND, PLACE), TARGETS[name], seconds, MEMORY_MB)
    return 0


if __name__ == "__main__":
    sys.exit(main())
