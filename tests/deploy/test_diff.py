"""A change as lines: what comes and goes, and no secret."""

from typing import Any

from werfish.deploy.changes import Action, Change
from werfish.deploy.diff import diff_of, shown
from werfish.kube.resource import Gvk, ResourceId

ID = ResourceId(Gvk("", "v1", "ConfigMap"), "prod", "a")


def config_map(**data: str) -> dict[str, Any]:
    """Return a live ConfigMap."""
    metadata = {"name": "a", "uid": "1", "resourceVersion": "2", "managedFields": []}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def test_an_update_shows_what_changes_and_what_is_around() -> None:
    change = Change(Action.UPDATE, ID, before=config_map(x="1"), after=config_map(x="2"))
    assert list(diff_of(change)) == [
        "...",
        " metadata:",
        "   name: a",
        " data:",
        "-  x: '1'",
        "+  x: '2'",
    ]


def test_what_comes_and_what_goes_is_shown_whole() -> None:
    created = list(diff_of(Change(Action.CREATE, ID, after=config_map())))
    assert created[1:] == [
        "+apiVersion: v1",
        "+kind: ConfigMap",
        "+metadata:",
        "+  name: a",
        "+data: {}",
    ]
    deleted = list(diff_of(Change(Action.DELETE, ID, before=config_map(), after=None)))
    assert [line[0] for line in deleted[1:]] == ["-"] * 5


def test_secrets_are_seen_to_change_and_not_seen() -> None:
    old = {**config_map(a="c2VjcmV0", b="c2FtZQ=="), "kind": "Secret"}
    old["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/last-applied-configuration": "c2FtZQ=="
    }
    new = {**config_map(a="bmV3", b="c2FtZQ=="), "kind": "Secret"}
    lines = list(diff_of(Change(Action.UPDATE, ID, before=old, after=new)))
    assert not any(text in line for line in lines for text in ("c2VjcmV0", "bmV3", "c2FtZQ"))
    assert [line for line in lines if line[0] in "+-"] == ["-  a: '*** (old)'", "+  a: '*** (new)'"]


def test_one_secret_is_shown_without_a_word_on_it() -> None:
    data = shown({**config_map(a="x", b="x"), "kind": "Secret"})["data"]
    assert data == {"a": "***", "b": "***"}


def test_malformed_data_is_hidden_whole() -> None:
    assert shown({"kind": "Secret", "metadata": {}, "data": ["x"]})["data"] == "***"
