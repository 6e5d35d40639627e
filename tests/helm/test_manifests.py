"""Rendered text becomes objects, and objects become the text of a record."""

import re

import pytest

from werfish.helm.manifests import (
    Added,
    DuplicateResourceError,
    ManifestError,
    Rendered,
    recorded_resources,
    rendered_of,
    text_of,
)
from werfish.kube.errors import UnknownKindError
from werfish.kube.resource import Gvk

CLUSTER_WIDE = {"Namespace", "ClusterRole", "CustomResourceDefinition"}


def read(text: str, added: Added | None = None) -> Rendered:
    return rendered_of(text, "prod", lambda gvk: gvk.kind not in CLUSTER_WIDE, added)


def document(kind: str, name: str, extra: str = "", source: str = "s/templates/a.yaml") -> str:
    return (
        f"---\n# Source: {source}\napiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n{extra}"
    )


def test_namespaced_objects_get_the_namespace_of_the_release() -> None:
    text = document("ConfigMap", "a") + document("ConfigMap", "b", "  namespace: other\n")
    text += document("Namespace", "c")
    assert [r.id.namespace for r in read(text).resources] == ["prod", "other", ""]


def test_hooks_and_notes_and_crds_stand_apart() -> None:
    hook = "  annotations: {helm.sh/hook: 'pre-install, pre-upgrade', helm.sh/hook-weight: '-5'}\n"
    notes = "  annotations: {io.werfish/kind: WerfishNotes}\ndata: {notes: hello}\n"
    crd = "spec: {group: x, names: {kind: Foo}, scope: Cluster}\n"
    rendered = read(
        document("CustomResourceDefinition", "foos.x", crd, source="s/crds/foo.yaml")
        + document("ConfigMap", "a")
        + document("Job", "b", hook)
        + document("ConfigMap", "werfish-notes", notes)
    )
    assert [str(r.id) for r in rendered.resources] == ["ConfigMap/a"]
    assert [str(r.id) for r in rendered.crds] == ["CustomResourceDefinition/foos.x"]
    assert rendered.hooks[0].events == ("pre-install", "pre-upgrade")
    assert rendered.hooks[0].weight == -5
    assert rendered.notes == "hello"


@pytest.mark.parametrize("mark", ["---\n", "---\r\n", "--- # the next\n", "--- \n"])
def test_all_that_a_file_of_crds_holds_is_of_that_file(mark: str) -> None:
    """Helm prints such a file as it is, with its source only once; templates it takes apart."""
    crd = "apiVersion: v1\nkind: CustomResourceDefinition\nmetadata: {{name: {}}}\n"
    file = mark.join(("", crd.format("a"), crd.format("b")))
    rendered = read(f"---\n# Source: s/crds/all.yaml\n{file}\n" + document("ConfigMap", "c"))
    assert [r.id.name for r in rendered.crds] == ["a", "b"]
    assert [r.source for r in rendered.resources] == ["s/templates/a.yaml"]


def test_the_scope_of_a_kind_may_be_defined_by_the_text_itself() -> None:
    crd = "spec: {group: '', names: {kind: Foo}, scope: Cluster}\n"
    text = document("CustomResourceDefinition", "foos", crd) + document("Foo", "a")

    def unknown(gvk: Gvk) -> bool:
        if gvk.kind == "Foo":
            raise AssertionError("the CRD tells")
        return False

    rendered = rendered_of(text, "prod", unknown)
    assert rendered.resources[1].id.namespace == ""


def test_lists_are_taken_apart() -> None:
    text = "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: x}}\n"
    assert [str(r.id) for r in read(text).resources] == ["A/x"]


def test_items_of_a_typed_list_are_of_its_kind() -> None:
    text = "---\nkind: ConfigMapList\napiVersion: v1\nitems: [{metadata: {name: a}}]\n"
    text += "---\nkind: List\napiVersion: v1\nitems:\n"
    assert [str(r.id) for r in read(text).resources] == ["ConfigMap/a"]


def test_what_a_list_tells_helm_counts_for_its_items() -> None:
    text = """
kind: List
apiVersion: v1
metadata: {annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "3", other: x}}
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: b, annotations: {helm.sh/hook-weight: "5"}}
- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]}
"""
    rendered = rendered_of(text, "ns", lambda gvk: True)
    assert not rendered.resources
    weights = {hook.resource.id.name: hook.weight for hook in rendered.hooks}
    assert weights == {"a": 3, "b": 5, "c": 3}
    assert all("other" not in hook.resource.annotations for hook in rendered.hooks)


