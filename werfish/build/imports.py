"""The stages of imports: one layer straight from the files of other images, and word of them."""

from collections.abc import Sequence
from contextlib import ExitStack

from stages.image import ImageSpec
from stages.imports import Import
from stages.kinds.imports import dependencies_at, imports_at
from stages.stage import IMPORTS, Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import Chains
from werfish.build.import_layer import Taken, import_entries
from werfish.build.import_source import Importer
from werfish.build.placed import placed_at
from werfish.build.scratch import Scratch
from werfish.build.told import told_variables
from werfish.containers.backend import Layer, LocalImage
from werfish.oci.image_files import ImageFiles


def import_layers(
    image: ImageSpec, stage: Stage, below: LocalImage, chains: Chains, adapters: BuildAdapters
) -> Sequence[Layer]:
    """Write what *stage* imports as a layer on *below*; without imports there is none.

    No container runs: sources are read from containers that are never started.
    """
    imports = imports_at(image, stage.name) if stage.name in IMPORTS else ()
    if not imports:
        return ()
    span = adapters.trace.span
    with adapters.layers.scratch() as file:
        scratch = Scratch(file)
        importer = Importer(image, scratch, adapters.log.warning)
        with span("read imported files"):
            taken = _taken(imports, importer, chains, adapters)
        with span("read facts of the image below"), adapters.backend.tree(below) as tree:
            entries = import_entries(taken, tree)
        with span("write layer", entries=len(entries)):
            return (adapters.layers.write(entries, scratch.read),) if entries else ()


def told_at(image: ImageSpec, stage: Stage, chains: Chains) -> dict[str, str]:
    """Return the variables by which *image* is told of others from *stage* on."""
    variables: dict[str, str] = {}
    for dependency in dependencies_at(image, stage.name) if stage.name in IMPORTS else ():
        stored = chains.stored(dependency.image)
        if stored is not None:
            variables.update(told_variables(dependency, stored))
    return variables


def _taken(
    imports: Sequence[Import], importer: Importer, chains: Chains, adapters: BuildAdapters
) -> tuple[Taken, ...]:
    """Take the files of *imports*; each source is opened once."""
    trees: dict[str, ImageFiles] = {}
    taken: list[Taken] = []
    with ExitStack() as stack:
        for one in imports:
            source = _source(one, importer.image.platform, chains, adapters)
            if source.id not in trees:
                trees[source.id] = stack.enter_context(adapters.backend.tree(source))
            taken.append(importer.take(one, trees[source.id]))
    return tuple(taken)


def _source(one: Import, platform: str, chains: Chains, adapters: BuildAdapters) -> LocalImage:
    stored = chains.stored(one.image, one.source_stage) if one.image else None
    if stored is None:
        with placed_at(one.line):
            return adapters.backend.resolve_base(one.reference, platform).image
    return adapters.storage.image(stored)
