"""Images as a folder in OCI's layout, made of what ``docker save`` writes."""

import io
import json
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from werfish.containers.image_folder import add_saved, blob_of, read_image


def digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


def archive(files: Mapping[str, bytes | str]) -> bytes:
    """Return an archive with *files*; a text is the target of a link."""
    target = io.BytesIO()
    with tarfile.open(mode="w", fileobj=target) as written:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                written.addfile(member)
            else:
                member.size = len(content)
                written.addfile(member, io.BytesIO(content))
    return target.getvalue()


CONFIG = json.dumps(
    {"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z",
     "rootfs": {"type": "layers", "diff_ids": [digest(b"one"), digest(b"two"), digest(b"one")]}}
).encode()  # fmt: skip
OLD = {
    "1/layer.tar": b"one",
    "2/layer.tar": b"two",
    "3/layer.tar": "../1/layer.tar",
    "c.json": CONFIG,
    "manifest.json": json.dumps(
        [{"Config": "c.json", "Layers": ["1/layer.tar", "2/layer.tar", "3/layer.tar"]}]
    ).encode(),
}
NEW = {
    "blobs/sha256/1": b"one",
    "blobs/sha256/2": b"two",
    "blobs/sha256/c": CONFIG,
    "index.json": b"{}",
    "manifest.json": json.dumps(
        [{
            "Config": "blobs/sha256/c",
            "Layers": ["blobs/sha256/1", "blobs/sha256/2", "blobs/sha256/1"],
        }]
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("files", [pytest.param(OLD, id="before-25"), pytest.param(NEW, id="25")])
def test_a_saved_image_is_read_again(tmp_path: Path, files: Mapping[str, bytes | str]) -> None:
    data = archive(files)
    found = add_saved(tmp_path, (data[start : start + 100] for start in range(0, len(data), 100)))
    index = {"manifests": [{"digest": found}]}
    (tmp_path / "index.json").write_text(json.dumps(index))
    config, layers = read_image(tmp_path)
    assert blob_of(tmp_path, digest(CONFIG)).read_bytes() == CONFIG
    assert [one.diff_id for one in layers] == list(config.diff_ids)
    assert [one.path.read_bytes() for one in layers] == [b"one", b"two", b"one"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blobs", "index.json"]
    assert len(list((tmp_path / "blobs" / "sha256").iterdir())) == 4


def test_what_is_no_saved_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the archive has no 'manifest\.json'"):
        add_saved(tmp_path, [archive({"x": b"y"})])
