"""Images that a Dockerfile describes."""

import pytest

from stages.dockerfile import DockerfileSpec
from tests.config.reading import dockerfile, project, table, told
from werfish.config.image_dockerfile import DOCKERFILE_IMAGE, STAPEL_KEYS, staged_note


def test_what_is_left_out() -> None:
    assert dockerfile("") == DockerfileSpec("a", "Dockerfile", line=5)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("Dockerfile", "Dockerfile"),
        ("./Dockerfile", "Dockerfile"),
        ("a/../b//Dockerfile", "b/Dockerfile"),
        ("../Dockerfile", "web/Dockerfile"),
        ("../../Dockerfile", "Dockerfile"),
        ("../../docker/../x", "x"),
    ],
)
def test_where_the_dockerfile_is(written: str, path: str) -> None:
    """A path that leads out of the project is one of the context, as in werf 2."""
    found = project(f"---\nimage: a\ndockerfile: {written}\ncontext: web/app/").images[0]
    assert isinstance(found, DockerfileSpec)
    assert (found.dockerfile, found.context) == (path, "web/app")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("dockerfile: /x", 'dockerfile: "/x" is not relative; write "x"'),
        (
            "dockerfile: ../x",
            'dockerfile: "../x" leads out of the project\'s folder, where nothing is read',
        ),
        (
            "{dockerfile: ../../x, context: a}",
            'dockerfile: "../../x" leads out of the project\'s folder, where nothing is read',
        ),
        ("dockerfile: ~", "dockerfile: it is empty"),
        ("dockerfile: ' '", "dockerfile: it is empty"),
        (
            "{dockerfile: x, context: ..}",
            'context: ".." leads out of the project\'s folder, where nothing is read',
        ),
        (
            "{dockerfile: x, contextAddFiles: [../x]}",
            'contextAddFiles[0]: "../x" leads out of the context',
        ),
        (
            "{dockerfile: x, addHost: [foo]}",
            'addHost[0]: "foo" is not HOST:IP, such as "db.test:10.1.2.3"',
        ),
        ("{dockerfile: x, args: {a=b: c}}", 'args: "a=b" is not a name'),
        (
            "{dockerfile: x, from: y}",
            'unknown key "from"; an image has a base or a "dockerfile"; keep one of them',
        ),
    ],
)
def test_what_is_wrong(text: str, problem: str) -> None:
    indented = text if text.startswith("{") else f"{{{text}}}"
    assert told(indented.replace("{", "{image: a, ", 1), DOCKERFILE_IMAGE) == [problem]


@pytest.mark.parametrize("key", STAPEL_KEYS)
def test_keys_of_other_images(key: str) -> None:
    (problem,) = told(f"{{image: a, dockerfile: x, {key}: ~}}", DOCKERFILE_IMAGE)
    assert problem.endswith('it belongs to an image with "from" instead of "dockerfile"')


def test_files_that_git_does_not_know() -> None:
    found = dockerfile("contextAddFiles: [a, b/]\ncontextAddFile: c")
    assert found.context_add_files == ("a", "b/", "c")


def test_what_holds_for_all_images() -> None:
    keys = "build: {staged: true, platform: linux/arm64, cacheVersion: 1}"
    found = dockerfile("", keys)
    assert (found.is_staged, found.platforms, found.definition_version) == (
        True,
        ("linux/arm64",),
        "1",
    )
    own = dockerfile("staged: false\nplatform: [linux/amd64]\ncacheVersion: 2", keys)
    assert (own.is_staged, own.platforms, own.definition_version) == (False, ("linux/amd64",), "2")


def test_staged_is_told_to_have_no_effect() -> None:
    note = staged_note(table("staged: true"))
    assert note is not None
    assert (note.path, "no effect yet" in note.text) == ("staged", True)
    assert staged_note(table("staged: false")) is None
    assert staged_note(table("image: a")) is None


def test_an_image_needs_what_it_depends_on_once() -> None:
    text = "dependencies: [{image: b}, {image: b}]\n---\nimage: b\nfrom: c"
    assert dockerfile(text).needs == ("b",)
