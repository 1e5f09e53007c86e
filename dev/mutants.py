# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes the code of the pure packages in one place at a time, and prints which of these mutants no unit test notices.

make mutants [ARGS="_rules _model"]

mutmut makes the mutants and runs for each one the tests that call the changed function. It changes what functions do; constants,
properties and other decorated functions it leaves alone. Everything lies under .build/mutants/PACKAGE. With --again, only what
survived the last run is tried again. Ends with status 1 where fewer than 95 % of a package's mutants are killed.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build" / "mutants"
CODE = Path("ansible_collections/sfb/teams_upgrade")
UTILS = Path("plugins/module_utils")
# The folders of tests/unit that are tests of a package.
TESTS: Mapping[str, tuple[str, ...]] = {
    "_rules": ("rules", "wave"),
    "_model": ("model", "rules"),
    "_wave": ("wave",),
    "_cmdlets": ("cmdlets", "run"),
}
# What tests read besides.
READ = ("plugins", "roles", "playbooks", "dev", "docs")
WANTED = 95.0
# It reads the names of all functions, and would meet those that the tester adds.
NAMES_ALL = "tests/unit/cmdlets/test_allowed_calls.py::test_every_function_that_may_call_a_cmdlet_is_called_here"
PLUGINS = [
    word
    for name in (
        "cacheprovider",
        "unraisableexception",
        "threadexception",
        "faulthandler",
        "junitxml",
        "pastebin",
        "doctest",
    )
    for word in ("-p", f"no:{name}")
]
# Exit statuses that mutmut notes: tests failed, pytest itself failed, the tests took too much time.
KILLED = frozenset((1, 3, 24, -24, 36, 152, 255))


@dataclass(frozen=True)
class Mutant:
    """One change: the line of `file` where it is, the text there before and after."""

    key: str
    file: str
    line: int
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}\n    - {self.was}\n    + {self.now}"


def lay(package: str) -> Path:
    """Copy what the tests of a package need, with settings for mutmut, and return the folder."""
    folder = BUILD / package
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("tests", *READ):
        target = folder / part
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("plugins", "roles"):
        shutil.rmtree(folder / CODE / part, ignore_errors=True)
        shutil.copytree(folder / part, folder / CODE / part)
    (folder / "pyproject.toml").write_text(settings_of(package), encoding="utf-8")
    return folder


def forget(folder: Path, package: str) -> None:
    """Remove from the last run what mutmut would not copy or count anew: all but the mutants and their results."""
    copy = folder / "mutants"
    code = copy / CODE / UTILS / package
    for path in sorted(copy.rglob("*"), reverse=True):
        if code not in path.parents and path.is_file():
            path.unlink()


def settings_of(package: str) -> str:
    """Return a pyproject.toml with the tests' own settings, on the copy, and those of mutmut."""
    pytest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    pytest |= {"pythonpath": ["."], "addopts": ["--import-mode=importlib", "--strict-markers"]}
    for name in ("faulthandler_timeout", "faulthandler_exit_on_timeout", "filterwarnings"):
        del pytest[name]
    mutmut = {
        "source_paths": ["ansible_collections"],
        "only_mutate": [f"{CODE / UTILS / package}/*.py"],
        "also_copy": list(READ),
        # Each mutant starts pytest anew: what it does not need would take longer than the tests.
        "pytest_add_cli_args": ["--assert=plain", "-p", "dev.mutants_plugin", *PLUGINS, "--deselect", NAMES_ALL],
        "pytest_add_cli_args_test_selection": [f"tests/unit/{name}" for name in TESTS[package]],
        # Tests run in processes that have collected them, and run none before: nothing is cached, no generator is used up.
        "process_isolation": "forkserver",
        "use_git_change_detection": False,
        "track_dependencies": False,
        "timeout_constant": 4.0,
        "timeout_multiplier": 4.0,
    }
    tables = {"tool.pytest.ini_options": pytest, "tool.mutmut": mutmut}
    # What these hold is written in TOML as in JSON.
    return "".join(
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
        for name, table in tables.items()
    )


def run(folder: Path, mutants: Sequence[str], children: int) -> None:
    """Let mutmut try all mutants that have no result yet, or these ones again."""
    copy = folder / "mutants"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"ANSIBLE_COLLECTIONS_PATH": str(copy), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children), *mutants]
    with (folder / "mutmut.log").open("w", encoding="utf-8") as log:
        ended = subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        raise SystemExit("\n".join((folder / "mutmut.log").read_text(encoding="utf-8").splitlines()[-40:]))