def test_added_annotations_and_labels_reach_everything() -> None:
    text = document("ConfigMap", "a", "  annotations: {own: x}\n")
    (resource,) = read(text, Added({"werf.io/version": "1"}, {"ci": "2"})).resources
    assert resource.annotations == {"own": "x", "werf.io/version": "1"}
    assert resource.labels == {"ci": "2"}


def test_the_same_object_twice_is_an_error_that_names_both_templates() -> None:
    text = document("ConfigMap", "a") + document("ConfigMap", "a", source="s/templates/b.yaml")
    with pytest.raises(DuplicateResourceError, match=r"templates/b.yaml.*templates/a.yaml"):
        read(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kind: A\nmetadata: {name: a}", "apiVersion is missing"),
        ("apiVersion: v1\nmetadata: {name: a}", 'kind is missing of "a"'),
        ("apiVersion: v1\nmetadata: {}", "kind is missing$"),
        (
            "{apiVersion: v1, kind: A, metadata: [name]}",
            r'A: metadata is \["name"\], which is no map',
        ),
        ("{apiVersion: v1, kind: A, metadata: {name: a, labels: b}}", 'A: labels is "b", which is'),
        ("{apiVersion: v1, kind: CustomResourceDefinition, spec: [a]}", "spec is .* no map"),
        ("apiVersion: v1\nkind: A", "no metadata.name"),
        ("hello", "not an object"),
        ("apiVersion: 1\nkind: A", "apiVersion is 1, which is no string"),
        ("{apiVersion: v1, kind: A, metadata: {name: 5}}", "metadata.name is 5, which is no str"),
        ("{apiVersion: v1, kind: A, metadata: {name: a, namespace: yes}}", "is true, which is no"),
        ("a: [", "line"),
        ("{apiVersion: v1, kind: A, metadata: {name: a}}\n---\na: 1\na: 2", "twice"),
        (
            "{apiVersion: v1, kind: A, metadata: {name: a, annotations: "
            "{helm.sh/hook: pre-install, helm.sh/hook-weight: x}}}",
            "not a number",
        ),
    ],
)
def test_what_is_no_object(text: str, problem: str) -> None:
    with pytest.raises(ManifestError, match=problem):
        read("---\n# Source: s/templates/a.yaml\n" + text)


def test_keys_that_are_there_twice_are_told_where_somebody_hears_it() -> None:
    """Helm takes the last one, and so do charts that have them for years."""
    text = (
        "---\n# Source: shop/templates/a.yaml\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: '1'\n  a: '2'\n"
    )
    said: list[str] = []
    rendered = rendered_of(text, "ns", lambda _: True, warn=said.append)
    assert [one.manifest["data"] for one in rendered.resources] == [{"a": "2"}]
    assert said == [
        'shop/templates/a.yaml: key "a" is there twice in line 6 of what it renders: '
        "the last counts"
    ]


def test_a_record_may_have_keys_twice() -> None:
    """Helm and Kubernetes take the last one; a record cannot be mended, unlike a template."""
    text = document("ConfigMap", "a", "data: {x: '1'}\ndata: {x: '2'}\n")
    (resource,) = recorded_resources(text, "prod", lambda gvk: True)
    assert resource.manifest["data"] == {"x": "2"}
    with pytest.raises(ManifestError, match="twice"):
        read(text)


def test_the_text_of_a_record_reads_back() -> None:
    text = document("ConfigMap", "a", "data:\n  key: |\n    one\n    --- two\n  y: '08'\n")
    resources = read(text).resources
    assert [r.manifest for r in read(text_of(resources)).resources] == [
        r.manifest for r in resources
    ]
    assert read(text_of(resources)).resources[0].source == "s/templates/a.yaml"


def test_a_kind_that_the_cluster_does_not_know_is_told_with_its_object_and_template() -> None:
    text = "# Source: shop/templates/a.yaml\napiVersion: v1\nkind: A\nmetadata: {name: a}"

    def unknown(gvk: Gvk) -> bool:
        raise UnknownKindError(gvk.api_version, gvk.kind)

    told = 'look up kind "A" of "v1" for "a" in "shop/templates/a.yaml": the cluster'
    with pytest.raises(UnknownKindError, match=re.escape(told)):
        rendered_of(f"---\n{text}", "prod", unknown)
