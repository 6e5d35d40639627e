"""Values of the user and of werf, merged as Helm merges them."""

from pathlib import Path

import pytest

from werfish.helm.images import DeployedImage, TagStrategy
from werfish.helm.merged import merged
from werfish.helm.service_values import Commit, Service, service_values
from werfish.helm.values import UserValues, ValuesFileError, values_of

WEB = DeployedImage(
    "web", "host/repo:web-v1", repo="host/repo", tag="v1", image_id="sha256:a", digest="sha256:b"
)


def service(**facts: object) -> Service:
    known = {"project": "shop", "namespace": "shop-prod", "env": "prod", "images": (WEB,)}
    return Service(**(known | {"strategy": TagStrategy.CUSTOM} | facts))  # type: ignore[arg-type]


def test_maps_are_merged_and_nulls_kept() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "l": [1]}, {"a": {"b": None}, "l": []}) == {
        "a": {"b": None, "c": 2},
        "l": [],
    }


def test_later_files_win_and_sets_win_over_all(tmp_path: Path) -> None:
    first, second = tmp_path / "1.yaml", tmp_path / "2.yaml"
    first.write_text("a: 1\nb: {c: 1, d: 1}\n")
    second.write_text("b: {c: 2}\ne: file\n")
    user = UserValues((first, second), sets=("b.d=9",), string_sets=("e=5",))
    assert values_of(user, {"a": "service"}) == {"a": "service", "b": {"c": 2, "d": 9}, "e": "5"}


def test_a_file_of_values_may_be_the_value(tmp_path: Path) -> None:
    (tmp_path / "motd").write_text("hello\n")
    assert values_of(UserValues(file_sets=(f"text={tmp_path / 'motd'}",)), {}) == {
        "text": "hello\n"
    }


@pytest.mark.parametrize(
    ("content", "problem"), [("a: [", "line"), ("- a", "not a map"), (None, "No such file")]
)
def test_unusable_files_are_named(tmp_path: Path, content: str | None, problem: str) -> None:
    path = tmp_path / "bad.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValuesFileError, match=problem) as caught:
        values_of(UserValues((path,)), {})
    assert "bad.yaml" in str(caught.value)


def test_of_a_key_that_is_there_twice_the_last_counts_as_for_helm(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_text("a: {b: 1}\nc: 2\na: {d: 3}\n")
    assert values_of(UserValues((path,)), {}) == {"a": {"d": 3}, "c": 2}


def test_service_values_for_werf_1_1() -> None:
    values = service_values(service())["global"]
    assert values["env"] == "prod"
    assert values["namespace"] == "shop-prod"
    assert values["werf"]["image"]["web"] == {
        "docker_image": "host/repo:web-v1",
        "docker_tag": "v1",
        "docker_image_id": "sha256:a",
        "docker_image_digest": "sha256:b",
    }
    assert values["werf"]["docker_tag"] == "v1"
    assert values["werf"]["is_nameless_image"] is False


def test_service_values_for_v2() -> None:
    values = service_values(service(commit=Commit("abc", "today", 7)))
    assert values["werf"]["image"] == {"web": "host/repo:web-v1"}
    assert values["werf"]["tag"] == {"web": "v1"}
    assert values["werf"]["commit"] == {"hash": "abc", "date": {"human": "today", "unix": 7}}
    assert values["global"]["werf"]["images"] == {"web": "host/repo:web-v1"}


def test_the_nameless_image_stands_alone() -> None:
    nameless = DeployedImage("", "host/repo:v1", tag="v1")
    values = service_values(service(images=(nameless,)))
    assert values["global"]["werf"]["image"]["docker_image"] == "host/repo:v1"
    assert values["werf"]["nameless_image"] == "host/repo:v1"


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (TagStrategy.GIT_BRANCH, {"is_branch": True, "branch": "v1", "ref": "v1"}),
        (TagStrategy.GIT_TAG, {"is_tag": True, "tag": "v1", "ref": "v1"}),
        (TagStrategy.CUSTOM, {"is_custom_tag": True, "is_custom": False, "tag": '"-"'}),
        (TagStrategy.STAGES_SIGNATURE, {"is_tag_by_stages_signatures": True}),
        (TagStrategy.GIT_COMMIT, {"is_tag": False}),
    ],
)
def test_how_the_tag_was_chosen(strategy: TagStrategy, expected: dict[str, object]) -> None:
    ci = service_values(service(strategy=strategy))["global"]["werf"]["ci"]
    assert expected.items() <= ci.items()


def test_ids_of_images_are_there_only_for_tags_that_move() -> None:
    fixed = service_values(service(strategy=TagStrategy.GIT_TAG))
    assert "docker_image_id" not in fixed["global"]["werf"]["image"]["web"]
    unknown = service_values(service(images=(DeployedImage("a", "r:t"),)))
    assert unknown["global"]["werf"]["image"]["a"]["docker_image_id"] == '"-"'
