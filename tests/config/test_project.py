"""Whole configurations: from files to projects."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.image import ImageSpec, Instructions, RuntimeSettings
from stages.mapping import GitMapping, StageDependencies
from tests.config.loading import load_project
from werfish.config.errors import (
    ConfigNotFoundError,
    InvalidConfigError,
    UnreadableConfigError,
)
from werfish.config.lookup import suggested_name
from werfish.config.model import DeploySettings, Project
from werfish.config.project import project_of
from werfish.errors import ConfigError

META = "configVersion: 1\nproject: shop\n"


def project(text: str) -> Project:
    return project_of(text, path="werf.yaml", directory=Path("/shop"))


def image(text: str) -> ImageSpec:
    (found,) = stapel_images(project(f"{META}---\n{text}"))
    return found


def stapel_images(of: Project) -> list[ImageSpec]:
    return [one for one in of.images if isinstance(one, ImageSpec)]


def test_everything_at_once() -> None:
    found = project("""\
configVersion: 1
project: shop
deploy:
  helmRelease: "[[ project ]]"
  helmReleaseSlug: false
  namespace: ns-[[ env ]]
  namespaceSlug: no
cleanup: {keepPolicies: [{references: {branch: main}}]}
gitWorktree: {forceShallowClone: true}
---
image: app
from: python:3.12
fromCacheVersion: 2
final: true
asLayers: false
import: []
git:
- add: /src/
  to: /app//src/
  includePaths: ['**/*.py', Makefile]
  excludePaths: tests
  owner: app
  group: 1000
  stageDependencies: {install: requirements.txt, beforeSetup: [a, b], setup: c}
- to: /
shell:
  cacheVersion: 1
  beforeInstall: apt-get update
  beforeInstallCacheVersion: 2
  install:
  - make
  - |
    make install
  setup: [8080, true]
docker:
  VOLUME: /data
  EXPOSE: [8080, 53/udp]
  ENV: {B: 1, A: true, EMPTY: }
  LABEL: {x: y}
  ENTRYPOINT: [/app/run, --port, 80]
  WORKDIR: /app
  USER: 1000
  HEALTHCHECK: CMD true
