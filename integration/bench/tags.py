"""Look-ups in a repository with 10,000 tags, beside one with a few."""

from collections import defaultdict
from contextlib import closing

from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground
from integration.bench.images import put_bytes
from integration.bench.project import IMAGES, make_project
from integration.bench.proxy import CountingProxy
from integration.bench.spent import Spent
from integration.published import remove_built
from tests.registry.clients import client_of
from werfish.oci.manifest import Manifest
from werfish.oci.media_types import OCI_MANIFEST
from werfish.oci.reference import Repository, parse_repository
from werfish.registry.client import RegistryClient
from werfish.registry.transfer import Job, in_parallel

MANY = 10_000
FEW = 10


def measure_tags(ground: Ground) -> str:
    """Measure, and return the table; each look is from a home that knows nothing yet."""
    name = ground.name("tags")
    project = make_project(ground.scratch / name, name, ground.files, 1)
    spent: dict[int, list[Spent]] = defaultdict(list)
    yardsticks, counted = ground.yardsticks(), dict[int, int]()
    with CountingProxy(ground.registry) as proxy, closing(client_of()) as client:
        places = {count: f"{name}/{count}" for count in (FEW, MANY)}
        try:
            for count, path in places.items():
                ground.say(f"tags: put {count}")
                where = ("--repo", f"{ground.registry}/{path}")
                ground.werfish(project.folder, name, "build-and-publish", *where)
                put_tags(client, parse_repository(f"{ground.registry}/{path}"), count)
            for number in range(ground.rounds):
                ground.say(f"tags: round {number + 1} of {ground.rounds}")
                for count, path in places.items():
                    look = ("build-and-publish", "--repo", f"{ground.registry}/{path}")
                    home = f"{name}-{count}-{number}"
                    spent[count].append(ground.werfish(project.folder, home, *look))
                    proxy.begin()
                    through = (*look[:-1], f"{proxy.address}/{path}")
                    ground.werfish(project.folder, f"{home}-far", *through)
                    counted[count] = len(proxy.passed)
        finally:
            remove_built(ground.endpoints.variables, name)
            ground.remove([f"{ground.registry}/{path}" for path in places.values()])
    findings = [
        Finding(
            f"{count} more tags, {len(IMAGES)} images, nothing changed, a new home",
            [one.seconds for one in spent[count]],
            [one.processor for one in spent[count]],
            f"{counted[count]} requests",
            "as with few" if count == MANY else "",
        )
        for count in places
    ]
    return table_of(findings, yardsticks)


def put_tags(client: RegistryClient, repository: Repository, count: int) -> None:
    """Give one small manifest *count* tags in *repository*."""
    data = Manifest(put_bytes(client, repository, b"{}"), ()).encode()

    def tag(number: int) -> Job[str]:
        reference = repository.tagged(f"tag-{number:05}")
        return lambda stop: client.put_manifest(reference, OCI_MANIFEST, data)

    in_parallel([tag(number) for number in range(count)])
