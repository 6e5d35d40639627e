"""The command line of the benchmark: ``python -m integration.bench [--rounds N] [--files N]``."""

import argparse
import os
import signal
import sys
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from integration.bench.buildkit import BuildKit, fetch_for_buildkit
from integration.bench.contenders import Contender, Docker, Werfish, fetch_bases
from integration.bench.measure import CASES, Course, Sample, measure
from integration.bench.project import KINDS
from integration.bench.table import table
from integration.kit import api
from integration.kit.errors import KitError

PARTS = ("docker", "registry", "bases", "buildkit")


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and leave nothing behind."""
    parser = argparse.ArgumentParser(prog="python -m integration.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often (default: 5)")
    parser.add_argument("--files", type=int, default=5000, help="in the project (default: 5000)")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    missing = api.missing(PARTS)
    try:
        return compare(options.rounds, options.files)
    except KitError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        if missing:
            api.down(missing)


def compare(rounds: int, files: int) -> int:
    """Print the table of *rounds* rounds over *files* files; of those done, when interrupted."""
    endpoints = api.up(PARTS)
    os.environ.update(endpoints.variables)
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    buildkit_host = endpoints.buildkit_host or ""
    fetch_bases()
    fetch_for_buildkit(buildkit_host)
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory(prefix="werfish-bench-") as scratch:
        contenders: list[Contender] = [Werfish(Path(scratch)), *map(Docker, KINDS)]
        contenders += [BuildKit(kind, buildkit_host) for kind in KINDS]
        repository = f"{endpoints.registry}/bench-{uuid.uuid4().hex[:8]}"
        course = Course(contenders, files, Path(scratch), repository, say)
        try:
            with closing(measure(course, rounds)) as measured:
                samples.extend(measured)
        except KeyboardInterrupt:
            say("interrupted")
    print(table(samples, [contender.title for contender in contenders]))
    return 0 if any(sample.case == CASES[-1] for sample in samples) else 130


def say(text: str) -> None:
    """Tell on stderr how far it is."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
