"""Building and publishing one project, beside plain Docker and BuildKit."""

from contextlib import closing

from integration.bench import floor
from integration.bench.buildkit import BuildKit, fetch_for_buildkit
from integration.bench.contenders import Contender, Docker, Werfish, WerfishBuild, fetch_bases
from integration.bench.ground import Ground
from integration.bench.measure import Course, Sample, measure
from integration.bench.project import KINDS
from integration.bench.table import table


def measure_building(ground: Ground) -> str:
    """Measure, and return the table; when interrupted, print that of what was done."""
    buildkit_host = ground.endpoints.buildkit_host or ""
    fetch_bases()
    fetch_for_buildkit(buildkit_host)
    contenders: list[Contender] = [Werfish(ground.scratch), WerfishBuild(ground.scratch)]
    contenders += [*map(Docker, KINDS), *(BuildKit(kind, buildkit_host) for kind in KINDS)]
    repository = f"{ground.registry}/{ground.name('building')}"
    course = Course(contenders, ground.files, ground.scratch, repository, ground.say)
    titles = [*(contender.title for contender in contenders), floor.TITLE]
    samples: list[Sample] = []
    try:
        with closing(measure(course, ground.rounds)) as measured:
            samples.extend(measured)
    except KeyboardInterrupt:
        print(table(samples, titles))
        raise
    return table(samples, titles)
