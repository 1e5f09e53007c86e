# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases without an end for one target, and a note of those that fail: one of each kind."""

from __future__ import annotations

import hashlib
import json
import resource
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.unit.fuzz.target import LONGEST, TooSlow
from tests.unit.fuzz.targets import TARGETS

_NOTE_SECONDS = 2


@dataclass
class Tries:
    """What was tried of a target. A kind of failure is its error and the place where it was raised."""

    name: str
    found: Path
    place: Path
    cases: int = 0
    kinds: dict[str, str] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)
    noted: float = 0.0
    by: str = ""

    def one(self, data: bytes) -> None:
        """Try a case, and keep it where it is the first of its kind to fail."""
        self.cases += 1
        try:
            TARGETS[self.name].tries(bytes(data))
        except (Exception, TooSlow) as error:
            frames = traceback.extract_tb(error.__traceback__)
            place = next((each for each in reversed(frames) if "teams_upgrade/plugins" in each.filename), frames[-1])
            kind = f"{type(error).__name__} in {place.name} ({Path(place.filename).name}:{place.lineno})"
            if kind not in self.kinds:
                case = f"{self.name}-{hashlib.sha256(data).hexdigest()[:12]}"
                (self.found / case).write_bytes(data)
                self.kinds[kind] = f"{kind}: {str(error)[:200]} [{case}]"
                self.note()
        if time.monotonic() - self.noted > _NOTE_SECONDS:
            self.note()

    def note(self) -> None:
        """Write down how far it has come: the process may be ended at any time."""
        self.noted = time.monotonic()
        seen = {
            "cases": self.cases,
            "seconds": self.noted - self.begun,
            "kinds": list(self.kinds.values()),
            "by": self.by,
        }
        (self.place / f"{self.name}.json").write_text(json.dumps(seen), encoding="utf-8")


def by_hypothesis(tries: Tries, seconds: float) -> int:
    """Try cases that hypothesis makes of the corpus, with those that failed before in .build/fuzz/examples."""
    tries.by = "hypothesis"
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30 if soft < 0 else soft, hard))
    until = time.monotonic() + seconds
    database = DirectoryBasedExampleDatabase(tries.place / "examples")
    phases = (Phase.reuse, Phase.generate)

    @settings(
        max_examples=1000, database=database, deadline=None, phases=phases, suppress_health_check=list(HealthCheck)
    )
    @given(changed(tries.name))
    def several(data: bytes) -> None:
        tries.one(data)

    while time.monotonic() < until:
        several()
    tries.note()
    return 0


def changed(name: str) -> st.SearchStrategy[bytes]:
    """Cases of a target: those of its corpus, with parts of them left out, repeated, or replaced by words that mean something."""
    seeds = [path.read_bytes()[:LONGEST] for path in TARGETS[name].seeds()]
    words = [*TARGETS[name].tokens, b"\0", b"<", b">", b"{", b"]", b"\xff" * 4]
    piece = st.one_of(st.sampled_from(words), st.binary(max_size=12))
    change = st.tuples(st.integers(0, LONGEST), st.integers(0, 40), piece, st.booleans())
    return st.builds(_changed, st.sampled_from(seeds), st.lists(change, max_size=6)) | st.binary(max_size=200)


def _changed(data: bytes, changes: Sequence[tuple[int, int, bytes, bool]]) -> bytes:
    for place, length, piece, again in changes:
        at = place % (len(data) + 1)
        part = data[at : at + length]
        data = data[:at] + (part + part if again else piece) + data[at + length :]
    return data[:LONGEST]


def by_atheris(atheris: Any, tries: Tries, target: Any, seconds: float, memory: int) -> None:
    """Try cases that atheris makes. It ends this process."""
    tries.by = "atheris"
    grown = tries.place / "grown" / tries.name
    grown.mkdir(parents=True, exist_ok=True)
    words = tries.place / f"{tries.name}.dict"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.tokens), encoding="utf-8")
    options = [
        f"-max_total_time={int(seconds)}",
        f"-rss_limit_mb={memory}",
        "-timeout=60",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={tries.found}/{tries.name}-",
        "-print_final_stats=1",
        *([f"-dict={words}"] if target.tokens else []),
    ]
    atheris.Setup(["fuzz", *options, str(grown), str(target.corpus)], tries.one)
    try:
        atheris.Fuzz()
    finally:
        tries.note()


def _escaped(word: bytes) -> str:
    return "".join(chr(each) if 32 <= each < 127 and chr(each) not in '"\\' else f"\\x{each:02x}" for each in word)
