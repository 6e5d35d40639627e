"""Images from Dockerfiles on working fakes: what is sent, what is reused, what is said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stages.dependencies import Dependency, ImageFact, ToldFact
from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec, Instructions
from stages.secret import Secret, SecretSource
from stages.settings import ImageSettings
from tests.build.world import World
from werfish.build.added_files import NoAddedFileError
from werfish.build.dockerfile_image import UnknownSourceError
from werfish.build.dockerfile_ssh import MissingSshError
from werfish.build.plan import planned_stages
from werfish.build.read_dockerfile import NoDockerfileError
from werfish.build.secrets import UnreadableSecretError
from werfish.build.surroundings import SshAgent
from werfish.containers.dockerfile import DockerfileFailedError
from werfish.errors import BuildError, PlacedError

IMAGE = DockerfileSpec("web", "Dockerfile")
TEXT = "FROM base:1\nCOPY src /app\nRUN echo done > /done\n"
FILES = {"Dockerfile": TEXT, "src/a": "1", "other": "1"}


@pytest.fixture
def project(workshop: World) -> World:
    workshop.repository.add("d1", FILES)
    return workshop


def sent(workshop: World) -> list[str]:
    return [entry.path for entry in workshop.backend.dockerfiles[-1].context.entries]


def test_an_image_is_built_once(project: World) -> None:
    (chain,) = project.build(IMAGE)
    assert [one.reason for one in chain.rebuilt] == ["dockerfile: never built before"]
    assert project.rebuilt(IMAGE) == []
    assert len(project.backend.dockerfiles) == 1


def test_the_image_has_our_labels_and_the_commits_time(project: World) -> None:
    (chain,) = project.build(IMAGE)
    image = project.adapters.storage.image(chain.last)
    assert image.config.created == "2023-11-14T22:13:20Z"
    assert image.config.labels["io.werfish.stage"] == "dockerfile"
    assert image.config.labels["own"] == "1"
    with project.backend.tree(image) as tree:
        assert (tree.read("app/a"), tree.read("done")) == (b"1", b"done\n")


def test_nothing_but_the_stage_stays(project: World) -> None:
    (chain,) = project.build(IMAGE)
    assert set(project.backend.images) - {chain.last.image_id} == {project.backend.tags["base:1"]}


def test_a_file_that_nothing_takes_rebuilds_nothing(project: World) -> None:
    project.build(IMAGE)
    project.repository.add("d2", {**FILES, "other": "2"})
    assert project.rebuilt(IMAGE) == []


def test_a_file_that_is_taken_rebuilds_and_is_named(project: World) -> None:
    project.build(IMAGE)
    project.repository.add("d2", {**FILES, "src/a": "2"})
    (chain,) = project.build(IMAGE)
    assert chain.rebuilt[0].reason == "dockerfile: file src/a changed"


def test_a_stage_of_another_branch_is_used(project: World) -> None:
    """Its content decides; where it was built does not matter."""
    project.repository.add("side", FILES, parent="d1")
    project.build(IMAGE)
    project.repository.add("main", FILES, parent="d1")
    assert project.rebuilt(IMAGE) == []


def test_the_dockerfile_is_looked_for_in_the_project_first(workshop: World) -> None:
    files = {"Dockerfile": "FROM base:1\n", "app/Dockerfile": TEXT, "app/src/a": "1"}
    workshop.repository.add("d1", files)
    workshop.build(replace(IMAGE, context="app"))
    assert workshop.backend.dockerfiles[-1].path == "Dockerfile"
    workshop.repository.add("d2", {path: files[path] for path in ("app/Dockerfile", "app/src/a")})
    workshop.build(replace(IMAGE, context="app"))
    assert workshop.backend.dockerfiles[-1].path == "app/Dockerfile"
    assert sent(workshop) == ["Dockerfile", "src/a"]


def test_a_dockerfile_that_is_not_committed_is_an_error(workshop: World) -> None:
    with pytest.raises(NoDockerfileError, match='context "app" is not in'):
        workshop.build(replace(IMAGE, context="app"))
    workshop.repository.add("d1", {"app/other": "1"})
    with pytest.raises(NoDockerfileError, match='"Dockerfile" or "app/Dockerfile" is not in'):
        workshop.build(replace(IMAGE, context="app"))


@pytest.mark.parametrize(
    "image",
    [
        replace(IMAGE, dockerfile="lib/Dockerfile"),
        replace(IMAGE, dockerfile="docker/app", context="lib"),
        replace(IMAGE, dockerfile="Other", context="lib/app"),
        replace(IMAGE, dockerfile="link"),
        replace(IMAGE, context="lib/app"),
    ],
)
def test_what_is_in_a_submodule_that_is_not_there_is_told_so(
    workshop: World, image: DockerfileSpec
) -> None:
    files = {"lib": "=> c0ffee", "link": "-> lib/Dockerfile", "Dockerfile": TEXT}
    workshop.repository.add("d1", files)
    with pytest.raises(NoDockerfileError) as caught:
        workshop.build(image)
    assert (
        caught.value.hint == 'submodule "lib" is not checked out; run git submodule update --init'
    )


def test_a_dockerfile_that_cannot_be_read_is_an_error_with_its_line(workshop: World) -> None:
    workshop.repository.add("d1", {"Dockerfile": "FROM base:1\nBAKE it\n"})
    with pytest.raises(BuildError, match='image "web": Dockerfile:2: unknown instruction: BAKE'):
        workshop.build(IMAGE)


def test_ignored_files_and_submodules_are_not_sent(project: World) -> None:
    ignore = "*\n!src\nsrc/b\n"
    files = {**FILES, ".dockerignore": ignore, "src/b": "1", "src/sub": "=> c0ffee"}
    project.repository.add("d2", files)
    project.build(IMAGE)
    assert sent(project) == ["src/a"]
    assert 'submodule "src/sub" is left out' in project.said.getvalue()


def test_a_dockerfiles_own_ignore_file_wins(project: World) -> None:
    ignores = {".dockerignore": "*\n", "Dockerfile.dockerignore": "other\n"}
    project.repository.add("d2", {**FILES, **ignores})
    project.build(IMAGE)
    assert sent(project) == sorted({*FILES, *ignores} - {"other"})


def test_added_files_come_from_the_work_tree(project: World, work_tree: Path) -> None:
    image = replace(IMAGE, context_add_files=("src/made", "src/a"))
    (work_tree / "src/made").mkdir(parents=True)
    (work_tree / "src/made/x").write_text("made")
    (work_tree / "src/a").write_text("newer")
    (chain,) = project.build(image)
    with project.backend.tree(project.adapters.storage.image(chain.last)) as tree:
        assert (tree.read("app/made/x"), tree.read("app/a")) == (b"made", b"newer")
    assert project.rebuilt(image) == []
    (work_tree / "src/made/x").write_text("changed")
    (chain,) = project.build(image)
    assert chain.rebuilt[0].reason == "dockerfile: file src/made/x changed"


@pytest.mark.parametrize("name", ["nothing", "../outside"])
def test_added_files_must_be_there(project: World, work_tree: Path, name: str) -> None:
    (work_tree.parent / "outside").write_text("x")
    with pytest.raises(NoAddedFileError):
        project.build(replace(IMAGE, context_add_files=(name,)))


def test_a_failing_instruction_is_named_with_its_line(workshop: World) -> None:
    workshop.repository.add("d1", {"Dockerfile": "FROM base:1\n\nRUN cat /no\n"})
    with pytest.raises(DockerfileFailedError) as caught:
        workshop.build(IMAGE)
    assert str(caught.value).splitlines() == [
        'build image "web": stage "dockerfile": Dockerfile:3: ended with exit code 1',
        "  RUN cat /no",
        "  the last lines of its output:",
        "    cat: /no: no such file",
    ]


@pytest.mark.parametrize(
    "line", ["COPY --from=tolls /x /", "RUN --mount=from=tolls,target=/x ls", "FROM tolls"]
)
def test_a_name_that_is_neither_stage_nor_image_is_told_with_the_stages(
    workshop: World, line: str
) -> None:
    """A slip in the name of a stage used to look like an image that needs a login."""
    text = f"FROM base:1 AS tools\nFROM base:1\nRUN true\n{line}\n"
    workshop.repository.add("d1", {"Dockerfile": text})
    known = "tools, 1, 2" if line.startswith("FROM") else "tools, 1"
    with pytest.raises(UnknownSourceError) as caught:
        workshop.build(IMAGE)
    assert str(caught.value) == (
        f'build image "web": Dockerfile:4: "tolls", which {line.partition(" ")[0]} names,'
        f" is no stage (there are {known}), and no image: not known"
    )


def test_the_only_stage_may_miss_another(workshop: World) -> None:
    text = "FROM base:1\nCOPY --from=tolls /x /\n"
    workshop.repository.add("d1", {"Dockerfile": text})
    with pytest.raises(UnknownSourceError, match='"tolls", which COPY names, is no stage'):
        workshop.build(IMAGE)


def test_an_image_that_is_unknown_is_told_as_that(workshop: World) -> None:
    text = "FROM base:1 AS tools\nFROM tools\nCOPY --from=example.com/tolls:1 /x /\n"
    workshop.repository.add("d1", {"Dockerfile": text})
    place = r'build image "web": Dockerfile:3: '
    with pytest.raises(BuildError, match=place + r'resolve the base image "example\.com/tolls:1"'):
        workshop.build(IMAGE)


def test_an_image_of_the_project_is_built_upon_a_dockerfiles(project: World) -> None:
    top = ImageSpec("top", "", base_image="web", setup=Instructions(("cat /done > /top",)))
    chain, _ = project.build(top, IMAGE)
    with project.backend.tree(project.adapters.storage.image(chain.last)) as tree:
        assert tree.read("top") == b"done\n"
    project.repository.add("d2", {**FILES, "src/a": "2"})
    chain, _ = project.build(top, IMAGE)
    assert chain.rebuilt[0].reason == "from: the image web that it is built from changed"


def test_a_dockerfile_is_told_of_other_images(project: World) -> None:
    facts = tuple(ToldFact(fact, fact.name) for fact in ImageFact)
    image = replace(IMAGE, name="told", dependencies=(Dependency("web", facts),))
    text = "ARG NAME\nFROM ${NAME}\nARG DIGEST\n"
    project.repository.add("d2", {**FILES, "Told": text})
    _, web = project.build(replace(image, dockerfile="Told"), IMAGE)
    request = project.backend.dockerfiles[-1]
    repository, tag = web.last.reference.split(":")
    assert dict(request.args) == {
        "NAME": web.last.reference, "REPO": repository, "TAG": tag,
        "ID": web.last.image_id, "DIGEST": web.last.image_id,
    }  # fmt: skip
    assert request.bases == (web.last.reference,)


def test_what_it_is_told_of_counts(project: World) -> None:
    image = replace(IMAGE, name="told", dockerfile="Told", dependencies=(Dependency("web"),))
    project.repository.add("d2", {**FILES, "Told": "FROM base:1\n"})
    project.build(image, IMAGE)
    project.repository.add("d3", {**FILES, "Told": "FROM base:1\n", "src/a": "2"})
    said = [one.reason for one in planned_stages("p", [image, IMAGE], project.adapters)]
    assert said == [
        "dockerfile: file src/a changed",
        "dockerfile: the image web that it depends on changed",
    ]


def test_settings_are_a_stage_of_their_own(project: World) -> None:
    settings = ImageSettings(cmd=("run",), labels=(("by", "%image%"),))
    image = replace(IMAGE, settings=settings)
    (chain,) = project.build(image)
    assert [one.stage.name for one in chain.stages] == ["dockerfile", "imageSpec"]
    config = project.adapters.storage.image(chain.last).config
    assert (config.runtime["Cmd"], config.labels["by"]) == (["run"], "web")
    assert project.rebuilt(image) == []
    other = replace(image, settings=ImageSettings(cmd=("other",)))
    assert project.rebuilt(other) == ["imageSpec"]


def test_secrets_are_found_when_they_are_needed_and_never_said(
    project: World, work_tree: Path
) -> None:
    (work_tree / "key").write_text("k")
    secrets = (
        Secret("a", SecretSource.ENV, "TOKEN"),
        Secret("b", SecretSource.SRC, "key"),
        Secret("c", SecretSource.VALUE, "plain"),
    )
    project.build(replace(IMAGE, secrets=secrets))
    request = project.backend.dockerfiles[-1]
    assert request.secrets == {"a": b"t0ken", "b": b"k", "c": b"plain"}
    assert "t0ken" not in repr(request)
    assert project.adapters.log.masked("t0ken plain") == "*** ***"


def test_what_a_failing_instruction_printed_hides_secrets(workshop: World) -> None:
    workshop.repository.add("d1", {"Dockerfile": "FROM base:1\nRUN cat /t0ken\n"})
    secret = Secret("a", SecretSource.ENV, "TOKEN")
    with pytest.raises(DockerfileFailedError) as caught:
        workshop.build(replace(IMAGE, secrets=(secret,)))
    assert caught.value.tail == ("cat: /***: no such file",)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize("source", [SecretSource.ENV, SecretSource.SRC])
def test_a_missing_secret_is_an_error(project: World, source: SecretSource) -> None:
    with pytest.raises(UnreadableSecretError, match='read the secret "a" of image "web"'):
        project.build(replace(IMAGE, secrets=(Secret("a", source, "NOWHERE"),)))


def test_an_argument_that_the_dockerfile_does_not_declare_is_warned_of(workshop: World) -> None:
    files = {"Dockerfile": 'FROM base:1\nARG KNOWN OTHER="a b"\n'}
    workshop.repository.add("d1", files)
    args = tuple((name, "1") for name in ("KNOWN", "OTHER", "UNKNWON", "OTHR", "http_proxy"))
    for times in (1, 2):
        workshop.build(replace(IMAGE, args=args, target=""))
        said = workshop.said.getvalue()
        assert (
            'image "web": args UNKNWON, OTHR: no ARG of Dockerfile has these names, '
            "so they have no effect"
        ) in said
        assert said.count("no effect") == times


@pytest.mark.parametrize(
    ("written", "sent_on"),
    [
        pytest.param("default", "default=/run/agent", id="default"),
        pytest.param("own", "own=/run/agent", id="another-id"),
        pytest.param("", "", id="none"),
        pytest.param("default=/dev/null,/dev/zero", "default=/dev/null,/dev/zero", id="keys"),
    ],
)
def test_the_agent_of_the_build_is_named(project: World, written: str, sent_on: str) -> None:
    surroundings = replace(project.adapters.surroundings, ssh_agent=SshAgent(Path("/run/agent")))
    project.adapters = replace(project.adapters, surroundings=surroundings)
    project.build(replace(IMAGE, ssh=written))
    assert project.backend.dockerfiles[-1].ssh == sent_on


@pytest.mark.parametrize(
    ("written", "problem", "advice"),
    [
        pytest.param("default", "there is no ssh agent", "ssh-add", id="agent"),
        pytest.param("own=/dev/null,/none", 'there is no "/none"', "keys as paths", id="key"),
        pytest.param(f"own={'a' * 300}", "there is no", "keys as paths", id="no-path-at-all"),
    ],
)
def test_ssh_that_is_not_there_is_told_first(
    project: World, written: str, problem: str, advice: str
) -> None:
    with pytest.raises(MissingSshError, match=problem) as caught:
        project.build(replace(IMAGE, ssh=written, line=2, key_lines=(("ssh", 7),)))
    assert advice in caught.value.hint
    assert caught.value.line == 7
    assert project.backend.dockerfiles == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({"dockerfile": "Dockerfle"}, 4, id="dockerfile"),
        pytest.param({"context": "wbe"}, 5, id="context"),
        pytest.param({"target": "sever"}, 6, id="target"),
        pytest.param({"secrets": (Secret("a", SecretSource.ENV, "NOPE"),)}, 7, id="secrets"),
        pytest.param({"context_add_files": ("none",)}, 8, id="contextAddFiles"),
        pytest.param({"target": "sever", "key_lines": ()}, 2, id="the-image's-own"),
    ],
)
def test_what_is_wrong_has_the_line_of_its_key(
    project: World, changes: dict[str, Any], line: int
) -> None:
    keys = ("image", "", "dockerfile", "context", "target", "secrets", "contextAddFiles")
    lines = tuple((key, line) for line, key in enumerate(keys, 2) if key)
    with pytest.raises(PlacedError) as caught:
        project.build(replace(IMAGE, **{"line": 2, "key_lines": lines, **changes}))
    assert caught.value.line == line
