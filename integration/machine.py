"""One machine for tests of publishing: a home of its own, the real Docker, a registry client.

Run as a program, it publishes, so that it can be killed, or run several times at once:
``python -m integration.machine build HOME HOST PATH TAG SEED`` or ``again HOME HOST PATH TAG``.
"""

import io
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from os import environ
from pathlib import Path

from tests.registry.clients import client_of
from werfish.cli.registries import timing_of_host
from werfish.containers.backend import BaseImage, LocalImage, RunRequest
from werfish.containers.docker import DockerBackend, DockerSettings
from werfish.containers.docker_client import connect
from werfish.containers.docker_sweep import lease_labels
from werfish.containers.fact_store import FactStore
from werfish.locks.local import FileLocks
from werfish.locks.lock import Locks
from werfish.log import Log
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.reference import Reference, Repository, parse_repository
from werfish.publish.publish import PublishedImage, PublishRequest, publish_images
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import CredentialSource, anonymous
from werfish.storage.blobs import BlobStore
from werfish.storage.leases import host_lease
from werfish.storage.transfer.carrier import Carrier

CREATED = "2026-01-01T00:00:00Z"
TEST_LABEL = "io.werfish.publish-test"
"""Marks the images of the program, with the path that they are published to."""


@dataclass
class Machine:
    """The parts, and images made of them. *output* holds everything that was said."""

    backend: DockerBackend
    store: BlobStore
    client: RegistryClient
    mirror: str
    output: io.StringIO
    step_labels: Mapping[str, str]
    locks: Locks
    made: list[LocalImage]

    def base(self) -> BaseImage:
        """Return the smallest base image."""
        return self.backend.resolve_base("busybox:1.35")

    def base_source(self) -> Reference:
        """Return where it came from."""
        repository = parse_repository(f"{self.mirror}/library/busybox")
        return repository.pinned(self.base().digest)

    def with_file(self, below: LocalImage, name: str, text: str) -> LocalImage:
        """Return *below* with a file more, in a layer that werfish writes."""
        data = text.encode()
        entries = [LayerEntry(name, EntryKind.FILE, mtime=1_700_000_000, source=name)]
        layer = self.store.write(entries, lambda sources: [(len(data), [data]) for _ in sources])
        config = replace(below.config, created=CREATED).with_layers((layer.diff_id,), "test")
        self.made.append(self.backend.assemble(below, [layer], config, ""))
        return self.made[-1]

    def with_command(self, below: LocalImage, command: str) -> LocalImage:
        """Return *below* after a command of the user's."""
        request = RunRequest(
            below,
            (command,),
            replace(below.config, created=CREATED),
            "",
            "test/install",
            lambda line: None,
        )
        self.made.append(self.backend.run(request))
        return self.made[-1]

    def publish(
        self,
        chain: tuple[LocalImage, ...],
        repository: Repository,
        *tags: str,
        base: Reference | None = None,
    ) -> tuple[PublishedImage, ...]:
        """Publish the last image of *chain*."""
        targets = tuple(repository.tagged(tag) for tag in tags)
        request = PublishRequest("web", "publish-test", chain[-1], targets, chain, base)
        log = Log(self.output, clock=time.monotonic, verbose=True)
        carrier = Carrier(self.backend, self.client, self.store, log, self.step_labels, self.locks)
        [published] = publish_images([request], carrier)
        return published


@contextmanager
def machine_in(home: Path, mirror: str, source: CredentialSource = anonymous) -> Iterator[Machine]:
    """Set a machine up whose home is *home*; base images come from *mirror*."""
    output = io.StringIO()
    log = Log(output, clock=time.monotonic)
    facts = FactStore(home / "facts")
    with host_lease(home) as lease, closing(connect(environ)) as api:
        settings = DockerSettings((mirror,))
        backend = DockerBackend(lambda: api, facts, lease, log, timing_of_host(), settings)
        client = client_of(source)
        store = BlobStore(home / "blobs", facts)
        backend.sweep()
        made: list[LocalImage] = []
        try:
            labels, locks = lease_labels(lease), FileLocks(home / "locks")
            yield Machine(backend, store, client, mirror, output, labels, locks, made)
        finally:
            client.close()
            for image in reversed(made):
                backend.discard(image)
            backend.settle()


def delete_repository(client: RegistryClient, repository: Repository) -> None:
    """Delete every manifest of *repository*, as far as tags name them."""
    for tag in client.list_tags(repository):
        stored = client.find_manifest(repository.tagged(tag))
        if stored is not None:
            client.delete_manifest(repository, stored.digest)


def build_and_publish(home: str, host: str, path: str, tag: str, seed: str) -> None:
    """Build an image with a layer of each kind and publish it."""
    with machine_in(Path(home), host) as machine:
        base = machine.base().image
        runtime = {**base.config.runtime, "Labels": {TEST_LABEL: path}}
        base = LocalImage(base.id, replace(base.config, runtime=runtime))
        run = machine.with_command(base, f"head -c 3000000 /dev/urandom > /random; echo {seed}")
        image = machine.with_file(run, "file", seed)
        print("publishing", flush=True)
        machine.publish((run, image), Repository(host, path), tag)


def publish_again(home: str, host: str, path: str, tag: str) -> None:
    """Publish the image that is tagged ``shared``, without knowing anything of its layers."""
    with machine_in(Path(home), host) as machine:
        image = machine.backend.inspect(f"{host}/{path}:shared")
        if image is None:
            raise LookupError(path)
        machine.publish((image,), Repository(host, path), tag)


PROGRAMS: Mapping[str, Callable[..., None]] = {"build": build_and_publish, "again": publish_again}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
