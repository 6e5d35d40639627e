"""What stages were made of is remembered, by any name of an image."""

from pathlib import Path

import pytest

from stages.digest import Part
from werfish.storage.records import PartsRecords

PARTS = {"install": (Part("command", "1", "npm ci"), Part("file", "a\udcff", "ü"))}


@pytest.mark.parametrize("image", ["", "app", "team/app", "..", "~", "%2F", "a" * 100])
def test_parts_come_back(tmp_path: Path, image: str) -> None:
    records = PartsRecords(tmp_path / "stages")
    assert records.parts_of("shop", image) == {}
    records.remember_parts("shop", image, PARTS)
    assert records.parts_of("shop", image) == PARTS
    records.remember_parts("shop", image, {})
    assert records.parts_of("shop", image) == {}


def test_the_nameless_image_has_a_record_of_its_own(tmp_path: Path) -> None:
    records = PartsRecords(tmp_path)
    records.remember_parts("shop", "", PARTS)
    assert records.parts_of("shop", "~") == {}


def test_what_did_not_change_is_not_written(tmp_path: Path) -> None:
    records = PartsRecords(tmp_path)
    records.remember_parts("shop", "app", PARTS)
    [path] = (path for path in tmp_path.rglob("*") if path.is_file())
    before = path.stat().st_ino
    records.remember_parts("shop", "app", PARTS)
    assert path.stat().st_ino == before


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"a": [[1]]}', "null"])
def test_a_broken_record_is_none(tmp_path: Path, content: str) -> None:
    records = PartsRecords(tmp_path)
    records.remember_parts("shop", "app", PARTS)
    [path] = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_text(content)
    assert records.parts_of("shop", "app") == {}
