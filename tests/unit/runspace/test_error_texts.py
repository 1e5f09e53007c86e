# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Of several errors and the exceptions inside them, the sentences that say something are shown, each once."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.error_records import error_entries
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.error_texts import specific, without_wrappers

EMPTY = "One or more errors occurred."
CAUSE = "Invalid provider type specified."


def exception(message: str, inner: object = None, **more: object) -> Any:
    return SimpleNamespace(
        types=["System.Exception"],
        adapted_properties={"Message": message, "InnerException": inner, **more},
        to_string=f"System.Exception: {message}",
    )


class Record:
    """An error record as pypsrp gives it."""

    def __init__(self, message: str, inner: object = None, details: str | None = None, **more: object) -> None:
        self.exception = exception(message, inner, **more)
        self.details_message, self.message = details, message
        self.fq_error, self.category, self.reason = f"Id{len(message)},Class", 0, ""
        self.target_object, self.target_name = None, None

    def __str__(self) -> str:
        return self.message


def messages(*records: Record) -> list[str]:
    return [entry.message for entry in error_entries(records)]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("One or more errors occurred. ([NotFound] : userId was not found)", "[NotFound] : userId was not found"),
        (
            "One or more errors occurred. (Invalid provider type specified.) (second)",
            "Invalid provider type specified. second.",
        ),
        (
            'Exception calling "GetSteppablePipeline" with "1" argument(s): "Tenant Domain is empty"',
            "Tenant Domain is empty",
        ),
        (
            'Exception calling "A" with "1" argument(s): "Exception calling "B" with "1" argument(s): "Tenant Domain is empty"" '
            '(Exception calling "B" with "1" argument(s): "Tenant Domain is empty")',
            "Tenant Domain is empty",
        ),
        (EMPTY, EMPTY),
        ("Something else (with brackets)", "Something else (with brackets)"),
        ("", ""),
    ],
)
def test_a_sentence_around_the_cause_is_left_out(text: str, inner: str) -> None:
    assert without_wrappers(text) == inner


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([EMPTY, CAUSE], [CAUSE]),
        ([CAUSE, EMPTY], [CAUSE]),
        ([EMPTY], [EMPTY]),
        ([EMPTY, EMPTY], [EMPTY]),
        ([CAUSE, CAUSE.rstrip(".")], [CAUSE]),
        (["Sending failed.", f"Sending failed. {CAUSE}"], [f"Sending failed. {CAUSE}"]),
        ([f"{EMPTY} ({CAUSE})", CAUSE], [CAUSE]),
        (["One", "Two"], ["One", "Two"]),
        ([], []),
    ],
)
def test_what_says_nothing_and_what_is_said_twice_is_left_out(texts: Sequence[str], said: list[str]) -> None:
    assert specific(texts) == said


@pytest.mark.parametrize(
    ("inner", "more"),
    [
        (exception(CAUSE), {}),
        (exception(EMPTY, exception(CAUSE)), {}),
        (f"System.Security.Cryptography.CryptographicException: {CAUSE}\n   at X.Y()\n   at Z", {}),
        (f"System.AggregateException: {EMPTY} ---> System.Exception: {CAUSE}\r\n   at X.Y()\n   --- End of it ---", {}),
        (None, {"InnerExceptions": [exception(CAUSE)]}),
        (None, {"InnerExceptions": [f"System.Exception: {CAUSE}"]}),
        (exception(CAUSE), {"InnerExceptions": [exception(CAUSE)]}),
    ],
)
def test_an_exception_inside_says_what_happened(inner: object, more: dict[str, Any]) -> None:
    assert messages(Record(EMPTY, inner, **more)) == [CAUSE]
    assert messages(Record("It failed", inner, **more)) == [f"It failed. {CAUSE}"]


def test_of_several_records_those_that_say_something_are_shown_once() -> None:
    assert messages(Record(EMPTY), Record(CAUSE)) == [CAUSE]
    assert messages(Record(CAUSE), Record("Other"), Record(CAUSE)) == [CAUSE, "Other"]
    assert messages(Record(EMPTY)) == [EMPTY]
    assert messages() == []


def test_details_take_the_place_of_the_message() -> None:
    assert messages(Record("Hidden", details=CAUSE)) == [CAUSE]


def test_an_exception_inside_itself_ends() -> None:
    endless = exception("Round")
    endless.adapted_properties["InnerException"] = endless
    assert messages(Record(EMPTY, endless)) == ["Round"]
