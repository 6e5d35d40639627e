"""A gigabyte of blobs: pulled, pushed, and copied from one registry into another."""

import shutil
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from integration.bench import skopeo
from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground
from integration.bench.images import make_layers, put_image
from integration.bench.project import start_project
from integration.bench.spent import Spent, spend
from integration.registries import free_port, running_registry
from tests.registry.clients import client_of
from werfish.oci.reference import parse_reference

SIZES = (125_000_000,) * 8
TARGET = "1.3 times skopeo, below 150 MB"
WERF_YAML = """project: {name}
configVersion: 1
---
image: app
from: {base}
fromCacheVersion: "{version}"
"""


def measure_blobs(ground: Ground) -> str:
    """Measure, and return the table."""
    name = ground.name("blobs")
    place, spent = ground.scratch / name, defaultdict[str, list[Spent]](list)
    yardsticks = ground.yardsticks()
    port = free_port()
    own = place / "registry"
    own.mkdir(parents=True)
    base = f"{ground.registry}/{name}/base:1"
    with closing(client_of()) as client, running_registry(own, port):
        ground.say("blobs: make them")
        layers = make_layers(place / "layers", SIZES, name)
        put_image(client, parse_reference(base), layers)
        shutil.rmtree(place / "layers")
        try:
            for number in range(ground.rounds):
                ground.say(f"blobs: round {number + 1} of {ground.rounds}")
                other = f"127.0.0.1:{port}/{number}"
                _round(ground, base, other, place / f"round-{number}", own / "data", spent)
                shutil.rmtree(place / f"round-{number}")
        finally:
            ground.remove([base.rpartition(":")[0]])
            shutil.rmtree(place)
    return table_of([_finding(case, all_of, spent) for case, all_of in spent.items()], yardsticks)


def _round(
    ground: Ground,
    base: str,
    other: str,
    place: Path,
    data: Path,
    spent: dict[str, list[Spent]],
) -> None:
    """Move the image *base* in all ways; *other* begins repositories of another registry.

    Before each push *data*, where that one keeps everything, goes: what is there would be mounted.
    """
    place.mkdir()
    name = f"bench-{place.name}"
    config = WERF_YAML.format(name=name, base=base, version=other)
    project = start_project(place / "project", name, {"werf.yaml": config})

    def moving(way: str, reference: str) -> Spent:
        line = (sys.executable, "-m", "integration.bench.moving", way, reference)
        return spend((*line, str(place / "werfish")), Path(__file__).parents[2])

    spent["pull, werfish"].append(moving("pull", base))
    spent["pull, skopeo"].append(skopeo.copy(f"docker://{base}", f"dir:{place / 'skopeo'}"))
    shutil.rmtree(data, ignore_errors=True)
    spent["push, werfish"].append(moving("push", f"{other}/werfish:1"))
    shutil.rmtree(data, ignore_errors=True)
    pushed = f"docker://{other}/skopeo:1"
    spent["push, skopeo"].append(skopeo.copy(f"dir:{place / 'skopeo'}", pushed))
    shutil.rmtree(data, ignore_errors=True)
    stages = ("--stages-storage", f"{other}/stages")
    spent["first copy of a base, werfish build"].append(
        ground.werfish(project.folder, name, "build", *stages)
    )
    shutil.rmtree(data, ignore_errors=True)
    copied = f"docker://{other}/copy:1"
    spent["first copy of a base, skopeo"].append(skopeo.copy(f"docker://{base}", copied))


def _finding(case: str, all_of: Sequence[Spent], spent: dict[str, list[Spent]]) -> Finding:
    is_ours = "werfish" in case
    return Finding(
        case,
        [one.seconds for one in all_of],
        [one.processor for one in all_of],
        f"{max(one.peak for one in all_of):.0f} MB of memory",
        TARGET if is_ours else "",
    )
