"""The schema for editors agrees with what is checked."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from werfish.config.document import split_documents
from werfish.config.documents import SECTIONS
from werfish.config.json_schema import json_schema
from werfish.config.schema import Section

SCHEMA = json_schema()
VALIDATOR = Draft7Validator(SCHEMA)


class EditorLoader(yaml.SafeLoader):
    """Loads dates as texts, as editors do: they follow YAML 1.2."""


def _text(_loader: EditorLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


EditorLoader.add_constructor("tag:yaml.org,2002:timestamp", _text)
VALID = sorted((Path(__file__).parent / "corpus" / "valid").glob("*.yaml"))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_no_valid_file_is_wrong_for_an_editor(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    for part in split_documents(text):
        document = yaml.load(part.text, Loader=EditorLoader)  # noqa: S506 - it is a safe one
        errors = [error.message for error in VALIDATOR.iter_errors(document)]
        assert document is None or errors == []


def is_right(text: str) -> bool:
    document: Any = yaml.safe_load(text)
    return bool(VALIDATOR.is_valid(document))


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_every_key_says_what_it_is_for() -> None:
    def silent(section: Section, path: str) -> list[str]:
        found = [f"{path}{key.name}" for key in section.keys if not key.summary]
        below = [(key.section, f"{path}{key.name}.") for key in section.keys if key.section]
        return found + [name for one, way in below for name in silent(one, way)]

    assert [name for one in SECTIONS.values() for name in silent(one, "")] == []


@pytest.mark.parametrize(
    "text",
    [
        "{configVersion: 1, project: shop}",
        "{image: ~, from: alpine}",
        "{image: [a, b], fromImage: x, git: [{to: /app, add: /src}], shell: {install: make}}",
        "{artifact: a, from: b, mount: [{from: tmp_dir, to: /x}]}",
        "{image: a, dockerfile: Dockerfile, args: {A: 1, B: ~}}",
        "{image: a, from: b, docker: ~, import: [{from: x, add: /a, before: setup}]}",
    ],
)
def test_right_documents(text: str) -> None:
    assert is_right(text)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "{configVersion: 2, project: shop}",
        "{configVersion: 1}",
        "{configVersion: 1, project: Shop}",
        "{configVersion: 1, project: ~}",
        "{image: a}",
        "{image: a, from: b, fromImage: c}",
        "{image: a, from: b, shel: {}}",
        "{image: a, from: b, git: [{to: app}]}",
        "{image: a, from: b, git: [{to: /app, branch: main}]}",
        "{image: a, from: b, git: {to: /app}}",
        "{image: a, from: b, shell: {}, ansible: {}}",
        "{image: a, from: b, import: [{from: x, image: y, add: /a, before: setup}]}",
        "{image: a, from: b, import: [{from: x, add: /a, before: install, after: setup}]}",
        "{image: a, from: b, import: [{from: x, add: /a, before: beforeSetup}]}",
        "{image: a, from: b, fromLatest: maybe}",
        "{artifact: a, from: b, docker: {USER: u}}",
        "{image: a, dockerfile: /Dockerfile}",
        "{image: a, dockerfile: Dockerfile, git: []}",
    ],
)
def test_wrong_documents(text: str) -> None:
    assert not is_right(text)
