"""Charts rendered by the real helm: what works, and how mistakes are told."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from integration.kit.api import Endpoints
from werfish.helm.chart import staged
from werfish.helm.dependencies import helm_dependency
from werfish.helm.helm import Helm, HelmMissingError, find_helm
from werfish.helm.images import DeployedImage, TagStrategy
from werfish.helm.manifests import Rendered, rendered_of
from werfish.helm.merged import merged
from werfish.helm.render import RenderRequest, render
from werfish.helm.render_errors import RenderError
from werfish.helm.service_values import Service, service_values
from werfish.helm.strvals import SetValueError, parse_into
from werfish.helm.yaml_text import load

WEB = DeployedImage("web", "host/repo:web-v1", tag="v1", image_id="sha256:a")


@pytest.fixture(scope="module")
def helm(kit: Endpoints) -> Helm:
    return find_helm(kit.variables["WERF_HELM"], os.environ["PATH"])


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    folder = tmp_path / ".helm"
    (folder / "templates").mkdir(parents=True)
    return folder


def rendered(
    helm: Helm,
    chart: Path,
    *images: DeployedImage,
    strategy: TagStrategy = TagStrategy.CUSTOM,
    values: Mapping[str, Any] | None = None,
) -> Rendered:
    service = Service("shop", "prod", "production", images=images or (WEB,), strategy=strategy)
    with staged(chart, project="shop", revision=4) as copy:
        request = RenderRequest(
            copy, "rel", "prod", merged(service_values(service), values or {}), "v1.30.0"
        )
        return rendered_of(render(helm, request), "prod", lambda gvk: True)


def config_map(data: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n{data}"


def container(call: str) -> str:
    spec = f"spec:\n  containers:\n  - name: a\n{call}\n"
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n{spec}"


@pytest.mark.parametrize(
    "call",
    [
        '{{ tuple "web" . | werf_container_image | indent 4 }}',
        '{{ werf_container_image (tuple "web" .) | indent 4 }}',
        '{{ include "werf_container_image" (tuple "web" .) | indent 4 }}',
        '{{- werf_container_image (list "web" .) | nindent 4 }}',
    ],
)
def test_every_way_to_ask_for_an_image(helm: Helm, chart: Path, call: str) -> None:
    (chart / "templates/a.yaml").write_text(container(call))
    spec = rendered(helm, chart).resources[0].manifest["spec"]["containers"][0]
    assert spec == {"name": "a", "image": "host/repo:web-v1", "imagePullPolicy": "Always"}


def test_the_nameless_image_and_the_environment(helm: Helm, chart: Path) -> None:
    call = (
        "{{ werf_container_image . | indent 4 }}\n    env:\n{{ werf_container_env . | indent 4 }}"
    )
    (chart / "templates/a.yaml").write_text(container(call))
    image = DeployedImage("", "host/repo:v1", tag="v1", image_id="sha256:a")
    spec = rendered(helm, chart, image).resources[0].manifest["spec"]["containers"][0]
    assert spec["env"] == [{"name": "DOCKER_IMAGE_ID", "value": "sha256:a"}]
    spec = rendered(helm, chart, image, strategy=TagStrategy.GIT_TAG).resources[0].manifest["spec"]
    assert spec["containers"][0] == {"name": "a", "image": "host/repo:v1", "env": None}


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ("{{ werf_container_image . }}", "No image specified for template"),
        ('{{ tuple "db" . | werf_container_image }}', "Unknown image 'db' specified for template"),
        ("{{ .Values.a.b }}", "nil pointer"),
        ("{{ nonsense }}", 'function "nonsense" not defined'),
        ("{{ if }}", "missing value for if"),
        ('{{ required "need it" .Values.nope }}', "need it"),
    ],
)
def test_mistakes_are_shown_in_the_users_file(
    helm: Helm, chart: Path, call: str, problem: str
) -> None:
    (chart / "templates/a.yaml").write_text(config_map(f"data:\n  x: {call}\n"))
    with pytest.raises(RenderError, match="needed|" + problem) as caught:
        rendered(helm, chart)
    assert (caught.value.file, caught.value.line) == (".helm/templates/a.yaml", 6)
    assert "tmp" not in str(caught.value)
    assert f"x: {call}" in str(caught.value)


def test_a_name_for_the_nameless_image_is_refused(helm: Helm, chart: Path) -> None:
    (chart / "templates/a.yaml").write_text('{{ tuple "x" . | werf_container_image }}')
    with pytest.raises(RenderError, match="No image should be specified for template, got 'x'"):
        rendered(helm, chart, DeployedImage("", "host/repo:v1"))


def test_output_that_is_not_yaml_is_shown(helm: Helm, chart: Path) -> None:
    (chart / "templates/a.yaml").write_text(config_map('data:\n  x: {{ "a: b" }}\n'))
    with pytest.raises(RenderError, match="not YAML") as caught:
        rendered(helm, chart)
    assert caught.value.file == ".helm/templates/a.yaml"
    assert str(caught.value).endswith("x: a: b")


def test_notes_and_the_revision_are_there(helm: Helm, chart: Path) -> None:
    (chart / "templates/a.yaml").write_text(
        config_map("data: {count: '{{ .Release.Revision }}'}\n")
    )
    (chart / "templates/NOTES.txt").write_text('Visit {{ .Release.Name }} "now"\n')
    result = rendered(helm, chart)
    assert result.notes == 'Visit rel "now"\n'
    assert [r.manifest["data"] for r in result.resources] == [{"count": "4"}]


def test_a_mistake_in_the_notes_is_shown_there(helm: Helm, chart: Path) -> None:
    (chart / "templates/NOTES.txt").write_text("one\n{{ .Values.a.b }}\n")
    with pytest.raises(RenderError) as caught:
        rendered(helm, chart)
    assert (caught.value.file, caught.value.line) == (".helm/templates/NOTES.txt", 2)


def test_sub_charts_see_werfs_functions_and_values(helm: Helm, chart: Path) -> None:
    sub = chart / "charts" / "sub"
    (sub / "templates").mkdir(parents=True)
    (sub / "Chart.yaml").write_text("apiVersion: v2\nname: sub\nversion: 1.0.0\n")
    (sub / "templates/a.yaml").write_text(
        config_map('data:\n  i: {{ tuple "web" . | image }}\n  e: {{ .Values.global.env }}\n')
    )
    (chart / "templates/b.yaml").write_text("")
    data = rendered(helm, chart).resources[0].manifest["data"]
    assert data == {"i": "host/repo:web-v1", "e": "production"}


def test_a_null_removes_a_default(helm: Helm, chart: Path) -> None:
    (chart / "values.yaml").write_text("a: {b: 1, c: 2}\n")
    (chart / "templates/a.yaml").write_text(config_map("data: {v: '{{ toJson .Values.a }}'}\n"))
    data = rendered(helm, chart, values={"a": {"b": None}}).resources[0].manifest["data"]
    assert json.loads(data["v"]) == {"c": 2}


def test_no_helm_is_a_clear_error() -> None:
    with pytest.raises(HelmMissingError, match="not on PATH") as caught:
        find_helm("", "/nonexistent")
    assert "WERF_HELM" in caught.value.hint
    with pytest.raises(HelmMissingError, match="not found"):
        find_helm("/nonexistent/helm", "")


TEXTS = (
    r"a={},b=1|a[0]=|a={x}y|a.b=|=x|a=1,|,a=1|a[0]|a[0].b|a.b=1,a.b.c=2|a={1,2|a={\}}|a==b"
    r"|a[0]=1,a[0].x=2|a[1].x=1|a=null|x.y=null|a={a\,b,c}|a[ 0]=1|a[+1]=x|a=+1|a=1_000|a=01"
    r"|a=1.5|a=TRUE|a.b.c=1,a.b.d=2|a[0][1]=x|a\.b=1|z.y=1|a=-0|a=00|l[1]=9|l={}|a.=1|.a=1"
    r"|a..b=1|a[]=1"
)


@pytest.mark.parametrize("text", TEXTS.split("|"))
def test_sets_mean_what_they_mean_to_helm(helm: Helm, tmp_path: Path, text: str) -> None:
    base = {"z": 0, "l": [1, 2, 3]}
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n")
    (tmp_path / "templates/a.yaml").write_text("v: {{ toJson .Values | quote }}\n")
    done = subprocess.run(
        [helm.path, "template", "r", str(tmp_path), "--values", "-", "--set", text],
        input=json.dumps(base).encode(),
        capture_output=True,
        check=False,
    )
    try:
        ours: object = parse_into(base, text)
    except SetValueError:
        ours = None
    if done.returncode != 0:
        assert ours is None, done.stderr.decode()
    else:
        assert ours == json.loads(load(done.stdout.decode().split("\n", 2)[2])["v"])


@pytest.mark.parametrize("named", [True, False], ids=["named", "nameless"])
@pytest.mark.parametrize("list_in", ["requirements.yaml", "Chart.yaml"])
def test_charts_of_the_same_repository_are_fetched(
    helm: Helm, tmp_path: Path, list_in: str, named: bool
) -> None:
    chart, lib = tmp_path / ".helm", tmp_path / "charts" / "lib"
    (lib / "templates").mkdir(parents=True)
    (lib / "Chart.yaml").write_text("{apiVersion: v2, name: lib, version: 1.2.3}")
    (lib / "templates" / "a.yaml").write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
    )
    chart.mkdir()
    api = "v1" if list_in == "requirements.yaml" else "v2"
    own = f"apiVersion: {api}\nname: own\nversion: 0.1.0\n" if named else ""
    needs = "dependencies: [{name: lib, version: ^1.0.0, repository: 'file://../charts/lib'}]\n"
    for name in {"Chart.yaml", list_in} if named else {list_in}:
        (chart / name).write_text(
            (own if name == "Chart.yaml" else "") + (needs if name == list_in else "")
        )
    assert "missing" in helm_dependency("list", chart, "shop", helm)
    helm_dependency("update", chart, "shop", helm)
    assert [path.name for path in (chart / "charts").iterdir()] == ["lib-1.2.3.tgz"]
    (chart / "charts" / "lib-1.2.3.tgz").unlink()
    said = helm_dependency("build", chart, "shop", helm)
    assert "werfish-private" not in said
    assert "ok" in helm_dependency("list", chart, "shop", helm)