def results(folder: Path) -> Iterator[tuple[Path, Mapping[str, int | None]]]:
    """Yield each changed file, relative to the collection, with the exit status of each of its mutants."""
    for meta in sorted((folder / "mutants").rglob("*.py.meta")):
        found: Mapping[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if found:
            yield meta.with_suffix("").relative_to(folder / "mutants" / CODE), found


def survivors(folder: Path) -> Iterator[Mutant]:
    """Yield the mutants that no test notices."""
    for file, found in results(folder):
        alive = [key for key, status in found.items() if status not in KILLED]
        if not alive:
            continue
        changed = folder / "mutants" / CODE / file
        spans = json.loads((changed.parent / f"{changed.name}.spans").read_text(encoding="utf-8"))["spans"]
        lines = changed.read_text(encoding="utf-8").splitlines()
        starts = starts_of(ROOT / file)
        for key in alive:
            name = key.rpartition(".")[2]
            original = name.partition("__mutmut_")[0]
            (first, last), (other, end) = spans[f"{original}__mutmut_orig"], spans[name]
            was, now = without_head(lines[first - 1 : last]), without_head(lines[other - 1 : end])
            offset, before, after = difference(was, now)
            yield Mutant(key, str(file), starts[original] + offset, before, after)


def without_head(lines: Sequence[str]) -> list[str]:
    """Return the lines of a function from its `def` on, with the generated name taken out."""
    start = next(index for index, line in enumerate(lines) if line.lstrip().startswith("def "))
    head, _paren, rest = lines[start].partition("(")
    return [f"{head.partition('def ')[0]}def ({rest}", *lines[start + 1 :]]


def starts_of(path: Path) -> dict[str, int]:
    """Return the line of each function of a file by the name that mutmut gives it."""
    found: dict[str, int] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[f"x_{node.name}"] = node.lineno
        elif isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            found |= {f"xǁ{node.name}ǁ{each.name}": each.lineno for each in methods}
    return found


def difference(was: Sequence[str], now: Sequence[str]) -> tuple[int, str, str]:
    """Return the number of the first line that differs, and what is there in both."""
    for tag, first, last, other, end in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag != "equal":
            return first, " ".join(map(str.strip, was[first:last])), " ".join(map(str.strip, now[other:end]))
    raise ValueError("the mutant is like the original")


def equivalent() -> set[tuple[str, str, str]]:
    """Return the mutants of dev/mutants.yml, which do what the original does: file, line before, line after."""
    listed: list[dict[str, Any]] = yaml.safe_load((ROOT / "dev" / "mutants.yml").read_text(encoding="utf-8"))
    return {(each["file"], each["was"], each["now"]) for each in listed}


def report(package: str, folder: Path) -> float:
    """Print the survivors of a package, and return which percentage of its mutants is killed."""
    known = equivalent()
    alive = list(survivors(folder))
    real = [each for each in alive if (each.file, each.was, each.now) not in known]
    for each in sorted(real, key=lambda mutant: (mutant.file, mutant.line)):
        print(each)
    total = sum(len(found) for _file, found in results(folder)) - (len(alive) - len(real))
    killed = 100.0 * (total - len(real)) / total
    print(f"{package}: {total - len(real)} of {total} mutants killed, {killed:.1f} %", flush=True)
    return killed


def mutate(package: str, *, again: bool, children: int) -> float:
    """Try the mutants of a package, and return which percentage is killed."""
    folder = BUILD / package
    if not again:
        shutil.rmtree(folder, ignore_errors=True)
    before = [each.key for each in survivors(folder)] if again else []
    lay(package)
    forget(folder, package)
    run(folder, before, children)
    if again and any(None in found.values() for _file, found in results(folder)):
        run(folder, (), children)  # what has changed since
    return report(package, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", choices=[[], *TESTS], help="all by default")
    parser.add_argument("--again", action="store_true", help="try only what survived the last run")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 2, help="how many to try at a time")
    options = parser.parse_args()
    packages = options.packages or list(TESTS)
    killed = [mutate(package, again=options.again, children=options.children) for package in packages]
    sys.exit(1 if min(killed) < WANTED else 0)


if __name__ == "__main__":
    main()
