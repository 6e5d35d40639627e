"""One new small layer on a large image, from the repository of stages to that of images."""

import random
from collections import defaultdict
from contextlib import closing

from integration.bench import skopeo
from integration.bench.contenders import LABEL, run
from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground
from integration.bench.images import make_layers, put_image
from integration.bench.project import Project, start_project
from integration.bench.spent import Spent, spend
from integration.published import remove_labelled
from tests.registry.clients import client_of
from werfish.oci.reference import parse_reference

LARGE, SMALL = 100_000_000, 70_000
WERFISH, START = "werfish publish", "werfish version (what any command costs)"
WERF_YAML = """project: {name}
configVersion: 1
---
image: app
from: {base}
git:
- {{add: /, to: /app}}
"""


def measure_layer(ground: Ground) -> str:
    """Measure, and return the table."""
    name = ground.name("layer")
    root = f"{ground.registry}/{name}"
    base = f"{root}/base:1"
    with closing(client_of()) as client:
        layers = make_layers(ground.scratch / f"{name}-layers", [LARGE], name)
        put_image(client, parse_reference(base), layers)
    files = {
        "werf.yaml": WERF_YAML.format(name=name, base=base),
        "Dockerfile": f"FROM {base}\nCOPY data /app/data\n",
    }
    project = start_project(ground.scratch / name, name, files)
    spent: dict[str, list[Spent]] = defaultdict(list)
    yardsticks = list[float]()
    try:
        for number in range(ground.rounds + 1):
            ground.say(f"layer: round {number} of {ground.rounds}")
            yardsticks += ground.yardsticks()
            for who, one in _round(ground, project, root, number).items():
                if number:  # the first one brings the large layer into each repository
                    spent[who].append(one)
    finally:
        remove_labelled(ground.endpoints.variables, f"{LABEL}={name}")
        run(["docker", "rmi", "--force", base], project.folder)
        paths = ("base", "stages", "werfish", "skopeo", "docker")
        ground.remove([f"{root}/{path}" for path in paths])
    return table_of([_finding(who, all_of) for who, all_of in spent.items()], yardsticks)


def _round(ground: Ground, project: Project, root: str, number: int) -> dict[str, Spent]:
    data = random.Random(f"{project.name} {number}").randbytes(SMALL)
    project.commit("data", data)
    folder, tag = project.folder, f"r{number}"
    stages = ("--stages-storage", f"{root}/stages")
    images = ("--images-repo", f"{root}/werfish", "--images-repo-mode", "monorepo")
    ground.werfish(folder, project.name, "build", *stages)
    shown = ground.werfish(folder, project.name, "stages", "image", *stages).output
    stage = next(line for line in shown.splitlines() if line.startswith(f"{root}/stages:"))
    built = f"{root}/docker:{tag}"
    label = f"{LABEL}={project.name}"
    run(
        ["docker", "build", "--label", label, "--tag", built, "."], folder, {"DOCKER_BUILDKIT": "0"}
    )
    return {
        WERFISH: ground.werfish(
            folder, project.name, "publish", *stages, *images, "--tag-custom", tag
        ),
        START: ground.werfish(folder, project.name, "version"),
        "skopeo copy": skopeo.copy(f"docker://{stage}", f"docker://{root}/skopeo:{tag}"),
        "docker push (its daemon's processor is not counted)": spend(
            ["docker", "push", built], folder
        ),
    }


def _finding(who: str, spent: list[Spent]) -> Finding:
    target = "the faster of skopeo and docker" if who == WERFISH else ""
    seconds, processor = [one.seconds for one in spent], [one.processor for one in spent]
    return Finding(who, seconds, processor, "", target)
