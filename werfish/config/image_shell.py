"""``shell:`` of an image: the user's own instructions, by stage."""

from stages.image import Instructions
from werfish.config.nodes import Table, scalars_of, text_of
from werfish.config.schema import Key, Section, Shape

STAGES = ("beforeInstall", "install", "beforeSetup", "setup")

SHELL = Section(
    (
        *(Key(stage, Shape.TEXTS) for stage in STAGES),
        Key("cacheVersion"),
        *(Key(f"{stage}CacheVersion") for stage in STAGES),
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
