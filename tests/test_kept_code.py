"""Classes are the same, whether their code was compiled now or kept."""

import dataclasses
import marshal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from werfish.kept_code import KeptCode


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield tmp_path / "code.classes"
    monkeypatch.undo()


def made(kept: KeptCode, monkeypatch: pytest.MonkeyPatch) -> object:
    """Make a class with what *kept* has, and one of it."""
    with monkeypatch.context() as within:
        within.setattr(dataclasses, "exec", kept.run, raising=False)

        @dataclass(frozen=True, slots=True, order=True)
        class Point:
            """A point."""

            x: int
            names: tuple[str, ...] = ()
            tags: dict[str, str] = field(default_factory=dict, compare=False)

        one, same, other = Point(1), Point(1, tags={"a": "b"}), Point(2, ("n",))
    assert one == same
    assert hash(one) == hash(same)
    assert one < other
    assert repr(other).endswith("Point(x=2, names=('n',), tags={})")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.x = 3  # type: ignore[misc]  # that is the point
    return other


def test_kept_code_makes_the_same_class(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = KeptCode(path)
    made(first, monkeypatch)
    first.save()
    before = path.stat()
    again = KeptCode(path)
    made(again, monkeypatch)
    again.save()
    assert path.stat() == before, "there was nothing to compile"
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no code", id="broken"),
        pytest.param(marshal.dumps(("another Python", {"x = 1": b"?"})), id="of-another-python"),
        pytest.param(marshal.dumps(7), id="something-else"),
    ],
)
def test_what_cannot_be_used_is_compiled(
    path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    path.write_bytes(content)
    kept = KeptCode(path)
    made(kept, monkeypatch)
    kept.save()
    assert path.stat().st_size > len(content)


def test_who_may_not_write_writes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptCode(path, keeps=False)
    made(kept, monkeypatch)
    kept.save()
    assert not path.exists()


def test_a_folder_that_takes_no_files_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptCode(tmp_path / "file" / "code.classes")
    made(kept, monkeypatch)
    kept.save()
    assert list(tmp_path.iterdir()) == []
