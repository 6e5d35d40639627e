"""Threads, processes and homes that use one daemon, some of which are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from integration.kit.api import Endpoints
from stages.digest import Digest
from stages.stage import StageName
from tests.contracts.backend_layers import FILE, FOLDER, TIME
from tests.contracts.backend_runs import request_for
from werfish.containers.backend import ImageGoneError, LocalImage
from werfish.containers.docker_sweep import HOME_LABEL, LEASE_LABEL
from werfish.locks.local import FileLocks
from werfish.oci.layer import LayerEntry
from werfish.storage.local import LocalStageStorage

if TYPE_CHECKING:
    from docker import APIClient

from integration.docker_backend.host import Host, host_at, layer_on, leftovers

PROJECT = Path(__file__).parent.parent.parent


def test_a_killed_build_leaves_nothing_to_the_next(
    api: "APIClient", kit: Endpoints, tmp_path: Path, base: LocalImage
) -> None:
    home = tmp_path / "killed"
    code = f"""
from dataclasses import replace
from pathlib import Path
from integration.docker_backend.host import host_at
from tests.contracts.backend_runs import request_for
from integration.kit.api import endpoints
from integration.kit.part import kit_of
with host_at(Path({str(home)!r}), endpoints(kit_of("node"))) as host:
    base = host.backend.inspect({base.id!r})
    request = request_for(base, "echo started; sleep 1000")
    host.backend.run(replace(request, output=lambda line: print(line, flush=True)))
"""
    environment = {**os.environ, **kit.variables, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    with host_at(home, kit) as other:
        other.backend.sweep()
        assert len(leftovers(api, other)) == 1, "a living build is left alone"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with host_at(tmp_path / "stranger", kit) as stranger:
        stranger.backend.sweep()
    with host_at(home, kit) as after:
        assert len(leftovers(api, after)) == 1, "another home's remains are left alone"
        after.backend.sweep()
        assert leftovers(api, after) == []


def test_what_is_still_in_use_goes_in_the_end(
    api: "APIClient", kit: Endpoints, tmp_path: Path, base: LocalImage
) -> None:
    """A daemon may take a moment to notice that the client of its classic builder was killed."""
    home = tmp_path / "home"
    with host_at(home, kit) as killed:
        labels = {HOME_LABEL: killed.home_id, LEASE_LABEL: "0-dead"}
        config = {"Labels": labels}
        step = api.create_container(base.id, ["true"])["Id"]
        image = api.commit(step, conf=config)["Id"]
        api.remove_container(step)
    with host_at(home, kit) as after:
        user = api.create_container(image, ["true"], labels={HOME_LABEL: "", LEASE_LABEL: ""})
        after.backend.sweep()
        assert api.images(all=True, filters={"label": f"{HOME_LABEL}={after.home_id}"})
        api.remove_container(user["Id"])
        after.backend.close()
        assert not api.images(all=True, filters={"label": f"{HOME_LABEL}={after.home_id}"})


def test_threads_may_use_one_backend(host: Host, base: LocalImage) -> None:
    """As many images are built at once as the user allows."""
    images: list[str] = []

    def build(number: int) -> None:
        image = layer_on(host, base, LayerEntry("shared", FOLDER, mtime=TIME))
        request = request_for(image, f"echo {number} > /shared/{number}")
        images.append(host.backend.run(request).id)

    threads = [threading.Thread(target=build, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(images)) == 4


def test_two_that_build_the_same_stage_share_one(
    kit: Endpoints, tmp_path: Path, base: LocalImage
) -> None:
    """Two runs of the program, each with an image of its own: the first that saves wins."""
    digest, project = Digest(uuid.uuid4().hex * 2), f"test-{uuid.uuid4().hex[:8]}"
    together, stages = threading.Barrier(2), []

    def build() -> None:
        with host_at(tmp_path / "shared", kit) as one:
            locks, folder = FileLocks(one.home / "locks"), one.home / "stages"
            storage = LocalStageStorage(one.backend, folder, project, locks, time.time)
            request = request_for(base, "date +%N > /when")
            image = one.backend.run(request)
            together.wait(60)
            stages.append(storage.save(StageName.INSTALL, digest, (), image))

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stages[0] == stages[1]
    with host_at(tmp_path / "shared", kit) as host:
        assert len(host.backend.tagged(f"werfish-stages/{project}")) == 1
        host.backend.untag(stages[0].reference)


def test_the_same_image_is_made_and_given_up_by_two_at_once(
    kit: Endpoints, tmp_path: Path, host: Host, base: LocalImage
) -> None:
    """A daemon may remove with an image the tag that somebody else gives it just then."""

    def use(number: int, one: Host) -> int:
        own, removed = f"werfish-test/{tmp_path.name}:{number}", 0
        for _ in range(40):
            image = layer_on(one, base, LayerEntry("srv/same", FILE, source="x"))
            with suppress(ImageGoneError):
                one.backend.tag(image, own)
            one.backend.settle()
            one.backend.untag(own)
            removed += one.backend.inspect(image.id) is None
        return removed

    with host_at(tmp_path / "second", kit) as second, ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4), [host, second, host, second]))


def test_what_another_process_may_be_making_just_now_goes_in_the_end(
    kit: Endpoints, tmp_path: Path, api: "APIClient", host: Host, base: LocalImage
) -> None:
    with host_at(tmp_path / "second", kit) as second:
        image = layer_on(second, base, LayerEntry("srv/late", FILE, source="x"))
        second.backend.discard(image)
        second.backend.settle()
        assert second.backend.inspect(image.id) is not None
    assert host.backend.inspect(image.id) is None
