"""What a real daemon makes of layers, and what is known of images without asking it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.kit.api import Endpoints
from tests.contracts.backend_layers import FILE, FOLDER, TIME, config_on
from tests.contracts.backend_runs import request_for
from werfish.containers.backend import LocalImage
from werfish.containers.docker_client import DaemonError, NoDaemonError
from werfish.containers.docker_sweep import LEASE_LABEL
from werfish.containers.fact_store import FactStore
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.layered_facts import RunLayer

if TYPE_CHECKING:
    from docker import APIClient

from integration.docker_backend.host import Host, host_at, layer_on, leaky, seen_by_the_image


def test_the_kernel_sees_the_layers_as_we_do(
    api: "APIClient", host: Host, base: LocalImage
) -> None:
    """Overlays could show other files than the store of facts says; they must not."""
    below = layer_on(
        host,
        base,
        LayerEntry("home", FOLDER, mtime=TIME),
        LayerEntry("home/app", FOLDER, mode=0o700, uid=1500, gid=1500, mtime=TIME),
        LayerEntry("home/app/old", FILE, source="x"),
        LayerEntry("home/app/sub", FOLDER),
        LayerEntry("home/app/sub/f", FILE, source="x"),
    )
    image = layer_on(
        host,
        below,
        LayerEntry("home", FOLDER, mtime=TIME),
        LayerEntry("home/app", FOLDER, mode=0o700, uid=1500, gid=1500, mtime=TIME),
        LayerEntry("home/app/old", EntryKind.WHITEOUT),
        LayerEntry("home/app/sub", EntryKind.WHITEOUT),
        LayerEntry("home/app/new", FILE, mode=0o755, mtime=TIME + 5, source="y"),
    )
    command = "stat -c '%a %u %Y' /home/app /home/app/new; ls -A /home/app; readlink /bin"
    assert seen_by_the_image(api, host, image, command) == [
        f"700 1500 {TIME}",
        f"755 0 {TIME + 5}",
        "new",
        "usr/bin",
    ]


def test_a_home_without_memory_finds_the_same_facts(
    kit: Endpoints, tmp_path: Path, host: Host, base: LocalImage
) -> None:
    """What one host knows from the layers, another reads from the image."""
    image = layer_on(
        host,
        base,
        LayerEntry("srv", FOLDER, mode=0o751, uid=3, gid=4, mtime=TIME),
        LayerEntry("srv/a", FILE, mode=0o640, mtime=TIME, source="x"),
        LayerEntry("srv/l", EntryKind.SYMLINK, link="/srv/a", mtime=TIME),
    )
    ran = host.backend.run(request_for(image, "rm /srv/a && mkdir /srv/new && echo 1 > /srv/new/f"))
    paths = ["srv", "srv/a", "srv/l", "srv/new", "srv/new/f", "srv/none", "bin", "usr/lib", "etc"]
    with host.backend.tree(ran) as tree:
        known = {path: tree.lookup(path) for path in paths}
        below = list(tree.names_below("srv"))
    with host_at(tmp_path / "other", kit) as other, other.backend.tree(ran) as tree:
        assert {path: tree.lookup(path) for path in paths} == known
        assert list(tree.names_below("srv")) == below == ["srv/l", "srv/new", "srv/new/f"]


def test_facts_are_asked_once(kit: Endpoints, tmp_path: Path, host: Host, base: LocalImage) -> None:
    """The second time no container is made: there is no daemon that could make one."""
    with host.backend.tree(base) as tree:
        app, link = tree.lookup("app"), tree.lookup("bin")
    nowhere = replace(kit, variables={**kit.variables, "DOCKER_HOST": "unix:///nowhere.sock"})
    with host_at(host.home, nowhere) as again, again.backend.tree(base) as tree:
        assert tree.lookup("app") is app is None
        assert tree.lookup("bin") == link
        with leaky(), pytest.raises(NoDaemonError):
            tree.lookup("opt")


def test_times_of_folders_do_not_come_from_the_clock(host: Host, base: LocalImage) -> None:
    """Making a container changes the time of /etc; layers must not depend on when that was."""
    with host.backend.tree(base) as tree:
        folder, file = tree.lookup("etc"), tree.lookup("etc/passwd")
    assert folder is not None
    assert file is not None
    assert folder.mtime == file.mtime


def test_what_instructions_changed_is_read_without_asking_the_daemon(
    host: Host, base: LocalImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It compares all files of an image with all below: a second where there are 5,000."""
    monkeypatch.delattr("docker.api.container.ContainerApiMixin.diff")
    prepared = host.backend.run(
        request_for(base, "mkdir -p /anew/old /gone", "touch /anew/old/1 /gone/1 /stays")
    )
    image = host.backend.run(
        request_for(prepared, "rm -r /anew /gone", "mkdir /anew", "echo 1 > /anew/new")
    )
    layer = FactStore(host.home / "facts").layer(image.config.diff_ids[-1])
    assert isinstance(layer, RunLayer)
    assert layer.touched == {"anew", "anew/new"}
    assert layer.removed == {"anew", "gone"}
    with host.backend.tree(image) as tree:
        paths = ("anew/old", "anew/old/1", "gone", "gone/1")
        assert [tree.lookup(path) for path in paths] == [None] * 4
        assert tree.read("anew/new") == b"1\n"
        assert tree.lookup("stays") is not None


def test_a_base_that_vanished_is_an_error(host: Host, base: LocalImage) -> None:
    """Its layers are named, not sent: the daemon must say that it has them not."""
    gone = replace(base.config, diff_ids=(*base.config.diff_ids, f"sha256:{'0' * 64}"))
    with pytest.raises(DaemonError, match="load image"):
        host.backend.assemble(LocalImage(gone.id, gone), (), config_on(gone), "")


def test_marks_of_a_step_are_in_no_image_that_is_made_from_it(host: Host, base: LocalImage) -> None:
    step = host.backend.assemble(base, (), config_on(base.config), "", is_step=True)
    assert LEASE_LABEL in step.config.labels
    config = config_on(base.config)
    image = host.backend.run(replace(request_for(step, "echo > /made"), config=config))
    host.backend.discard(step)
    found = host.backend.inspect(image.id)
    assert found is not None
    assert LEASE_LABEL not in found.config.labels
