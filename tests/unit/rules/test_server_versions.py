# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which servers and modules can move users (R13 to R15)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.server import MovingServer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.version import Version
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.server_versions import (
    NO_MODULE,
    Bounds,
    cannot_move,
    module_fault,
    too_old,
)
from hypothesis import given
from hypothesis import strategies as st

CU6 = "7.0.2046.385"


def server(build: str | None = CU6, module: str | None = "6.2.1", listed: bool | None = True) -> MovingServer:
    """A moving server with this build and this MicrosoftTeams module."""
    return MovingServer("sfb01", Version.find(build), Version.find(module), listed)


@pytest.mark.parametrize(
    ("build", "minimum"),
    [
        ("7.0.2046.385", None),
        ("7.0.2046.1000", None),
        ("7.0.2046.849", None),
        ("7.0.2046.384", "7.0.2046.385"),
        ("7.0.2046.0", "7.0.2046.385"),
        ("6.0.9319.619", None),
        ("6.0.9319.881", None),
        ("6.0.9319.618", "6.0.9319.619"),
        ("5.0.8308.1182", None),
        ("5.0.8308.1181", "5.0.8308.1182"),
        ("4.0.7577.726", "6.0.9319.619"),
        (None, None),
    ],
)
def test_r13_each_product_has_a_minimum_build(build: str | None, minimum: str | None) -> None:
    reason = too_old(server(build), Bounds())
    assert (reason is None) is (minimum is None)
    if reason is not None:
        assert (reason.code, reason.scope) == ("server_too_old", Scope.ORGANISATION)
        assert f"build {build}" in reason.message
        assert str(minimum) in reason.remedy


@pytest.mark.parametrize(
    ("module", "build", "code"),
    [
        ("6.2.1", CU6, None),
        ("6.2.0", CU6, "teams_module_too_old"),
        ("5.9.0", CU6, "teams_module_too_old"),
        ("6.10.0", CU6, None),
        ("7.1.0", CU6, None),
        ("7.1.1", CU6, None),
        ("7.2.0", CU6, "teams_module_too_new"),
        ("7.10.0", CU6, "teams_module_too_new"),
        ("10.0.0", CU6, "teams_module_too_new"),
        ("7.3.0", "7.0.2046.848", "teams_module_too_new"),
        ("7.3.0", "7.0.2046.849", None),
        ("7.3.0", "7.0.2046.1000", None),
        # No update of 2015 is known that mends it.
        ("7.3.0", "6.0.9319.881", "teams_module_too_new"),
        ("7.3.0", None, "teams_module_too_new"),
        (None, CU6, None),
    ],
)
def test_r15_the_module_lies_in_a_window(module: str | None, build: str | None, code: str | None) -> None:
    reason = module_fault(server(build, module), Bounds())
    assert (reason.code if reason else None) == code
    assert cannot_move(server(build, module), Bounds()) == reason


def test_r13_a_product_newer_than_any_that_is_documented_is_not_too_old() -> None:
    assert too_old(server("8.0.100.1"), Bounds()) is None
    assert too_old(server("4.0.7577.0"), Bounds()) is not None


def test_r15_both_remedies_are_named() -> None:
    reason = module_fault(server(module="7.3.0"), Bounds())
    assert reason is not None
    assert "7.1" in reason.remedy
    assert "7.0.2046.849" in reason.remedy
    assert reason.scope is Scope.ORGANISATION


@pytest.mark.parametrize(("build", "words"), [(CU6, f"server build {CU6}."), (None, "server build unknown.")])
def test_r15_the_build_that_breaks_is_named(build: str | None, words: str) -> None:
    reason = module_fault(server(build, "7.3.0"), Bounds())
    assert reason is not None
    assert reason.message.endswith(words)


def test_r14_a_module_that_was_looked_for_and_is_not_there_is_a_fault() -> None:
    reason = module_fault(server(module=None, listed=False), Bounds())
    assert reason is not None
    assert reason.code == "teams_module_missing"
    assert "6.2.1" in reason.remedy
    assert module_fault(server(module=None, listed=False), Bounds(teams_module_min=NO_MODULE)) is None


def test_r14_what_a_server_of_unknown_build_needs_is_not_known() -> None:
    assert module_fault(server(None, module=None, listed=False), Bounds()) is None


def test_what_could_not_be_read_stops_nobody() -> None:
    assert cannot_move(server(None, None, None), Bounds()) is None


def test_an_old_server_is_the_reason_before_its_module() -> None:
    reason = cannot_move(server("7.0.2046.0", "7.3.0"), Bounds())
    assert reason is not None
    assert reason.code == "server_too_old"


def test_r15_bounds_can_be_set() -> None:
    bounds = Bounds.of({"teams_module_max": "7.2", "server_build_min": "7.0.2046.500", "teams_module_min": None})
    assert module_fault(server(module="7.2.9"), bounds) is None
    assert module_fault(server(module="7.3.0"), bounds) is not None
    assert module_fault(server(module="6.2.0"), bounds) is not None
    reason = too_old(server("7.0.2046.499"), bounds)
    assert reason is not None
    assert "7.0.2046.500" in reason.remedy


@pytest.mark.parametrize("options", [None, {}, {"teams_module_max": None}])
def test_bounds_that_are_not_set_are_the_documented_ones(options: dict[str, object] | None) -> None:
    assert Bounds.of(options) == Bounds()


@pytest.mark.parametrize("value", ["", "seven", "7", "7.1 or so", "v7.1"])
def test_a_bound_that_is_no_version_is_refused_by_name(value: str) -> None:
    with pytest.raises(ValueError, match=f"teams_module_max is {value!r}"):
        Bounds.of({"teams_module_max": value})


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Skype for Business Server 2019 (7.0.2046.0): Volume license key installed.", "7.0.2046.0"),
        ("7.0.2046.385", "7.0.2046.385"),
        ("6.2", "6.2"),
        ("none", None),
        ("7", None),
        (None, None),
    ],
)
def test_a_version_is_found_in_what_a_cmdlet_writes(text: object, version: str | None) -> None:
    found = Version.find(text)
    assert (str(found) if found else None) == version


numbers = st.lists(st.integers(0, 99999), min_size=2, max_size=4)


@given(numbers, numbers)
def test_versions_compare_as_numbers_and_not_as_text(one: list[int], other: list[int]) -> None:
    first, second = (Version.find(".".join(map(str, each))) for each in (one, other))
    assert first is not None
    assert second is not None
    assert (first < second) is (one < other)


@given(numbers, numbers)
def test_no_version_that_begins_as_the_bound_is_beyond_it(bound: list[int], more: list[int]) -> None:
    assert not Version((*bound, *more)).is_beyond(Version(tuple(bound)))
    assert Version((bound[0] + 1, *more)).is_beyond(Version(tuple(bound)))
