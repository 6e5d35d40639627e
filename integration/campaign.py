"""Fault campaigns: rounds from a random seed that is printed, so that a failure can be repeated."""

import os
import random
from collections.abc import Iterator


def rounds(name: str, usual: int = 5) -> Iterator[random.Random]:
    """Yield a source of chance for each round of campaign *name*.

    ``WERFISH_ROUNDS`` says how many, else *usual* does; ``WERFISH_SEED`` repeats a run.
    """
    seed = os.environ.get("WERFISH_SEED") or str(random.SystemRandom().randrange(10**9))
    count = int(os.environ.get("WERFISH_ROUNDS", usual))
    for number in range(count):
        print(f"campaign {name}: round {number + 1} of {count}, WERFISH_SEED={seed}", flush=True)
        yield random.Random(f"{seed} {name} {number}")
