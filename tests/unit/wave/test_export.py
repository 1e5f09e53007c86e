# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cells of an exported ledger, as a spreadsheet takes them."""

from __future__ import annotations

import csv
import io

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.export import COLUMNS, as_csv, cell
from hypothesis import given
from hypothesis import strategies as st

BEGINNINGS = "=+-@\uff1d\uff0b\uff0d\uff20"
TEXTS = st.text(alphabet=st.sampled_from([*BEGINNINGS, *"a;, \t\r\n\"'"]), max_size=12)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("alice@contoso.com", "alice@contoso.com"),
        ("=1+1", "'=1+1"),
        ("+33 1 55", "'+33 1 55"),
        ("-", "'-"),
        ("@SUM(1)", "'@SUM(1)"),
        (" =1", " '=1"),
        ("\t=1", "\t'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ("20261207T180001Z-5a3f11c0", "20261207T180001Z-5a3f11c0"),
        ({"said": "x;=1"}, '{"said": "x;\'=1"}'),
        (None, None),
        (-1.5, -1.5),
        (False, "false"),
    ],
)
def test_a_text_that_would_be_a_formula_is_a_text(value: object, shown: object) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(TEXTS, TEXTS)
def test_no_cell_begins_a_formula_whatever_separates_cells(separator: str, user: str, wave: str) -> None:
    text = as_csv("users", [{"user": user, "wave": wave}])
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert [each for each in row if each.lstrip(' \t\r\n"').startswith(tuple(BEGINNINGS))] == []


@given(TEXTS)
def test_a_file_has_the_rows_that_it_was_given(user: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv("users", [{"user": user}, {"user": "bob"}]), newline="")))
    assert [len(row) for row in rows] == [len(COLUMNS["users"])] * 3
    assert (rows[1][0], rows[2][0]) == (cell(user), "bob")
