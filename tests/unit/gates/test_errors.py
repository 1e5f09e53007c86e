# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fails as a whole raises Failure: no function returns a value or a reason, which callers would have to tell apart (R11).

In mappings by user, and in facts, a reason is a value. `read_or_reason` makes it one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.controller import ROOT

PARTS = ("module_utils/_cmdlets", "module_utils/_run", "modules")
# What is known of one user of many: the fact, or why there is none.
OF_ONE_USER = frozenset({"Facts"})
MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict"})
PAIRS = frozenset({"tuple", "Tuple"})


def last(annotation: ast.expr) -> str:
    """The name of a type without the module that it is taken from."""
    return ast.unparse(annotation).rpartition(".")[2]


def parsed(annotation: ast.expr) -> ast.expr:
    """An annotation; one that is written as text, as what the text says."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return parsed(ast.parse(annotation.value, mode="eval").body)
    return annotation


def parts(annotation: ast.Subscript) -> Sequence[ast.expr]:
    """What is between the brackets."""
    return annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]


@dataclass(frozen=True)
class Types:
    """What annotations of one file mean: `aliases` are names for types in all files, `renamed` are imports by another name."""

    aliases: Mapping[str, ast.expr]
    renamed: Mapping[str, str]

    def members(self, annotation: ast.expr, seen: frozenset[str] = frozenset()) -> list[ast.expr]:
        """The types of a union, with aliases replaced; the annotation itself where it is none."""
        annotation = parsed(annotation)
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            return self.members(annotation.left, seen) + self.members(annotation.right, seen)
        if isinstance(annotation, ast.Subscript) and last(annotation.value) in ("Union", "Optional"):
            more = [ast.Constant(None)] if last(annotation.value) == "Optional" else []
            return [one for each in parts(annotation) for one in self.members(each, seen)] + more
        name = self.name(annotation)
        if name in self.aliases and name not in seen | OF_ONE_USER:
            return self.members(self.aliases[name], seen | {name})
        return [annotation]

    def name(self, annotation: ast.expr) -> str:
        """The name of a type in the file that defines it."""
        return self.renamed.get(last(annotation), last(annotation))

    def names(self, annotation: ast.expr) -> set[str]:
        """The names of a union's types."""
        return {self.name(each) for each in self.members(annotation)}

    def is_value_or_reason(self, annotation: ast.expr) -> bool:
        """Whether this is a union of a reason and something else."""
        names = self.names(annotation)
        return "Reason" in names and bool(names - {"Reason", "None"})

    def hold_value_or_reason(self, annotation: ast.expr) -> bool:
        """Whether this is a value or a reason, or holds one otherwise than as the value of a mapping."""
        return self.is_value_or_reason(annotation) or any(self._inside(each) for each in self.members(annotation))

    def _inside(self, annotation: ast.expr) -> bool:
        if not isinstance(annotation, ast.Subscript):
            return False
        inner = [each for each in parts(annotation) if not isinstance(each, ast.List)]
        if self.name(annotation.value) in MAPPINGS and len(inner) > 1:
            return self.hold_value_or_reason(inner[0]) or any(map(self._inside, self.members(inner[1])))
        beside = self.name(annotation.value) in PAIRS and len(inner) > 1
        return any(map(self.hold_value_or_reason, inner)) or (
            beside and any(self.names(each) == {"Reason", "None"} for each in inner)
        )


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """What a file says outside of functions."""
    for node in body:
        yield node
        if isinstance(node, ast.ClassDef | ast.If):
            yield from statements(node.body)


def aliases(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The names that a file gives to types, with or without TypeAlias."""
    for node in statements(tree.body):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=ast.expr() as value):
                if last(kind) == "TypeAlias":
                    yield name, value
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp() | ast.Subscript() | ast.Name() as value):
                yield name, value
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value):
                yield name, value


def renamed(tree: ast.Module) -> dict[str, str]:
    """What a file imports by another name."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {alias.asname: alias.name for node in imports for alias in node.names if alias.asname}


def found_in(plugins: Path) -> Iterator[str]:
    """`file:line: function` for each that returns a value or a reason."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(plugins.rglob("*.py"))}
    known = {name: value for tree in trees.values() for name, value in aliases(tree)}
    for path, tree in trees.items():
        if not path.relative_to(plugins).as_posix().startswith(PARTS):
            continue
        types = Types(known, renamed(tree))
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.returns is None:
                continue
            if types.hold_value_or_reason(node.returns):
                yield f"{path.relative_to(plugins)}:{node.lineno}: {node.name}"


def test_nothing_returns_a_value_or_a_reason() -> None:
    found = list(found_in(ROOT / "plugins"))
    assert not found, "Raise Failure(reason) instead of returning the reason:\n" + "\n".join(found)


PLANTED = """\
from .._model import decision
from .._model.decision import Reason as Why
from .comparing import Facts as Known
from typing import TypeAlias

Found: TypeAlias = int | Reason
Facts: TypeAlias = User | Reason
Bare = int | Reason
Also = Bare
Other = decision.Reason
Text: TypeAlias = "int | Reason"
Listed: TypeAlias = dict[str, User | Reason]


class C:
    Own = int | Reason

    def read(self) -> {returns}: ...
"""


@pytest.mark.parametrize(
    ("returns", "is_found"),
    [
        ("list[User] | Reason", True),
        ("Reason | list[User]", True),
        ("bool | Reason | None", True),
        ("'int | Reason'", True),
        ("Union[int, Reason]", True),
        ("typing.Union[int, Reason]", True),
        ("Optional[Union[int, Reason]]", True),
        ("Found", True),
        ("other.Found", True),
        ("Found | None", True),
        # By another name.
        ("int | decision.Reason", True),
        ("int | Why", True),
        ("int | Other", True),
        ("Bare", True),
        ("Also", True),
        ("Text", True),
        ("C.Own", True),
        # Inside of another type.
        ("tuple[int | Reason, str]", True),
        ("tuple[Found, ...]", True),
        ("Iterator[int | Reason]", True),
        ("Iterator[tuple[UserId, Row | Reason]]", True),
        ("list['int | Reason']", True),
        ("Callable[[], int | Reason]", True),
        ("Annotated[int | Reason, 1]", True),
        ("dict[str, list[int | Reason]]", True),
        ("dict[int | Reason, str]", True),
        ("tuple[int | None, Reason | None]", True),
        ("tuple[int, Optional[Why]]", True),
        ("Reason | None", False),
        ("Optional[Reason]", False),
        ("Reason", False),
        ("Why", False),
        ("Other | None", False),
        ("dict[str, User | Reason]", False),
        ("Mapping[str, Found]", False),
        ("Listed", False),
        ("tuple[dict[str, User | Reason], int]", False),
        ("Facts", False),
        ("Known", False),
        ("list[Facts]", False),
        ("Callable[[int | Reason], int]", False),
        ("Iterator[Reason]", False),
        ("list[Reason | None]", False),
        ("int", False),
    ],
)
@pytest.mark.parametrize("part", PARTS)
def test_a_planted_function_is_found(tmp_path: Path, part: str, returns: str, is_found: bool) -> None:
    planted = tmp_path / part / "planted.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(PLANTED.format(returns=returns), encoding="utf-8")
    line = PLANTED[: PLANTED.index("def read")].count("\n") + 1
    assert list(found_in(tmp_path)) == ([f"{part}/planted.py:{line}: read"] if is_found else [])
