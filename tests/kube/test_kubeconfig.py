"""Where a cluster is found, and what is said when it is not."""

import json
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from werfish.kube.errors import KubeconfigError
from werfish.kube.kubeconfig import KubeOptions, load_access


def kubeconfig(name: str = "one", **user: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [{"name": name, "cluster": {"server": f"http://{name}.example:8080/"}}],
        "users": [{"name": name, "user": user}],
    }


def written(folder: Path, name: str, **user: Any) -> str:
    file = folder / name
    file.write_text(json.dumps(kubeconfig(name, **user)))
    return str(file)


def test_the_default_is_in_the_home(tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(json.dumps(kubeconfig()))
    assert load_access(KubeOptions(home=tmp_path)).server == "http://one.example:8080"


def test_a_list_is_merged_and_the_context_chosen(tmp_path: Path) -> None:
    paths = f"{tmp_path}/absent:{written(tmp_path, 'one')}:{written(tmp_path, 'two')}"
    environment = {"KUBECONFIG": paths}
    options = KubeOptions(context="two", environment=environment, home=tmp_path)
    assert load_access(options).server == "http://two.example:8080"


def test_an_option_beats_the_environment(tmp_path: Path) -> None:
    environment = {"KUBECONFIG": written(tmp_path, "one")}
    options = KubeOptions(config=written(tmp_path, "two"), environment=environment, home=tmp_path)
    assert load_access(options).server == "http://two.example:8080"


def test_text_beats_files(tmp_path: Path) -> None:
    text = b64encode(json.dumps(kubeconfig("three")).encode()).decode()
    options = KubeOptions(config=written(tmp_path, "one"), config_base64=text)
    assert load_access(options).server == "http://three.example:8080"


def test_tokens_are_sent(tmp_path: Path) -> None:
    access = load_access(KubeOptions(config=written(tmp_path, "one", token="abc")))
    assert access.authorization() == "Bearer abc"


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("kubernetes", "kubernetes.client", "kubernetes.config"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("no_package")
def test_a_plain_one_is_read_without_the_package(tmp_path: Path) -> None:
    options = KubeOptions(config=written(tmp_path, "one", token=" abc\n"))
    access = load_access(options)
    assert (access.server, access.tls, access.proxy) == ("http://one.example:8080", None, "")
    assert access.authorization() == "Bearer abc"
    assert access.origin == f'kubeconfig "{options.config}"'


@pytest.mark.usefixtures("no_package")
@pytest.mark.parametrize(
    ("user", "environment"),
    [
        pytest.param({"exec": {"command": "x"}}, {}, id="plug-in"),
        pytest.param({"tokenFile": "/x"}, {}, id="file-of-a-token"),
        pytest.param({"client-certificate-data": "%"}, {}, id="not-base64"),
        pytest.param({"token": "abc"}, {"HTTPS_PROXY": "http://proxy:1"}, id="proxy"),
    ],
)
def test_others_need_the_package(
    tmp_path: Path, user: dict[str, Any], environment: dict[str, str]
) -> None:
    with pytest.raises(ImportError):
        load_access(KubeOptions(config=written(tmp_path, "one", **user), environment=environment))


def test_both_readers_find_the_same(tmp_path: Path) -> None:
    """The package reads what has one more word, which means nothing to it."""
    for user in ({}, {"token": "abc"}, {"token": "abc", "client-key": "unused"}):
        plain = load_access(KubeOptions(config=written(tmp_path, "one", **user)))
        other = load_access(KubeOptions(config=written(tmp_path, "one", **user, unknown="x")))
        assert (plain.server, plain.origin, plain.tls_server_name, plain.proxy) == (
            *(other.server, other.origin, other.tls_server_name, other.proxy),
        )
        assert plain.authorization() == other.authorization()


def test_secrets_are_not_shown() -> None:
    assert "c2VjcmV0" not in repr(KubeOptions(config_base64="c2VjcmV0"))


def test_no_kubeconfig_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=r"no kubeconfig at") as caught:
        load_access(KubeOptions(home=tmp_path))
    assert "--kube-config" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("{", "parsing a flow", id="not-yaml"),
        pytest.param("[]", "it is no kubeconfig$", id="a-list"),
        pytest.param("text", "it is no kubeconfig$", id="a-text"),
        pytest.param("{}", "current-context", id="no-context"),
        pytest.param(json.dumps(kubeconfig() | {"current-context": "x"}), "x", id="no-such-one"),
    ],
)
def test_a_broken_kubeconfig_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(KubeconfigError, match=words) as caught:
        load_access(KubeOptions(config=str(file)))
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("text", ["bm90IGEgbWFwcGluZw==", "%%%", "e3t7"])
def test_broken_text_is_told(text: str) -> None:
    with pytest.raises(KubeconfigError, match="kubeconfig given as base64"):
        load_access(KubeOptions(config_base64=text))
