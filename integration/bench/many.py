"""Twenty unchanged images, with the latency of a network before each request."""

from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground
from integration.bench.project import start_project
from integration.bench.proxy import CountingProxy
from integration.bench.spent import Spent
from integration.kit import bases
from integration.published import remove_built

IMAGES = 20
LATENCY = 0.05
WERF_YAML = """---
image: image-{number}
from: {base}
git:
- {{add: /src-{number}, to: /app}}
docker: {{CMD: [cat, /app/text]}}
"""


def measure_many(ground: Ground) -> str:
    """Measure, and return the table."""
    name = ground.name("many")
    texts = (WERF_YAML.format(number=one, base=bases.BUSYBOX) for one in range(IMAGES))
    files = {f"src-{number}/text": f"{number}\n" for number in range(IMAGES)}
    files["werf.yaml"] = f"project: {name}\nconfigVersion: 1\n{''.join(texts)}"
    project = start_project(ground.scratch / name, name, files)
    spent, yardsticks = list[Spent](), ground.yardsticks()
    with CountingProxy(ground.registry) as proxy:
        publish = ("build-and-publish", "--repo", f"{proxy.address}/{name}")
        try:
            ground.werfish(project.folder, name, *publish)
            for number in range(ground.rounds):
                ground.say(f"many: round {number + 1} of {ground.rounds}")
                proxy.begin(LATENCY)
                spent.append(ground.werfish(project.folder, name, *publish))
        finally:
            count = len(proxy.passed)
            remove_built(ground.endpoints.variables, name)
            ground.remove([f"{ground.registry}/{name}"])
    finding = Finding(
        f"{IMAGES} unchanged images, 50 ms a request",
        [one.seconds for one in spent],
        [one.processor for one in spent],
        f"{count} requests",
        "2 seconds",
    )
    return table_of([finding], yardsticks)
