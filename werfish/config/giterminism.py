"""``werf-giterminism.yaml``: werf 2's list of what may be undetermined.

It is read and checked, so that a mistake in it is found. What `werfish.config.consents` honours
has an effect, the rest has none yet.
"""

from collections.abc import Iterator
from pathlib import Path

from werfish.config import rules
from werfish.config.check import problem, problems_of
from werfish.config.document import split_documents
from werfish.config.errors import ConfigNotFoundError, InvalidConfigError, Problem
from werfish.config.lookup import ConfigFile, candidates, first_named
from werfish.config.nodes import Items, Node, Position, Scalar, ScalarKind, Table
from werfish.config.parse import parse_document
from werfish.config.places import Places
from werfish.config.schema import Key, Section, Shape

NAME = "werf-giterminism.yaml"
VERSION = "giterminismConfigVersion"

CONFIG = Section(
    (
        Key("allowUncommitted", Shape.FLAG),
        Key("allowUncommittedTemplates", Shape.TEXTS),
        Key(
            "goTemplateRendering",
            Shape.SECTION,
            Section(
                (Key("allowEnvVariables", Shape.TEXTS), Key("allowUncommittedFiles", Shape.TEXTS))
            ),
        ),
        Key(
            "secrets",
            Shape.SECTION,
            Section(
                (
                    Key("allowEnvVariables", Shape.TEXTS),
                    Key("allowFiles", Shape.TEXTS),
                    Key("allowValueIds", Shape.TEXTS),
                )
            ),
        ),
        Key(
            "stapel",
            Shape.SECTION,
            Section(
                (
                    Key("allowFromLatest", Shape.FLAG),
                    Key("git", Shape.SECTION, Section((Key("allowBranch", Shape.FLAG),))),
                    Key(
                        "mount",
                        Shape.SECTION,
                        Section(
                            (Key("allowBuildDir", Shape.FLAG), Key("allowFromPaths", Shape.TEXTS))
                        ),
                    ),
                )
            ),
        ),
        Key(
            "dockerfile",
            Shape.SECTION,
            Section(
                (
                    Key("allowUncommitted", Shape.TEXTS),
                    Key("allowUncommittedDockerignoreFiles", Shape.TEXTS),
                    Key("allowContextAddFiles", Shape.TEXTS),
                )
            ),
        ),
    )
)
GITERMINISM = Section(
    (
        Key(VERSION, rule=rules.config_version, required=True),
        Key("cli", Shape.SECTION, Section((Key("allowCustomTags", Shape.FLAG),))),
        Key("config", Shape.SECTION, CONFIG),
        Key("helm", Shape.SECTION, Section((Key("allowUncommittedFiles", Shape.TEXTS),))),
        Key("includes", Shape.SECTION, Section((Key("allowIncludesUpdate", Shape.FLAG),))),
    )
)


def find_giterminism(places: Places, named: Path | None) -> ConfigFile | None:
    """Return the file: the one that the user *named*, else the usual one where there is one."""
    if named:
        tried = candidates(places, named)
        found = first_named(places, tried)
        if found is None:
            raise ConfigNotFoundError(tried)
        return found
    file = ConfigFile(places.project, NAME)
    return file if file.is_there() else None


def allowances_of(text: str, file: str) -> tuple[str, ...]:
    """Return the keys of *text* that allow something; what is wrong is an `InvalidConfigError`."""
    parsed = [parse_document(document) for document in split_documents(text)]
    problems = [one for one in parsed if isinstance(one, Problem)]
    nodes: list[Node] = [
        one for one in parsed if one is not None and not isinstance(one, Problem)
    ] or [Table(Position(1, 1))]
    problems += _problems(nodes) if not problems else ()
    if problems:
        raise InvalidConfigError(file, problems, text)
    return tuple(_allowing(nodes[0], ""))


def _problems(nodes: list[Node]) -> Iterator[Problem]:
    first, *others = nodes
    if isinstance(first, Table):
        yield from problems_of(first, GITERMINISM, "")
    else:
        yield problem(first.position, "", "", "the file must be a section: keys with values")
    for other in others:
        yield problem(other.position, "", "", "one document is expected, not several")


def _allowing(node: Node, path: str) -> Iterator[str]:
    """Yield the path of every flag that is true and every list that is not empty."""
    match node:
        case Table(entries=entries):
            for entry in entries:
                name = entry.key.text
                if path or name != VERSION:
                    yield from _allowing(entry.value, f"{path}.{name}" if path else name)
        case Items(items=items):
            if items:
                yield path
        case Scalar(text=text, kind=kind):
            is_off = kind is ScalarKind.FLAG and text.lower() in ("false", "no", "off")
            if kind is not ScalarKind.NULL and not is_off:
                yield path
