"""Stages in a registry: three images from a commit to their tags, and what that takes.

Each round is a project of its own, which is built in three ways: straight to the registry, for the
time; through a proxy that counts, and then lets each request take as long as in a network; and with
a repository for stages and others for images.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground
from integration.bench.project import IMAGES, Project, make_project
from integration.bench.proxy import CountingProxy, Passed
from integration.bench.spent import Spent
from integration.published import remove_built

LATENCY = 0.03
UNCHANGED, CHANGED, SLOW = (
    "nothing changed",
    "one changed file",
    "one changed file, 30 ms a request",
)
TARGETS = {UNCHANGED: "0.9 D", CHANGED: "1.2 D", SLOW: "4 D"}
COUNTED = {
    ("near", UNCHANGED): "very few",
    ("near", CHANGED): "60 requests, the patch layers' bytes",
    ("apart", CHANGED): "60 requests, and one mount for each layer",
    ("new", CHANGED): "the same on a new machine",
}

WHERE = {
    "near": "in one repository",
    "apart": "in four repositories",
    "new": "in one repository, a home that knows nothing yet",
}


@dataclass
class _Measured:
    spent: dict[str, list[Spent]] = field(default_factory=lambda: defaultdict(list))
    passed: dict[tuple[str, str], Sequence[Passed]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to build *project*, with the home *name* and *options*."""

    project: Project
    name: str
    options: Sequence[str]

    def publish(self, ground: Ground) -> Spent:
        return ground.werfish(self.project.folder, self.name, "build-and-publish", *self.options)


def measure_stages(ground: Ground) -> str:
    """Measure, and return the table."""
    measured, yardsticks = _Measured(), list[float]()
    with CountingProxy(ground.registry) as proxy:
        for number in range(1, ground.rounds + 1):
            ground.say(f"stages: round {number} of {ground.rounds}")
            yardsticks += ground.yardsticks()
            _round(ground, proxy, number, measured)
    return table_of([*_times(measured), *_counts(measured)], yardsticks)


def _round(ground: Ground, proxy: CountingProxy, number: int, measured: _Measured) -> None:
    name = ground.name("stages")
    project = make_project(ground.scratch / name, name, ground.files, number)
    one, many = f"{name}/one", f"{name}/many"
    images = ("--images-repo", f"{proxy.address}/{many}", "--tag-custom", "now")
    near = _Way(project, f"{name}-near", ("--repo", f"{ground.registry}/{name}/near"))
    far = _Way(project, f"{name}-far", ("--repo", f"{proxy.address}/{one}"))
    stages = ("--stages-storage", f"{proxy.address}/{many}/stages")
    apart = _Way(project, f"{name}-apart", (*stages, *images))

    def timed(way: _Way, case: str, delay: float = 0.0) -> None:
        proxy.begin(delay)
        spent = way.publish(ground)
        ground.say(f"  {case}: {spent.seconds:.2f} s")
        measured.spent[case].append(spent)

    def counted(way: _Way, kind: str, case: str) -> None:
        proxy.begin()
        way.publish(ground)
        measured.passed[kind, case] = tuple(proxy.passed)

    try:
        for way in (near, far, apart):
            way.publish(ground)
        timed(near, UNCHANGED)
        counted(far, "near", UNCHANGED)
        project.commit("src/000/00007.txt", f"changed for {name}\n")
        timed(near, CHANGED)
        counted(far, "near", CHANGED)
        counted(apart, "apart", CHANGED)
        project.commit("src/000/00008.txt", f"changed for {name}\n")
        timed(near, CHANGED)
        timed(far, SLOW, LATENCY)
        project.commit("src/000/00009.txt", f"changed for {name}\n")
        counted(replace(far, name=f"{name}-new"), "new", CHANGED)
    finally:
        remove_built(ground.endpoints.variables, name)
        paths = [f"{name}/near", one, f"{many}/stages", *(f"{many}/{image}" for image in IMAGES)]
        ground.remove([f"{ground.registry}/{path}" for path in paths])


def _times(measured: _Measured) -> Iterator[Finding]:
    for case, target in TARGETS.items():
        spent = measured.spent[case]
        yield Finding(
            case,
            [one.seconds for one in spent],
            [one.processor for one in spent],
            f"{max(one.peak for one in spent):.0f} MB of memory",
            target,
        )


def _counts(measured: _Measured) -> Iterator[Finding]:
    for (kind, case), target in COUNTED.items():
        passed = measured.passed[kind, case]
        mounts = sum("mount=" in one.path for one in passed)
        blobs = sum(one.size for one in passed if "/blobs/" in one.path)
        manifests = sum(one.size for one in passed if "/manifests/" in one.path)
        more = f"{len(passed)} requests, {mounts} of them mounts; sent: {blobs / 1000:.1f} kB of"
        more += f" blobs, {manifests / 1000:.1f} kB of manifests"
        yield Finding(f"{case}, {WHERE[kind]}", (), (), more, target)
