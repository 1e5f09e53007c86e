# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-test sanity on a copy of this clone, with the Pythons at hand, and proves first that it sees errors.

    python dev/sanity.py [arguments of ansible-test sanity]

`make check-sanity` runs this. The home directory of ansible-test is .build/sanity/home: its environments and caches are there, not in
the user's.
"""

from __future__ import annotations

import ast
import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from copy_collection import BUILD, ROOT, copy_collection

HOME = BUILD / "sanity" / "home"
PYTHONS = BUILD / "sanity" / "bin"

# What a host may send is bytes of any kind, to which rules for texts do not apply.
CORPUS = Path("tests") / "corpus"

# ansible-test fetches this from a host of its own unless it is there. The name holds the version of pip it wants.
GET_PIP = "get_pip_25_2.py"

# Each of these tests must find something in a planted module. That ansible-test ends well proves nothing by itself:
# where it sees no collection it says that no test applies, and ends well.
PLANTED = "plugins/modules/planted.py"
PLANTED_TEXT = "def main():\n    assert True\n"
TESTS_THAT_MUST_FAIL = ("no-assert", "validate-modules")


def settings_of_pip() -> configparser.RawConfigParser:
    """What pip reads here from files and from the environment; ansible-test calls it with neither."""
    settings = configparser.RawConfigParser()
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], stdout=subprocess.PIPE, text=True, check=True
    )
    for line in sorted(listed.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _equals, value = line.partition("=")
        section, _dot, option = name.removeprefix(":env:.").rpartition(".")
        section = section or "global"
        if not settings.has_section(section):
            settings.add_section(section)
        settings.set(section, option, str(ast.literal_eval(value)))
    return settings


def prepare_home() -> None:
    """Lay what ansible-test looks for in its home directory."""
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "dev" / "get_pip.py", cache / GET_PIP)
    pip = HOME / ".config" / "pip"
    pip.mkdir(parents=True, exist_ok=True)
    with (pip / "pip.conf").open("w", encoding="utf-8") as file:
        settings_of_pip().write(file)


def prepare_pythons(versions: Sequence[str]) -> None:
    """Link those of the versions that are there into one folder, by the names that ansible-test looks for."""
    shutil.rmtree(PYTHONS, ignore_errors=True)
    PYTHONS.mkdir(parents=True)
    for version in versions:
        found = subprocess.run(
            [ROOT / "dev" / "find-python", version],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if found.returncode == 0:
            (PYTHONS / f"python{version}").symlink_to(found.stdout.strip())


def environment() -> dict[str, str]:
    # Shims of version managers answer to every name, and then cannot run what they stand for.
    others = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder).name != "shims"]
    path = os.pathsep.join([str(Path(sys.executable).parent), str(PYTHONS), *others])
    return os.environ | {"HOME": str(HOME), "PATH": path}


def run(collection: Path, arguments: Sequence[str], *, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("ansible-test"), "sanity", "--color", "no", *arguments],
        cwd=collection,
        env=environment(),
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )


def prove_that_errors_are_seen(collection: Path) -> None:
    """Plant a module that breaks rules, and stop with a message unless the tests for these rules fail on it."""
    planted = collection / PLANTED
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(PLANTED_TEXT, encoding="utf-8")
    for test in TESTS_THAT_MUST_FAIL:
        done = run(collection, ["--test", test, PLANTED], quiet=True)
        if done.returncode == 0 or f"ERROR: {PLANTED}" not in done.stdout:
            sys.exit(f"{done.stdout}\nansible-test sanity --test {test} does not see an error that was planted for it.")
    planted.unlink()
    print(f"Planted errors were seen by: {', '.join(TESTS_THAT_MUST_FAIL)}.", flush=True)


def main() -> int:
    prepare_home()
    prepare_pythons(["3.11", "3.12", "3.13", "3.14"])
    collection = copy_collection(BUILD / "sanity", without=CORPUS)
    prove_that_errors_are_seen(collection)
    return run(collection, sys.argv[1:]).returncode


if __name__ == "__main__":
    sys.exit(main())