""")
    assert found.name == "shop"
    assert (found.directory, found.path) == (Path("/shop"), "werf.yaml")
    assert found.deploy == DeploySettings("[[ project ]]", False, "ns-[[ env ]]", False)
    assert found.images == (
        ImageSpec(
            name="app",
            base="python:3.12",
            base_cache_version="2",
            cache_version="1",
            mappings=(
                GitMapping(
                    to="/app/src",
                    add="/src",
                    include_paths=("**/*.py", "Makefile"),
                    exclude_paths=("tests",),
                    owner="app",
                    group="1000",
                    stage_dependencies=StageDependencies(("requirements.txt",), ("a", "b"), ("c",)),
                ),
                GitMapping(to="/", exclude_paths=("app/src/**/*.py", "app/src/Makefile")),
            ),
            before_install=Instructions(("apt-get update",), "2", (28,)),
            install=Instructions(("make", "make install\n"), "", (31, 32)),
            setup=Instructions(("8080", "true"), "", (34, 34)),
            runtime=RuntimeSettings(
                volumes=("/data",),
                expose=("8080", "53/udp"),
                env=(("B", "1"), ("A", "true"), ("EMPTY", "")),
                labels=(("x", "y"),),
                cmd=(),
                entrypoint=("/app/run", "--port", "80"),
                workdir="/app",
                user="1000",
                healthcheck="CMD true",
            ),
            line=11,
        ),
    )


def test_a_project_may_have_no_images_and_the_usual_names() -> None:
    found = project(META)
    assert (found.images, found.deploy) == ((), DeploySettings())


@pytest.mark.parametrize("name", ["", "~", "null"])
def test_the_nameless_image(name: str) -> None:
    assert image(f"image: {name}\nfrom: a").name == ""


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param(("{image: a, from: x:1}", "{image: b, from: a}"), ("", "a"), id="own"),
        pytest.param(("artifact: a\nfrom: x:1", "{image: b, from: a}"), ("", "a"), id="artifact"),
        pytest.param(("{image: a, from: x:1}", "{image: b, from: a:2}"), ("a:2", ""), id="tag"),
        pytest.param(("{image: b, from: b}",), ("b", ""), id="called-like-its-base"),
        pytest.param(("{image: [b, c], from: c}",), ("c", ""), id="one-of-two-is"),
        pytest.param(
            ("{image: a, from: x:1}", "{image: b, from: a, fromLatest: true, "
             "herebyIAdmitThatFromLatestMightBreakReproducibility: true}"),
            ("", "a"),
            id="followed",
        ),
    ],
)  # fmt: skip
def test_a_base_is_the_projects_own_if_it_has_one_of_that_name(
    documents: tuple[str, ...], expected: tuple[str, str]
) -> None:
    (*_, found) = stapel_images(project(META + "".join(f"---\n{one}\n" for one in documents)))
    assert (found.base, found.base_image) == expected
    assert not found.follows


def test_one_document_may_describe_several_images() -> None:
    found = project(f"{META}---\nimage: [a, b]\nfrom: x\ndocker: {{USER: u}}")
    assert [(one.name, one.base) for one in stapel_images(found)] == [("a", "x"), ("b", "x")]


@pytest.mark.parametrize(
    ("docker", "expected"),
    [
        ("{}", RuntimeSettings()),
        ("~", None),
        ("{CMD: run it}", RuntimeSettings(cmd="run it")),
        ("{CMD: []}", RuntimeSettings(cmd=())),
        ("{CMD: }", RuntimeSettings()),
        ("""{CMD: '["a", "b c"]', VOLUME: '["/a"]'}""", RuntimeSettings(("/a",), cmd=("a", "b c"))),
        ("{CMD: '[ -f /x ] && run'}", RuntimeSettings(cmd="[ -f /x ] && run")),
        ("{ENTRYPOINT: run}", RuntimeSettings(cmd=(), entrypoint="run")),
        ("{ENTRYPOINT: []}", RuntimeSettings(cmd=(), entrypoint=())),
        ("{ENTRYPOINT: [a], CMD: b}", RuntimeSettings(cmd="b", entrypoint=("a",))),
        ("{exactValues: false}", RuntimeSettings()),
    ],
)
def test_how_containers_start(docker: str, expected: RuntimeSettings | None) -> None:
    assert image(f"image: a\nfrom: b\ndocker: {docker}").runtime == expected


def test_empty_commands_are_left_out() -> None:
    assert image("image: a\nfrom: b\nshell: {install: '', setup: []}").install == Instructions()


@pytest.mark.parametrize("path", ["/../etc", "//etc/", "/x/../etc", "/etc/."])
def test_paths_are_clean(path: str) -> None:
    (mapping,) = image(f"image: a\nfrom: b\ngit: [{{to: {path}}}]").mappings
    assert mapping.to == "/etc"


def write(folder: Path, name: str, text: str = META) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_the_file_is_found(tmp_path: Path) -> None:
    """The shorter name is tried first, as in werf."""
    write(tmp_path, "werf.yaml")
    assert load_project(tmp_path, environment={}).path == "werf.yaml"
    write(tmp_path, "werf.yml")
    assert load_project(tmp_path, environment={}).path == "werf.yml"
    elsewhere = write(tmp_path, "other", META.replace("shop", "other"))
    assert load_project(tmp_path, config=elsewhere, environment={}).name == "other"


def test_windows_files(tmp_path: Path) -> None:
    text = f"\ufeff{META}---\nimage: a\nfrom: b\n".replace("\n", "\r\n")
    write(tmp_path, "werf.yaml").write_bytes(text.encode())
    (found,) = stapel_images(load_project(tmp_path, environment={}))
    assert (found.base, found.line) == ("b", 4)


def test_files_with_marks_of_windows_in_templates(tmp_path: Path) -> None:
    """The mark in front of a file's text ends up in the middle of what templates print."""
    marked = "\ufefffrom: b\r\n"
    (tmp_path / ".werf").mkdir()
    write(tmp_path, ".werf/base.tmpl", marked)
    write(tmp_path, "base.yaml", marked)
    one = '{{ include "base.tmpl" . }}shell: {install: make}\n'
    other = '{{ .Files.Get "base.yaml" }}shell: {install: make}\n'
    write(tmp_path, "werf.yaml", f"{META}---\nimage: a\n{one}---\nimage: c\n{other}")
    found = stapel_images(load_project(tmp_path, environment={}))
    assert [each.base for each in found] == ["b", "b"]


