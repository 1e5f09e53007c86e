# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The URL of a ledger, and what of it may be shown."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.url import UrlProblem, parse, secrets_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/ledger.db", "/srv/ledger.db"),
        ("sqlite+pysqlite:////srv/a%20b.db", "/srv/a b.db"),
        ("postgresql+psycopg://tu@db.contoso.com:5433/ledger", "ledger on db.contoso.com:5433"),
        ("postgresql://db.contoso.com/ledger?sslmode=require", "ledger on db.contoso.com"),
        ("postgresql+psycopg:///ledger?host=/run/postgresql", "ledger on this machine"),
        ("postgresql+psycopg://db:5432/ledger?options=a@b", "ledger on db:5432"),
    ],
)
def test_a_ledger_is_named_without_its_user(url: str, shown: str) -> None:
    found = parse(url, "secret")
    assert found.shown == shown
    assert "tu" not in repr(found).replace("LedgerUrl", "")
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "neither"),
        ("/srv/ledger.db", "neither"),
        ("mysql://tu@db/ledger", "neither"),
        ("postgresql+asyncpg://tu@db/ledger", "neither"),
        ("sqlite://", "three slashes"),
        ("sqlite:///:memory:", "not absolute"),
        ("sqlite:///ledger.db", "not absolute"),
        ("sqlite://srv/ledger.db", "three slashes"),
        ("sqlite:////srv/ledger.db?mode=ro", "three slashes"),
        ("postgresql+psycopg://tu@db", "no database"),
        ("postgresql+psycopg://tu@db:x/ledger", "no URL"),
    ],
)
def test_a_url_that_is_none_of_a_ledger_is_refused(url: str, why: str) -> None:
    with pytest.raises(UrlProblem, match=why) as refused:
        parse(url)
    assert not refused.value.holds_password


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("postgresql+psycopg://tu:secret@db/ledger", ["//tu:", "secret", "secret"]),
        ("postgresql+psycopg://tu:a%40b@db/ledger", ["//tu:", "a%40b", "a@b"]),
        ("postgresql+psycopg://tu:p@ss@db:1/ledger", ["//tu:", "p@ss", "p@ss"]),
        ("postgresql+psycopg://db/ledger?password=secret", ["secret"]),
        ("mysql://tu:secret@db/ledger", ["//tu:", "secret", "secret"]),
        ("postgresql+psycopg://tu:sec/ret@db/ledger", ["//tu:", "sec/ret", "sec/ret"]),
        ("postgresql+psycopg://tu:s?c#r@db/ledger?x=y", ["//tu:", "s?c#r", "s?c#r"]),
    ],
)
def test_a_password_in_a_url_is_refused_and_hidden(url: str, secrets: list[str]) -> None:
    with pytest.raises(UrlProblem) as refused:
        parse(url)
    assert refused.value.holds_password
    assert secrets_of(url) == secrets


def test_the_user_is_hidden_where_it_is_part_of_the_url_only() -> None:
    assert secrets_of("postgresql+psycopg://Teams@db/ledger") == ["//Teams@"]
    assert secrets_of("sqlite:////srv/ledger.db") == []


def test_a_driver_names_neither_the_user_nor_the_password() -> None:
    url = parse("postgresql+psycopg://Teams@db/ledger", "secret")
    said = 'password authentication failed for user "Teams" (secret): TeamsOnly'
    assert url.without_secrets(said) == "password authentication failed for user *** (***): TeamsOnly"
