"""werf's template functions are found where they are called, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.helm.added_templates import HELPERS, secrets_template
from werfish.helm.template_text import (
    FUNCTIONS,
    adapted,
    asks_api_versions,
    asks_cluster_objects,
    pieces_of,
)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            '{{ tuple "web" . | werf_container_image | indent 8 }}',
            '{{ tuple "web" . | include "werf_container_image" | indent 8 }}',
            id="pipeline",
        ),
        pytest.param(
            "{{ werf_container_image . }}", '{{ include "werf_container_image" . }}', id="call"
        ),
        pytest.param("{{- image . -}}", '{{- include "werf_image" . -}}', id="trimmed"),
        pytest.param(
            "{{if (werf_container_env .)}}", '{{if (include "werf_container_env" .)}}', id="nested"
        ),
        pytest.param(
            '{{ include "werf_container_image" (tuple "a" .) }}',
            '{{ include "werf_container_image" (tuple "a" .) }}',
            id="include-stays",
        ),
        pytest.param("image: werf_image", "image: werf_image", id="text-stays"),
        pytest.param("{{ .image }} {{ $image }}", "{{ .image }} {{ $image }}", id="fields-stay"),
        pytest.param("{{ .Values.image.tag }}", "{{ .Values.image.tag }}", id="path-stays"),
        pytest.param("{{/* image . }} */}}", "{{/* image . }} */}}", id="comment-stays"),
        pytest.param("{{- /* image */ -}}", "{{- /* image */ -}}", id="trimmed-comment-stays"),
        pytest.param('{{ "}} image" }}image', '{{ "}} image" }}image', id="string-with-end"),
        pytest.param(r'{{ "\" image" }}', r'{{ "\" image" }}', id="escaped-quote"),
        pytest.param("{{ `image` }}", "{{ `image` }}", id="raw-string"),
        pytest.param(
            "{{\n  image .\n}}", '{{\n  include "werf_image" .\n}}', id="over-several-lines"
        ),
        pytest.param("{{ imagery }}", "{{ imagery }}", id="longer-name-stays"),
        pytest.param(
            "{{ .Release.Revision }}{{ $.Release.Revision }}", "{{ (7) }}{{ (7) }}", id="revision"
        ),
        pytest.param("{{ .Release.RevisionX }}", "{{ .Release.RevisionX }}", id="not-revision"),
    ],
)
def test_calls_are_adapted(template: str, expected: str) -> None:
    assert adapted(template, 7) == expected


def test_what_templates_ask_the_cluster() -> None:
    assert asks_cluster_objects('{{ if lookup "v1" "Secret" "a" "b" }}')
    assert not asks_cluster_objects('# lookup {{ .lookup }} {{ "lookup" }}')
    assert asks_api_versions('{{ .Capabilities.APIVersions.Has "apps/v1" }}')
    assert not asks_api_versions("{{ .Capabilities.KubeVersion }}")


parts = st.sampled_from(
    ["{{", "}}", "{{-", " -}}", '"', "`", "/*", "*/", "'", "\\", "a", " ", "\n"]
)


@given(st.lists(parts).map("".join))
def test_the_pieces_are_the_template(template: str) -> None:
    assert "".join(piece.text for piece in pieces_of(template)) == template


@given(st.lists(parts).map("".join))
def test_lines_stay_where_they_are(template: str) -> None:
    assert adapted(template, 1).count("\n") == template.count("\n")


def test_no_name_is_taken_that_a_chart_may_have_for_itself() -> None:
    """A named template of a sub-chart, as "image" in many, would give way to one of ours."""
    names = re.findall(r'define "([^"]+)"', HELPERS + secrets_template({}))
    assert len(names) > 5
    assert [name for name in names if not name.startswith(("werf_", "_werfish_"))] == []
    called = {adapted("{{ " + function + " . }}", 1).split('"')[1] for function in FUNCTIONS}
    assert called <= set(names)
