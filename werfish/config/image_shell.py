"""``shell:`` of an image: the user's own instructions, by stage."""

from stages.image import Instructions
from werfish.config.nodes import Table, scalars_of, text_of
from werfish.config.schema import Key, Section, Shape

STAGES = ("beforeInstall", "install", "beforeSetup", "setup")

CACHE_VERSIONS = (
    Key("cacheVersion", summary="Change it to run all four stages again."),
    *(Key(f"{stage}CacheVersion", summary=f"Change it to run {stage} again.") for stage in STAGES),
)
SHELL = Section(
    (
        *(Key(stage, Shape.TEXTS, summary=f"The commands of {stage}.") for stage in STAGES),
        *CACHE_VERSIONS,
    )
)


def instructions_of(shell: Table, stage: str) -> Instructions:
    """Return the instructions that *shell*, already checked, has for *stage*."""
    commands = tuple(scalar for scalar in scalars_of(shell, stage) if scalar.text.strip())
    return Instructions(
        commands=tuple(scalar.text for scalar in commands),
        cache_version=text_of(shell, f"{stage}CacheVersion"),
        lines=tuple(scalar.position.line for scalar in commands),
    )