def test_the_environment_renames_the_project(tmp_path: Path) -> None:
    write(tmp_path, "werf.yaml")
    assert load_project(tmp_path, environment={"WERF_PROJECT_NAME": "new"}).name == "new"
    with pytest.raises(ConfigError, match="WERF_PROJECT_NAME"):
        load_project(tmp_path, environment={"WERF_PROJECT_NAME": "No Name"})


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigNotFoundError) as caught:
        load_project(tmp_path / "absent")
    assert caught.value.hint == f'there is no folder "{tmp_path / "absent"}"; see --dir'


@pytest.mark.parametrize(
    ("work_tree", "said"),
    [
        pytest.param(".", "there is one in ../..: go there, or --dir ../..", id="same"),
        pytest.param("sub", "a minimal werf.yaml is", id="another"),
    ],
)
def test_a_file_in_a_folder_above_is_told(tmp_path: Path, work_tree: str, said: str) -> None:
    write(tmp_path, "werf.yaml")
    below = tmp_path / "sub" / "deep"
    below.mkdir(parents=True)
    (tmp_path / work_tree / ".git").mkdir()
    with pytest.raises(ConfigNotFoundError) as caught:
        load_project(below, environment={})
    assert said in caught.value.hint


def test_a_missing_file_shows_a_minimal_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigNotFoundError) as caught:
        load_project(tmp_path, environment={}, origin_url=lambda: "git@host:group/My_Shop.git")
    assert str(tmp_path / "werf.yaml") in str(caught.value)
    assert "project: group-my-shop" in caught.value.hint
    example = caught.value.hint.partition("\n")[2]
    assert project(example).name == "group-my-shop"


def test_a_named_file_that_is_missing(tmp_path: Path) -> None:
    write(tmp_path, "werf.yaml")
    with pytest.raises(ConfigNotFoundError, match="other"):
        load_project(tmp_path, config=tmp_path / "other", environment={})


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "werf.yaml").mkdir()
    with pytest.raises(UnreadableConfigError, match="is a directory"):
        load_project(tmp_path, environment={})
    binary = tmp_path / "binary"
    binary.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(UnreadableConfigError, match="line 2 is not UTF-8"):
        load_project(tmp_path, config=binary, environment={})


def test_templates_are_rendered_first(tmp_path: Path) -> None:
    (tmp_path / ".werf/parts").mkdir(parents=True)
    write(tmp_path, ".werf/parts/image.tmpl", "image: {{ .name }}\nfrom: {{ .base }}\n")
    write(tmp_path, "base.txt", "busybox:1.35\n")
    text = """configVersion: 1
project: {{ env "NAME" | lower }}
---
{{ include "parts/image.tmpl" (dict "name" "web" "base" (.Files.Get "base.txt" | trim)) }}"""
    write(tmp_path, "werf.yaml", text)
    project = load_project(tmp_path, environment={"NAME": "SHOP"})
    (web,) = stapel_images(project)
    assert (project.name, web.name, web.base) == ("shop", "web", "busybox:1.35")


