"""The archive that is loaded: what it names, and that it carries only what is new."""

import io
import json
import tarfile
from pathlib import Path

from werfish.containers.backend import Layer
from werfish.containers.docker_load import archive_of
from werfish.oci.config import ImageConfig

CONFIG = ImageConfig("amd64", "linux", "", {}, ("sha256:aa", "sha256:bb"))


def test_an_archive_names_all_layers_and_carries_the_new_ones(tmp_path: Path) -> None:
    blob = tmp_path / "blob"
    blob.write_bytes(b"compressed" * 1000)
    layer = Layer("sha256:bb", blob, "sha256:cc", 10_000)
    data = b"".join(archive_of(CONFIG, [layer, layer], "r:1"))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        contents = {name: file.read() for name, file in files.items() if file is not None}
    name = f"{CONFIG.id.removeprefix('sha256:')}.json"
    assert set(contents) == {name, "manifest.json", "bb.tar"}
    assert contents[name] == CONFIG.encode()
    assert contents["bb.tar"] == blob.read_bytes()
    [manifest] = json.loads(contents["manifest.json"])
    assert manifest == {"Config": name, "RepoTags": ["r:1"], "Layers": ["aa.tar", "bb.tar"]}
