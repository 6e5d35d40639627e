"""One sentence about a status, such as ``Ready`` or ``{.status.phase}=Running|Done``. Pure.

A subject is a condition by its type (``Ready``, ``Issuing.reason``; in any casing) or a JSONPath in
braces. It is compared by ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=`` with values (any of
``a|b``, in any casing) or with another path. Alone, a condition is to be true and a path to have
something that is not false. `` and `` joins several, which all must hold. What is not there equals
nothing; but a path on the right may name a value for that (``>={.spec.replicas}|1``), and on the
left of ``>=`` and a path it is 0, as the API leaves zeros out. A condition that speaks of an
earlier spec (its ``observedGeneration``) is not there.
"""

import operator
import re
from collections.abc import Callable, Mapping

from stages.light_dataclass import dataclass
from werfish.kube import fields
from werfish.kube.jsonpath import JsonPath, parse_path, text_of, values_at

_CLAUSE = re.compile(
    r"""\s*(?:(?P<path>\{[^{}]*\})
         | (?P<type>[A-Za-z][\w/-]*(?:\.[\w/-]+)*?)(?:\.(?P<field>status|reason|message))?)
        \s*(?:(?P<sign>==|!=|<=|>=|=|<|>)\s*(?P<right>\S.*?))?\s*""",
    re.VERBOSE,
)
_AND = re.compile(r"\sand\s+(?=\{|[\w./-]+\s*(?:[!=<>]|$|\sand\s))")
"""Not the word within a value, as in ``unrecoverable and needs help``."""
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class ConditionField:
    """A field of the condition *type*."""

    type: str
    field: str = "status"


@dataclass(frozen=True, slots=True)
class Clause:
    """A *subject* compared with *values*, or with *other* and where that is not there *values*.

    *sign* is empty where it stands alone.
    """

    subject: ConditionField | JsonPath
    sign: str = ""
    values: tuple[str, ...] = ()
    other: JsonPath | None = None


@dataclass(frozen=True, slots=True)
class StatusTest:
    """Clauses that must all hold, and their *text*."""

    text: str
    clauses: tuple[Clause, ...]


def parse_test(text: str) -> StatusTest:
    """Return the test that *text* writes; ValueError where it is none."""
    parts = _AND.split(text.strip())
    return StatusTest(text.strip(), tuple(_clause(part, text) for part in parts))


def holds(test: StatusTest, manifest: object) -> bool:
    """Tell whether *manifest* is as *test* says."""
    return all(_holds(clause, manifest) for clause in test.clauses)


def condition_of(manifest: object, type: str) -> fields.Fields:
    """Return the condition *type*, in any casing, that speaks of the present spec."""
    generation = fields.count(manifest, "metadata", "generation")
    for one in fields.tables(manifest, "status", "conditions"):
        observed = fields.count(one, "observedGeneration", default=generation)
        if fields.text(one, "type").casefold() == type.casefold() and observed >= generation:
            return one
    return {}


def _clause(part: str, text: str) -> Clause:
    found = _CLAUSE.fullmatch(part)
    if found is None:
        raise ValueError(f'"{text}" is no test; write Ready, or {{.status.phase}}=Running')
    subject: ConditionField | JsonPath = (
        parse_path(found["path"])
        if found["path"]
        else ConditionField(found["type"], found["field"] or "status")
    )
    sign, right = (found["sign"] or "").replace("==", "="), found["right"] or ""
    other = None
    if right.startswith("{"):
        path, _, right = right.partition("}")
        other = parse_path(path + "}")
        if right and not right.startswith("|"):
            raise ValueError(
                f'"{text}" is no test: |VALUE may follow a path, for where it is not there'
            )
        right = right[1:]
    values = tuple(value.strip().strip("\"'") for value in right.split("|")) if right else ()
    if sign in _ORDERS and not all(_number(value) is not None for value in values):
        raise ValueError(f'"{text}": {sign} needs a number')
    return Clause(subject, sign, values, other)


def _holds(clause: Clause, manifest: object) -> bool:
    found = _found(clause.subject, manifest)
    wanted = clause.values
    if clause.other is not None:
        wanted = tuple(text_of(one) for one in values_at(clause.other, manifest)) or wanted
    if not clause.sign:
        return _stands(clause.subject, found)
    if clause.sign == ">=" and clause.other is not None:
        found = found or ("0",)
    if clause.sign in _ORDERS:
        return _is_ordered(clause.sign, found, wanted)
    is_equal = not {one.casefold() for one in found}.isdisjoint(one.casefold() for one in wanted)
    return is_equal is (clause.sign == "=")


def _found(subject: ConditionField | JsonPath, manifest: object) -> tuple[str, ...]:
    if isinstance(subject, JsonPath):
        return tuple(text_of(one) or repr(one) for one in values_at(subject, manifest) if one != "")
    value = text_of(condition_of(manifest, subject.type).get(subject.field)).strip()
    return (value,) if value else ()


def _stands(subject: ConditionField | JsonPath, found: tuple[str, ...]) -> bool:
    if isinstance(subject, ConditionField) and subject.field == "status":
        return [one.casefold() for one in found] == ["true"]
    return any(one not in ("[]", "{}", "false") for one in found)


def _is_ordered(sign: str, found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    left, right = (_number(one[0]) if one else None for one in (found, wanted))
    return left is not None and right is not None and _ORDERS[sign](left, right)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
