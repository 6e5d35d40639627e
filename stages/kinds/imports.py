"""The stages that bring files of other images, and word of them."""

from collections.abc import Iterator

from stages.dependencies import Dependency
from stages.digest import Part
from stages.image import ImageSpec
from stages.imports import Import
from stages.sources import OtherImages
from stages.stage import StageName


def imports_at(image: ImageSpec, name: StageName) -> tuple[Import, ...]:
    """Return the imports of *image* that come in with stage *name*."""
    return tuple(one for one in image.imports if one.stage is name)


def dependencies_at(image: ImageSpec, name: StageName) -> tuple[Dependency, ...]:
    """Return the dependencies of *image* that are told of from stage *name* on."""
    return tuple(one for one in image.dependencies if one.stage is name)


def import_parts(image: ImageSpec, name: StageName, others: OtherImages) -> tuple[Part, ...]:
    """Return the parts of stage *name*: what each source holds, and what of it lands where."""
    parts = [part for one in imports_at(image, name) for part in _parts(one, others)]
    for told in dependencies_at(image, name):
        parts += dependency_parts(told, others)
    return tuple(parts)


def dependency_parts(told: Dependency, others: OtherImages) -> Iterator[Part]:
    """Yield the parts of what is *told* of another image: what it holds, and where it is."""
    yield Part("dependency", told.image, others.identity(told.image))
    for one in told.facts:
        yield Part(one.kind, f"{told.image} {one.fact}", one.target)
    if told.tells_place and others.place:
        yield Part("toldPlace", told.image, others.place)


def import_name(one: Import) -> str:
    """Return how people know an import: where from and where to."""
    return f"{one.image or one.reference}:{one.add} -> {one.to}"


def _parts(one: Import, others: OtherImages) -> Iterator[Part]:
    name = import_name(one)
    if one.image:
        yield Part("importedImage", name, others.identity(one.image, one.source_stage))
    else:
        yield Part("importedReference", name, one.reference)
    yield Part("import", name, f"{one.add}\n{one.to}")
    yield Part("importPaths", name, _listed("+", one.include_paths))
    yield Part("importPaths", name, _listed("-", one.exclude_paths))
    yield Part("importOwner", name, f"{one.owner}:{one.group}")


def _listed(sign: str, paths: tuple[str, ...]) -> str:
    return "\n".join(f"{sign}{path}" for path in paths)
