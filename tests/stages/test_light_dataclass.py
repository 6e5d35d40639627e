"""The light decorator: what it makes behaves as what the standard one makes."""

import copy
import dataclasses
import pickle
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Two numbers, and what has a default of each kind."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 2
    names: list[str] = field(default_factory=list, hash=False)
    note: str = field(default="", compare=False, repr=False)
    sum: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.x + self.y)


@dataclasses.dataclass(frozen=True, slots=True)
class StandardPoint:
    """The same by the standard decorator."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 2
    names: list[str] = field(default_factory=list, hash=False)
    note: str = field(default="", compare=False, repr=False)
    sum: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.x + self.y)


@dataclass(frozen=True, slots=True)
class Solid(Point):
    """One more number, and another default of its base's."""

    y: int = 5
    z: int = 3


arguments = st.fixed_dictionaries(
    {"x": st.integers(0, 2)},
    optional={
        "y": st.integers(0, 2),
        "names": st.lists(st.text(max_size=1), max_size=1),
        "note": st.text(max_size=1),
    },
)


@given(arguments, arguments)
def test_it_is_as_the_standard_one(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    light, standard = (Point(**one), Point(**other)), (StandardPoint(**one), StandardPoint(**other))
    assert [repr(point) for point in light] == [
        repr(point)[len("Standard") :] for point in standard
    ]
    assert (light[0] == light[1]) == (standard[0] == standard[1])
    assert (hash(light[0]) == hash(light[1])) == (hash(standard[0]) == hash(standard[1]))
    assert dataclasses.asdict(light[0]) == dataclasses.asdict(standard[0])
    pickled = pickle.loads(pickle.dumps(light[0]))  # noqa: S301  our own
    for again in (copy.copy(light[0]), copy.deepcopy(light[0]), pickled):
        assert (again, again.note) == (light[0], light[0].note)
    replaced = dataclasses.replace(light[0], x=7)
    assert (replaced.x, replaced.names, replaced.sum) == (7, light[0].names, 7 + light[0].y)


def test_what_the_module_of_dataclasses_tells() -> None:
    names = [one.name for one in dataclasses.fields(Point)]
    assert names == [one.name for one in dataclasses.fields(StandardPoint)]
    assert dataclasses.is_dataclass(Point)
    assert Point.__match_args__ == StandardPoint.__match_args__
    match Point(1):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_wrong_arguments() -> None:
    for wrong in ({}, {"x": 1, "sum": 2}, {"x": 1, "w": 2}):
        with pytest.raises(TypeError, match=r"Point\.__init__\(\)"):
            Point(**wrong)  # type: ignore[arg-type]


def test_nothing_can_be_changed_or_added() -> None:
    point: Any = Point(1)
    with pytest.raises(FrozenInstanceError, match="assign to field 'x'"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match="delete field 'x'"):
        del point.x
    with pytest.raises((FrozenInstanceError, AttributeError)):
        point.other = 2
    assert not hasattr(point, "__dict__")


def test_each_has_a_list_of_its_own() -> None:
    assert Point(1).names is not Point(1).names
    with pytest.raises(ValueError, match="use default_factory"):

        @dataclass(frozen=True, slots=True)
        class _Shared:
            names: list[str] = []  # noqa: RUF012


def test_a_class_of_it() -> None:
    assert repr(Solid(1)) == "Solid(x=1, y=5, names=[], sum=6, z=3)"
    assert Solid(1) != Point(1, 5)
    assert Point(1, 5) != Solid(1)
    assert "x" not in Solid.__slots__


def test_a_plain_class_of_it_has_attributes_of_its_own() -> None:
    class Plain(Point):
        pass

    plain: Any = Plain(1)
    plain.other = 3
    assert (plain.other, plain.x) == (3, 1)
    with pytest.raises(FrozenInstanceError):
        plain.x = 2


def test_own_methods_stay() -> None:
    @dataclass(frozen=True, slots=True)
    class Own:
        a: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 5

        def __repr__(self) -> str:
            return "own"

    assert (Own(1), hash(Own(1)), repr(Own(1))) == (Own(2), 5, "own")


def test_a_protocol_can_be_its_base() -> None:
    class Named(Protocol):
        @property
        def name(self) -> str: ...

    @dataclass(frozen=True, slots=True)
    class One(Named):
        name: str

    assert One("a").name == "a"


def test_one_without_anything_to_compare() -> None:
    @dataclass(frozen=True, slots=True)
    class Empty:
        a: int = field(default=0, compare=False)

    assert Empty(1) == Empty(2)
    assert hash(Empty(1)) == hash(Empty(2))


def test_rare_wishes_are_left_to_the_standard_decorator() -> None:
    @dataclass(frozen=True, slots=True, order=True)
    class Ordered:
        a: int

    @dataclass(frozen=True, slots=True)
    class Keyword:
        _: dataclasses.KW_ONLY
        a: int

    @dataclass(slots=True)
    class Changing:
        a: int

    assert Ordered(1) < Ordered(2)
    assert Keyword(a=1).a == 1
    changing = Changing(1)
    changing.a = 2
    assert changing.a == 2
    with pytest.raises(TypeError):
        Keyword(1)  # type: ignore[call-arg]


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads change as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_threads_that_ask_at_once_see_the_same_fields() -> None:
    for _ in range(200):

        @dataclass(frozen=True, slots=True)
        class Fresh(Point):
            a: int = 1
            b: list[int] = field(default_factory=list)
            c: int = 2

        together = threading.Barrier(4)

        def names(_: int, cls: Any = Fresh, together: threading.Barrier = together) -> list[str]:
            together.wait()
            return [one.name for one in dataclasses.fields(cls)]

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(names, range(4)))
        assert found == [["x", "y", "names", "note", "sum", "a", "b", "c"]] * 4
