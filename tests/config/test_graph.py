"""Which image needs which, as text, for Graphviz and as JSON."""

import json
from pathlib import Path

import pytest

from werfish.config.graph import FORMATS, in_build_order
from werfish.config.model import Image
from werfish.config.project import project_of

PROJECT = """\
project: shop
configVersion: 1
---
image: app
fromImage: base
import:
- {artifact: assets, add: /a, before: setup}
- {from: busybox:1, add: /b, after: setup}
dependencies: [{image: api, before: install}]
---
image: api
dockerfile: Dockerfile
---
image: base
from: alpine:3.20
final: false
---
artifact: assets
from: node:20
"""


@pytest.fixture
def images() -> tuple[Image, ...]:
    return project_of(PROJECT, path="werf.yaml", directory=Path("/shop")).images


def test_images_follow_what_they_need(images: tuple[Image, ...]) -> None:
    assert [image.name for image in in_build_order(images)] == ["base", "assets", "api", "app"]
    assert [image.name for image in in_build_order(images, ["base"])] == ["base"]
    assert len(in_build_order(images, ["app"])) == 4


def test_the_text(images: tuple[Image, ...]) -> None:
    assert list(FORMATS["text"](in_build_order(images))) == [
        "base (not final)",
        "└─ from alpine:3.20 (registry)",
        "assets (artifact)",
        "└─ from node:20 (registry)",
        "api",
        "└─ dockerfile Dockerfile",
        "app",
        "├─ from base (not final)",
        "├─ import assets (artifact)",
        "├─ import busybox:1 (registry)",
        "└─ dependency api",
    ]


def test_the_graph_of_graphviz(images: tuple[Image, ...]) -> None:
    lines = list(FORMATS["dot"](images))
    assert lines[0] == "digraph images {"
    assert lines[-1] == "}"
    assert '  "base" -> "app" [label="from"];' in lines
    assert '  "outside: busybox:1" -> "app" [label="import"];' in lines


def test_names_are_quoted_for_graphviz() -> None:
    text = "project: a\nconfigVersion: 1\n---\nimage: 'say \"hi\" \\'\nfrom: b\n"
    images = project_of(text, path="werf.yaml", directory=Path("/x")).images
    assert r'  "say \"hi\" \\" [label="say \"hi\" \\"];' in list(FORMATS["dot"](images))


def test_json(images: tuple[Image, ...]) -> None:
    found = json.loads("\n".join(FORMATS["json"](images)))
    assert [(one["image"], one["kind"], one["final"]) for one in found] == [
        ("app", "stapel", True),
        ("api", "dockerfile", True),
        ("base", "stapel", False),
        ("assets", "artifact", False),
    ]
    assert found[0]["needs"][0] == {"kind": "from", "name": "base", "own": True}


TWO_FOLDERS = """\
project: shop
configVersion: 1
---
image: api
dockerfile: Dockerfile
context: api
---
image: web
dockerfile: Dockerfile
context: web
"""


def test_dockerfiles_of_two_contexts_are_two() -> None:
    images = project_of(TWO_FOLDERS, path="werf.yaml", directory=Path("/shop")).images
    assert "└─ dockerfile Dockerfile, context web" in list(FORMATS["text"](images))
    dot = list(FORMATS["dot"](images))
    assert '  "outside: Dockerfile, context web" -> "web" [label="dockerfile"];' in dot
    found = json.loads("\n".join(FORMATS["json"](images)))
    assert found[0]["needs"] == [
        {"kind": "dockerfile", "name": "Dockerfile", "own": False, "context": "api"}
    ]
