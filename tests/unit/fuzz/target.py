# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is tried with bytes of any kind: a function, and the errors by which it may refuse them."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

CORPUS = Path(__file__).parents[2] / "corpus"
# Seconds for one case, on a machine that does other things besides; what takes quadratic time takes minutes.
LIMIT_SECONDS = 10
# A case is this long at most: what a host sends in one answer, cut down so that many can be tried.
LONGEST = 8192


class TooSlow(BaseException):
    """A case did not end within its limit. Nothing that catches every Exception takes it for one of its own."""


@dataclass(frozen=True, slots=True)
class Target:
    """`takes` returns, or raises one of `refuses`: the errors that end in a sentence for users. `tokens` are words that mean something."""

    name: str
    takes: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...] = ()
    tokens: tuple[bytes, ...] = ()

    @property
    def corpus(self) -> Path:
        """The folder of the cases that are always tried."""
        return CORPUS / self.name

    def seeds(self) -> list[Path]:
        """The cases of the corpus."""
        return sorted(path for path in self.corpus.iterdir() if path.is_file())

    def tries(self, data: bytes, seconds: float = LIMIT_SECONDS) -> None:
        """Try a case. Raises TooSlow, and any error that is none of those that refuse."""
        with _limited(seconds), contextlib.suppress(*self.refuses):
            self.takes(data[:LONGEST])


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise TooSlow in this thread, which has to be the main one, after some seconds."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"no end after {time.monotonic() - begun:.0f} seconds")

    begun = time.monotonic()
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
