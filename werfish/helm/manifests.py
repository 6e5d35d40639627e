"""What helm rendered, as objects: resources, hooks, CRDs that are installed only once, notes.

Pure. Each object keeps the template that it came from, for errors; objects of a ``List`` stand by
themselves, as the API has them.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Any

from stages.light_dataclass import dataclass
from werfish.errors import HelmError
from werfish.helm.added_templates import NOTES_KIND
from werfish.helm.lists import items_of
from werfish.helm.yaml_text import YamlError, dump, load, load_noting
from werfish.kube.errors import UnknownKindError
from werfish.kube.resource import Gvk, Manifest, Resource, ResourceId, gvk_of

HOOK = "helm.sh/hook"
KEEP = "helm.sh/resource-policy"
_SEPARATOR = re.compile(
    r"^---[ \t]*(?:(?<=[ \t])#[^\n]*)?\r?\n(?:# Source: (?P<source>[^\n]*)\n)?", re.MULTILINE
)

IsNamespaced = Callable[[Gvk], bool]
"""Whether objects of a kind live in namespaces."""

Known = Mapping[str, Manifest]
"""Objects by their YAML, as `bodies_of` writes it."""


class ManifestError(HelmError):
    """A rendered object cannot be sent to a cluster."""

    def __init__(self, source: str, problem: str) -> None:
        """Name the template and the problem."""
        super().__init__(f'read what "{source or "the record"}" rendered: {problem}')
        self.source = source


class DuplicateResourceError(ManifestError):
    """Two templates give the same object."""


@dataclass(frozen=True, slots=True)
class Hook:
    """An object that is created at certain events of a release; *events* are Helm's words."""

    resource: Resource
    events: tuple[str, ...]
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    output_log_policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered chart. *crds* come from ``crds/``: they are created once and never changed."""

    resources: tuple[Resource, ...] = ()
    hooks: tuple[Hook, ...] = ()
    crds: tuple[Resource, ...] = ()
    notes: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Added:
    """Annotations and labels that every object gets."""

    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


def rendered_of(
    text: str,
    namespace: str,
    is_namespaced: IsNamespaced,
    added: Added | None = None,
    warn: Callable[[str], None] | None = None,
) -> Rendered:
    """Return the objects in *text*, each with *added*.

    *namespace* is where namespaced objects go that do not say where. *is_namespaced* is asked
    for kinds that no CRD of the text itself defines. *warn* is told of keys that are there twice,
    of which Kubernetes and Helm take the last; without it they are errors.
    """
    read = documents_of(text, warn=warn)
    documents = tuple(_with(document, added or Added()) for document in read)
    scopes = _scopes(documents)

    def namespaced(gvk: Gvk) -> bool:
        own = scopes.get((gvk.group, gvk.kind))
        return is_namespaced(gvk) if own is None else own

    objects = [document for document in documents if not _is_notes(document.manifest)]
    resources = [_resource(document, namespace, namespaced) for document in objects]
    plain = tuple(r for r in resources if HOOK not in r.annotations and not _is_crd_file(r.source))
    _refuse_duplicates(plain)
    return Rendered(
        plain,
        tuple(_hook(resource) for resource in resources if HOOK in resource.annotations),
        tuple(r for r in resources if _is_crd_file(r.source)),
        next((_notes(d.manifest) for d in documents if _is_notes(d.manifest)), ""),
    )


def recorded_resources(
    text: str, namespace: str, is_namespaced: IsNamespaced, known: Known = MappingProxyType({})
) -> tuple[Resource, ...]:
    """Return the objects of a record's manifest, as they were applied.

    What is *known* is not read again. A key that is there twice is no error: it was none for the
    tool that wrote the record.
    """
    documents = documents_of(text, known, is_strict=False)
    return tuple(_resource(document, namespace, is_namespaced) for document in documents)


@dataclass(frozen=True, slots=True)
class Document:
    """One object of a rendered text."""

    source: str
    manifest: Manifest = field(hash=False)


def documents_of(
    text: str,
    known: Known = MappingProxyType({}),
    *,
    is_strict: bool = True,
    warn: Callable[[str], None] | None = None,
) -> Iterator[Document]:
    """Yield the objects of *text*, those of lists one by one; empty documents are skipped.

    A document without a source is of the last one: Helm prints files of ``crds/`` as they are.
    """
    marks = list(_SEPARATOR.finditer(text))
    starts = [mark.start() for mark in marks] + [len(text)]
    sources = ["", *(mark["source"] for mark in marks)]
    begins = [0, *(mark.end() for mark in marks)]
    source = ""
    for stated, begin, end in zip(sources, begins, starts, strict=True):
        source, part = stated or source, text[begin:end]
        try:
            manifest = known[part] if part in known else _read(part, source, is_strict, warn)
        except YamlError as error:
            raise ManifestError(source, str(error)) from error
        if manifest is not None:
            for found in items_of(manifest):
                if not isinstance(found, dict):
                    raise ManifestError(source, "it is not an object")
                yield Document(source, found)


def _read(part: str, source: str, is_strict: bool, warn: Callable[[str], None] | None) -> Any:
    if warn is None:
        return load(part, is_strict=is_strict)

    def note(error: YamlError) -> None:
        warn(f"{source}: {error.problem} in line {error.line} of what it renders: the last counts")

    return load_noting(part, note)


def text_of(resources: Sequence[Resource]) -> str:
    """Return *resources* as text in Helm's form."""
    return joined(resources, bodies_of(resources))