def test_a_file_that_a_template_asks_for_in_vain_is_warned_of(tmp_path: Path) -> None:
    again = '{{ .Files.Get "no" }}' * 2
    write(tmp_path, "werf.yaml", f"configVersion: 1\nproject: shop{again}\n")
    said: list[str] = []
    assert load_project(tmp_path, environment={}, warn=said.append).name == "shop"
    assert said == ['.Files.Get "no": no such file or directory; it is taken for empty']


def test_lenient_globs(tmp_path: Path) -> None:
    """Nothing found is empty with a warning, as in werf 1.1; links that lead out are left."""
    (tmp_path / "out").symlink_to("/etc/passwd")
    text = 'configVersion: 1\nproject: shop{{ if .Files.Glob "[no]*" }}x{{ end }}\n'
    write(tmp_path, "werf.yaml", text)
    said: list[str] = []
    assert load_project(tmp_path, environment={}, warn=said.append).name == "shop"
    assert said == [
        '.Files.Glob "[no]*": out leads out of the project; passed over',
        '.Files.Glob "[no]*": no file matches',
    ]


def test_what_globs_find_is_merged_by_functions_of_maps(tmp_path: Path) -> None:
    """As projects collect the parts of their images; an empty one does not break it."""
    (tmp_path / "parts").mkdir()
    write(tmp_path, "parts/a", "shop")
    found = '{{ merge (dict) (.Files.Glob "no/*") (.Files.Glob "parts/*") | values | first }}'
    write(tmp_path, "werf.yaml", f"configVersion: 1\nproject: {found}\n")
    assert load_project(tmp_path, environment={}).name == "shop"


@pytest.mark.parametrize("method", ["Get", "Exists", "IsDir"])
@pytest.mark.parametrize("path", ["../secret", "out", "folder/../../secret"])
def test_a_template_that_leads_out_says_so(tmp_path: Path, method: str, path: str) -> None:
    folder = tmp_path / "shop"
    (folder / "folder").mkdir(parents=True)
    write(tmp_path, "secret")
    (folder / "out").symlink_to(tmp_path / "secret")
    write(folder, "werf.yaml", f'configVersion: 1\nproject: {{{{ .Files.{method} "{path}" }}}}\n')
    with pytest.raises(InvalidConfigError, match=r"werf\.yaml:2:\d+: .*it leads out of the folder"):
        load_project(folder, environment={})


@pytest.mark.parametrize(
    ("action", "said"),
    [
        pytest.param("{{ nope }}", r'werf\.yaml:2:\d+: function "nope" not defined', id="function"),
        pytest.param('{{ required "say it" "" }}', r"werf\.yaml:2:\d+: .*say it", id="required"),
        pytest.param('{{ include "no" . }}', r"werf\.yaml:2:\d+: ", id="include"),
        pytest.param("{{ if }}", r"werf\.yaml:2:\d+: missing value for if", id="syntax"),
    ],
)
def test_what_is_wrong_in_a_template_has_its_line(tmp_path: Path, action: str, said: str) -> None:
    write(tmp_path, "werf.yaml", f"configVersion: 1\nproject: {action}\n")
    with pytest.raises(InvalidConfigError, match=said):
        load_project(tmp_path, environment={})


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:pass@example.org/group/shop.git", "group-shop"),
        ("git@example.org:group/sub/shop.git", "group-sub-shop"),
        ("ssh://git@example.org:22/shop/", "shop"),
        ("/srv/git/shop.git", "srv-git-shop"),
        ("file:///srv/shop", "srv-shop"),
        ("", "folder"),
        ("https://example.org/", "folder"),
    ],
)
def test_suggested_names(url: str, name: str) -> None:
    assert suggested_name(Path("/x/folder"), url) == name
    assert suggested_name(Path("/"), "") == "my-project"


@given(st.text(), st.text())
def test_any_name_can_be_suggested_from(folder: str, url: str) -> None:
    name = suggested_name(Path("/") / folder.replace("\0", "").lstrip("/")[:50], url)
    assert project(f"configVersion: 1\nproject: '{name}'").name == name
