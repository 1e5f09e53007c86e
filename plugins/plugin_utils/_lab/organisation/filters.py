# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The -Filter parameter: comparisons in the style of Where-Object, joined by -and and -or. What is not understood is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..contract.call import Thing
from .identities import fold, like

Row = Mapping[str, object]
Predicate = Callable[[Row], bool]
_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()!])|(?P<operator>-[A-Za-z]+)\b|'(?P<single>(?:[^']|'')*)'|"(?P<double>[^"$`]*)"
    |\$(?P<variable>true|false|null)\b|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<name>[A-Za-z_]\w*))""",
    re.VERBOSE | re.IGNORECASE,
)
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_ORDERED = {"-gt": (1,), "-ge": (0, 1), "-lt": (-1,), "-le": (-1, 0)}

ONPREM_OPERATORS = ("-eq", "-ne", "-like", "-notlike", "-gt", "-ge", "-lt", "-le")
ONLINE_OPERATORS = ("-eq", "-ne", "-like", "-contains", "-gt", "-lt", "-ge", "-le")


class FilterError(ValueError):
    """A filter that the cmdlet does not take; the message says why."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a cmdlet's filter understands.

    `properties` are those that can be filtered. `negation`: -not and ! are known. `trailing_wildcard_only`: -like takes an asterisk at
    the end and nowhere else.
    """

    properties: Collection[str]
    operators: Sequence[str] = ONPREM_OPERATORS
    negation: bool = True
    trailing_wildcard_only: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    value: object = None


def parse_filter(text: str, dialect: Dialect) -> Predicate:
    """Return what a filter asks of an object's properties. Raises FilterError."""
    parser = _Parser(list(_tokens(text)), dialect, text)
    predicate = parser.either()
    parser.expect_end()
    return predicate


def named_by(text: str, properties: Collection[str]) -> frozenset[str] | None:
    """Return the folded values of which one must be had where a filter only asks whether one of `properties` equals one of several;
    None for any other. With it, the many questions that name users need not look at everybody's whole object.
    """
    tokens = list(_tokens(text))
    names = {fold(name) for name in properties}
    for number in range(0, len(tokens), 4):
        kinds = [(token.kind, fold(token.text)) for token in tokens[number : number + 4]]
        known = len(kinds) > 2 and kinds[0][0] == "name" and kinds[0][1] in names and kinds[2][0] == "value"
        if not known or kinds[1] != ("operator", "-eq") or kinds[3:] not in ([], [("operator", "-or")]):
            return None
    return frozenset(fold(_text(token.value)) for token in tokens[2::4])


def _tokens(text: str) -> Iterable[_Token]:
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if not found:
            raise FilterError(f"the filter cannot be read from here on: {text[position:].strip()!r}")
        position = found.end()
        kind = str(found.lastgroup)
        content = found[kind]
        match kind:
            case "single":
                yield _Token("value", content, content.replace("''", "'"))
            case "double":
                yield _Token("value", content, content)
            case "variable":
                yield _Token("value", f"${content}", _CONSTANTS[content.lower()])
            case "number":
                yield _Token("value", content, float(content))
            case _:
                yield _Token(kind, content)


class _Parser:
    """A recursive descent over the tokens. In PowerShell -and and -or have the same precedence; here they are read from the left alike."""

    def __init__(self, tokens: Sequence[_Token], dialect: Dialect, text: str) -> None:
        self._tokens = tokens
        self._next = 0
        self._dialect = dialect
        self._text = text
        self._names = {fold(name): name for name in dialect.properties}

    def either(self) -> Predicate:
        """Read comparisons joined by -and and -or."""
        left = self._one()
        while (token := self._peek()) and token.kind == "operator" and token.text.lower() in ("-and", "-or"):
            self._next += 1
            left = _joined(token.text.lower(), left, self._one())
        return left

    def expect_end(self) -> None:
        """Check that everything was read."""
        if token := self._peek():
            raise FilterError(f"{token.text!r} is not expected there in the filter {self._text!r}")

    def _one(self) -> Predicate:
        token = self._take("a property")
        if token.kind == "bracket" and token.text == "(":
            inner = self.either()
            closing = self._take("a closing bracket")
            if closing.text != ")":
                raise FilterError(f"a bracket is not closed in the filter {self._text!r}")
            return inner
        if token.text.lower() in ("-not", "!") and self._dialect.negation:
            inner = self._one()
            return lambda row: not inner(row)
        if token.kind != "name":
            raise FilterError(f"{token.text!r} stands where a property is expected in the filter {self._text!r}")
        return self._comparison(token.text)

    def _comparison(self, given: str) -> Predicate:
        name = self._names.get(fold(given))
        if name is None:
            raise FilterError(f"{given!r} is not a property that can be filtered")
        operator = self._take("an operator").text.lower()
        if operator not in self._dialect.operators:
            raise FilterError(f"{operator!r} is not an operator of this filter")
        token = self._take("a value")
        if token.kind != "value":
            raise FilterError(f"{token.text!r} stands where a value is expected: quote it")
        if operator in ("-like", "-notlike"):
            self._check_pattern(token)
        compare = _comparing(operator, token.value)
        return lambda row: compare(row.get(name))

    def _check_pattern(self, token: _Token) -> None:
        if not isinstance(token.value, str):
            raise FilterError("-like compares with a text")
        if self._dialect.trailing_wildcard_only and "*" in token.value[:-1]:
            raise FilterError("-like takes a wildcard at the end of the text only")

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, expected: str) -> _Token:
        token = self._peek()
        if token is None:
            raise FilterError(f"{expected} is missing at the end of the filter {self._text!r}")
        self._next += 1
        return token


def _joined(operator: str, left: Predicate, right: Predicate) -> Predicate:
    if operator == "-and":
        return lambda row: left(row) and right(row)
    return lambda row: left(row) or right(row)


def _comparing(operator: str, wanted: object) -> Callable[[object], bool]:
    if operator in ("-eq", "-ne"):
        return lambda value: _equal(value, wanted) is (operator == "-eq")
    if operator in ("-like", "-notlike"):
        return lambda value: like(_text(value), str(wanted)) is (operator == "-like")
    if operator == "-contains":
        return lambda value: any(
            _equal(item, wanted) for item in (value if isinstance(value, list | tuple) else [value])
        )
    return lambda value: _order(value, wanted) in _ORDERED[operator]


def _equal(value: object, wanted: object) -> bool:
    if wanted is None:
        return value is None or value == "" or value == []
    if isinstance(wanted, float):
        return _order(value, wanted) == 0
    if isinstance(value, datetime) and isinstance(wanted, str):
        return _order(value, wanted) == 0
    return value is not None and fold(_text(value)) == fold(_text(wanted))


def _order(value: object, wanted: object) -> int | None:
    """Return -1, 0 or 1, None where the two cannot be compared."""
    if value is None or wanted is None:
        return None
    if isinstance(value, datetime):
        moment = _moment(str(wanted))
        return None if moment is None else (value > moment) - (value < moment)
    if isinstance(wanted, float):
        try:
            number = float(_text(value))
        except ValueError:
            return None
        return (number > wanted) - (number < wanted)
    left, right = fold(_text(value)), fold(_text(wanted))
    return (left > right) - (left < right)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: object) -> str:
    if isinstance(value, Thing):
        return value.text or value.type_name
    return "" if value is None else str(value)
