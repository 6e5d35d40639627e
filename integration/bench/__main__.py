"""The command line of the benchmark: ``python -m integration.bench [NAME...] [--rounds N]``."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from integration.bench import skopeo
from integration.bench.blobs import measure_blobs
from integration.bench.building import measure_building
from integration.bench.deploying import DIVISIONS, measure_deploying
from integration.bench.ground import Ground
from integration.bench.layer import measure_layer
from integration.bench.many import measure_many
from integration.bench.scale import measure_scale
from integration.bench.stages import measure_stages
from integration.bench.tags import measure_tags
from integration.bench.tracking import measure_tracking
from integration.kit import api
from integration.kit.apt import Need, install
from integration.kit.errors import KitError
from integration.kit.folders import folders_of

PARTS = ("docker", "registry", "bases")


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark: it returns its table. *parts* and *needs* are what it wants beside `PARTS`.

    *divisions* are those of it that ``--only`` chooses from.
    """

    measure: Callable[[Ground], str]
    parts: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    divisions: tuple[str, ...] = ()


BENCHES: Mapping[str, Bench] = {
    "building": Bench(measure_building, parts=("buildkit",)),
    "stages": Bench(measure_stages),
    "layer": Bench(measure_layer, needs=(skopeo.NEED,)),
    "blobs": Bench(measure_blobs, needs=(skopeo.NEED,)),
    "tags": Bench(measure_tags),
    "many": Bench(measure_many),
    "deploying": Bench(
        measure_deploying, parts=("kubernetes", "helm", "helm4"), divisions=DIVISIONS
    ),
    "tracking": Bench(measure_tracking, parts=("kubernetes", "helm", "helm4")),
    "scale": Bench(measure_scale, parts=("kubernetes", "helm", "kwok")),
}


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables, and leave nothing behind."""
    parser = argparse.ArgumentParser(prog="python -m integration.bench", description=__doc__)
    names = ", ".join(BENCHES)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{names} (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="how often (default: 5)")
    parser.add_argument("--files", type=int, default=5000, help="in a project (default: 5000)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="PART",
        help=f"of deploying only this, may be repeated: {', '.join(DIVISIONS)}",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BENCHES]:
        parser.error(f"there is no {', '.join(unknown)}; there are {names}")
    chosen = options.names or list(BENCHES)
    known = [division for name in chosen for division in BENCHES[name].divisions]
    if unknown := [part for part in options.only if part not in known]:
        parser.error(f"there is no part {', '.join(unknown)} of {', '.join(chosen)}")
    parts = [*PARTS, *(part for name in chosen for part in BENCHES[name].parts)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    missing = api.missing(parts)
    try:
        return run(chosen, parts, options)
    except KitError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    finally:
        if missing:
            api.down(missing)


def run(names: Sequence[str], parts: Sequence[str], options: argparse.Namespace) -> int:
    """Print the tables of *names*."""
    endpoints = api.up(parts)
    install(folders_of(), [need for name in names for need in BENCHES[name].needs])
    os.environ.update(endpoints.variables)
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    with tempfile.TemporaryDirectory(prefix="werfish-bench-") as scratch:
        rounds, files = options.rounds, options.files
        ground = Ground(endpoints, Path(scratch), rounds, files, say, options.only)
        for name in names:
            print(f"{name}\n{BENCHES[name].measure(ground)}\n", flush=True)
    return 0


def say(text: str) -> None:
    """Tell on stderr how far it is."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