def bodies_of(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Return each of *resources* as YAML."""
    return tuple(dump(_ordered(resource.manifest)) for resource in resources)


def joined(resources: Iterable[Resource], bodies: Iterable[str]) -> str:
    """Return *bodies*, the YAML of *resources*, as one text in Helm's form, for a record."""
    pairs = zip(resources, bodies, strict=True)
    return "".join(f"---\n# Source: {one.source}\n{body}" for one, body in pairs)


def _resource(document: Document, namespace: str, namespaced: IsNamespaced) -> Resource:
    manifest = document.manifest
    try:
        gvk = gvk_of(manifest)
    except ValueError as error:
        called = (manifest.get("metadata") or {}).get("name")
        of_it = f' of "{called}"' if called else ""
        raise ManifestError(document.source, f"{error}{of_it}") from error
    metadata = manifest.get("metadata") or {}
    name = _text(document, metadata, "name")
    if not name:
        raise ManifestError(document.source, f"{gvk.kind} has no metadata.name")
    stated = _text(document, metadata, "namespace")
    try:
        where = (stated or namespace) if namespaced(gvk) else ""
    except UnknownKindError as error:
        raise error.named(name, document.source) from error
    return Resource(ResourceId(gvk, where, name), manifest, document.source)


def _text(document: Document, metadata: Mapping[str, Any], key: str) -> str:
    value = metadata.get(key)
    if not isinstance(value, str | None):
        kind, shown = document.manifest.get("kind"), json.dumps(value)
        problem = f"{kind}: metadata.{key} is {shown}, which is no string: write it in quotes"
        raise ManifestError(document.source, problem)
    return value or ""


def _hook(resource: Resource) -> Hook:
    annotations = resource.annotations
    weight = annotations.get("helm.sh/hook-weight") or "0"
    if not re.fullmatch(r"[-+]?\d+", weight):
        raise ManifestError(
            resource.source, f'{resource.id}: helm.sh/hook-weight: "{weight}" is not a number'
        )
    return Hook(
        resource,
        _words(annotations[HOOK]),
        int(weight),
        _words(annotations.get("helm.sh/hook-delete-policy", "")),
        _words(annotations.get("helm.sh/hook-output-log-policy", "")),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _with(document: Document, added: Added) -> Document:
    """Return *document* with the added annotations and labels; the user's own win over neither."""
    manifest = document.manifest
    metadata = dict(_map(document, manifest, "metadata"))
    for key, extra in (("annotations", added.annotations), ("labels", added.labels)):
        stated = _map(document, metadata, key)
        if extra:
            metadata[key] = {**stated, **extra}
    return Document(document.source, {**manifest, "metadata": metadata})


def _map(document: Document, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key) or {}
    if not isinstance(found, dict):
        kind = document.manifest.get("kind")
        raise ManifestError(
            document.source, f"{kind}: {key} is {json.dumps(found)}, which is no map"
        )
    return found


def _scopes(documents: tuple[Document, ...]) -> dict[tuple[str, str], bool]:
    """Return the scope of each kind that a CRD among *documents* defines."""
    specs = [
        _map(document, document.manifest, "spec")
        for document in documents
        if document.manifest.get("kind") == "CustomResourceDefinition"
    ]
    return {
        (str(spec.get("group")), str((spec.get("names") or {}).get("kind"))): (
            spec.get("scope") == "Namespaced"
        )
        for spec in specs
    }


def _refuse_duplicates(resources: tuple[Resource, ...]) -> None:
    seen: dict[ResourceId, str] = {}
    for resource in resources:
        if resource.id in seen:
            raise DuplicateResourceError(
                resource.source, f'{resource.id} is there twice, also in "{seen[resource.id]}"'
            )
        seen[resource.id] = resource.source


def _is_crd_file(source: str) -> bool:
    """Tell whether *source* is a file of ``crds/``, of the chart or of a sub-chart."""
    folders = source.split("/")[:-1]
    return "crds" in folders and "templates" not in folders


def _is_notes(manifest: Manifest) -> bool:
    metadata = manifest.get("metadata") or {}
    return (metadata.get("annotations") or {}).get("io.werfish/kind") == NOTES_KIND


def _notes(manifest: Manifest) -> str:
    return str(manifest["data"]["notes"])


def _ordered(manifest: Manifest) -> dict[str, Any]:
    first = {key: manifest[key] for key in ("apiVersion", "kind", "metadata") if key in manifest}
    return first | {key: value for key, value in manifest.items() if key not in first}
