"""The base images which are made on the spot."""

import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from integration.kit import bases, busybox, debian, image, push


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """Return the layer of a busybox with three applets."""
    path = tmp_path / "layer.tar"
    busybox.write_layer(path, b"program", ["sh", "httpd", "busybox"])
    return path


def test_every_image_has_a_tag_and_a_maker() -> None:
    assert set(bases.MAKERS) == {bases.BUSYBOX, bases.DEBIAN, bases.PYTHON}
    assert all(push.split(f"host/{name}")[2] for name in bases.MAKERS)


def test_applets_are_links_to_the_program(layer: Path) -> None:
    with tarfile.open(layer) as tar:
        assert tar.getmember("bin/sh").linkname == "bin/busybox"
        assert tar.getmember("bin/httpd").islnk()
        assert tar.getmember("bin/busybox").isreg()


@pytest.mark.parametrize(("name", "mode"), [("tmp", 0o1777), ("root", 0o700), ("etc", 0o755)])
def test_folders_have_their_usual_modes(layer: Path, name: str, mode: int) -> None:
    with tarfile.open(layer) as tar:
        assert tar.getmember(name).mode == mode


@pytest.mark.parametrize("user", ["root", "nobody", "www-data"])
def test_usual_users_exist(layer: Path, user: str) -> None:
    with tarfile.open(layer) as tar:
        passwd = tar.extractfile("etc/passwd")
        assert passwd is not None
        assert f"\n{user}:" in "\n" + passwd.read().decode()


def test_same_content_makes_the_same_image(layer: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.tar"
    busybox.write_layer(again, b"program", ["httpd", "sh"])
    for path, name in ((layer, "one"), (again, "two")):
        image.write(path, busybox.RUN, tmp_path / name)
    manifests = [(tmp_path / name / "manifest.json").read_text() for name in ("one", "two")]
    assert manifests[0] == manifests[1]


def test_image_is_consistent(layer: Path, tmp_path: Path) -> None:
    folder = tmp_path / "image"
    assert not image.is_complete(folder)
    image.write(layer, busybox.RUN, folder)
    assert image.is_complete(folder)
    config = json.loads((folder / "config.json").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    diff_id = f"sha256:{hashlib.sha256(layer.read_bytes()).hexdigest()}"
    assert config["rootfs"]["diff_ids"] == [diff_id]
    assert manifest["layers"][0]["digest"] == image.digest_of(folder / "layer.tar.gz")
    assert manifest["config"]["size"] == (folder / "config.json").stat().st_size


@pytest.mark.parametrize(
    ("targets", "mirror"),
    [
        pytest.param(
            "bookworm main Debian-Security http://s/\nbookworm main Debian http://m/debian/\n",
            "http://m/debian",
            id="configured",
        ),
        pytest.param("jammy main Ubuntu http://u/\n", debian.USUAL_MIRROR, id="another-system"),
        pytest.param("bookworm main Debian file:/m\n", debian.USUAL_MIRROR, id="not-http"),
        pytest.param("", debian.USUAL_MIRROR, id="nothing"),
    ],
)
def test_mirror_is_the_configured_one(targets: str, mirror: str) -> None:
    assert debian.mirror_in(targets) == mirror


def test_slim_keeps_copyrights_and_drops_the_rest(tmp_path: Path) -> None:
    for name in ("usr/share/doc/a/copyright", "usr/share/doc/a/README", "usr/share/man/m"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "etc/apt/apt.conf.d").mkdir(parents=True)
    debian.slim(tmp_path, "http://m/debian")
    assert (tmp_path / "usr/share/doc/a/copyright").exists()
    assert not (tmp_path / "usr/share/doc/a/README").exists()
    assert list((tmp_path / "usr/share/man").iterdir()) == []
    assert "deb http://m/debian bookworm main" in (tmp_path / "etc/apt/sources.list").read_text()
