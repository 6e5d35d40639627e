"""References to images, by Docker's rules: what people write becomes registry, path, tag, digest.

Pure. The grammar is that of the distribution project's ``reference`` package: what stands before
the first slash is a registry only if it has a dot, a colon or is ``localhost``; without one the
registry is Docker Hub, and a single name there lies in ``library/``.
"""

import re

from stages.light_dataclass import dataclass

HUB = "docker.io"
"""Docker Hub's name in references; `Repository.host` is where its API answers."""

_MAX_PORT = 65535
_HUB_HOST = "registry-1.docker.io"
_HUB_NAMES = frozenset({HUB, "index.docker.io", _HUB_HOST})
_DOMAIN = re.compile(
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
    r"(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
)
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_IMAGE_ID = re.compile(r"[0-9a-f]{64}")
_MAX_NAME = 255


@dataclass(frozen=True, slots=True, order=True)
class Repository:
    """One repository: *registry* as people name it (``docker.io``, ``host:port``) and *path*."""

    registry: str
    path: str

    def __str__(self) -> str:
        """Write the full name, with registry and ``library/``."""
        return f"{self.registry}/{self.path}"

    @property
    def host(self) -> str:
        """The host, with its port, whose API serves the repository."""
        return _HUB_HOST if self.registry == HUB else self.registry

    def tagged(self, tag: str) -> "Reference":
        """Return the reference to *tag*; ValueError where it is not a tag."""
        return Reference(self, tag=checked_tag(tag))

    def pinned(self, digest: str) -> "Reference":
        """Return the reference to the manifest with *digest*; ValueError where it is not one."""
        return Reference(self, digest=_checked_digest(digest))


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """An image in a repository, by tag, by digest, or by both (then the digest decides)."""

    repository: Repository
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """Write the full reference; nothing is left to a reader's defaults but ``latest``."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")

    @property
    def target(self) -> str:
        """What the registry is asked for: the digest, else the tag, else ``latest``."""
        return self.digest or self.tag or "latest"


def parse_reference(text: str) -> Reference:
    """Read *text*; ValueError says what is wrong with it.

    >>> str(parse_reference("busybox:1.35"))
    'docker.io/library/busybox:1.35'
    >>> str(parse_reference("localhost:5000/app"))
    'localhost:5000/app'
    """
    _refuse_what_is_no_name(text)
    named, at, digest = text.partition("@")
    name, tag = _split_tag(named)
    return Reference(
        _repository(name),
        checked_tag(tag) if tag or named.endswith(":") else "",
        _checked_digest(digest) if at else "",
    )


def parse_repository(text: str) -> Repository:
    """Read a repository's name, without tag and digest; ValueError says what is wrong with it."""
    reference = parse_reference(text)
    host = text.partition(":")[0]
    if "/" not in text and reference.tag.isdecimal() and ("." in host or host == "localhost"):
        raise ValueError(
            f'"{text}" is a registry: name a repository in it, such as "{text}/project"'
        )
    if reference.tag or reference.digest:
        raise ValueError(f'"{text}" is an image, not a repository: leave out its tag and digest')
    return reference.repository


def checked_tag(tag: str) -> str:
    """Return *tag*, or raise ValueError with the rule that it breaks."""
    if not _TAG.fullmatch(tag):
        raise ValueError(
            f'"{tag}" is not a tag: 1 to 128 letters, digits, "_", "." or "-", '
            'the first neither "." nor "-"'
        )
    return tag


def is_digest(text: str) -> bool:
    """Whether *text* is the digest of a blob or manifest (``sha256:…``)."""
    return _DIGEST.fullmatch(text) is not None


def _refuse_what_is_no_name(text: str) -> None:
    scheme, found, _ = text.partition("://")
    if found:
        raise ValueError(f'an image is named without "{scheme}://"')
    if is_digest(text) or _IMAGE_ID.fullmatch(text):
        raise ValueError(f'"{text}" is a digest: it names no repository')
    user, at, rest = text.partition("@")
    if at and "/" not in user and not re.match(r"[a-z0-9+.]+:[0-9a-f]+$", rest):
        raise ValueError("a reference holds no user and password (what is before the @ is hidden)")


def _split_tag(named: str) -> tuple[str, str]:
    head, colon, last = named.rpartition(":")
    return (head, last) if colon and "/" not in last else (named, "")


def _repository(name: str) -> Repository:
    first, slash, rest = name.partition("/")
    has_registry = slash and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, rest) if has_registry else (HUB, name)
    registry = HUB if registry in _HUB_NAMES else registry
    if registry == HUB and path and "/" not in path:
        path = f"library/{path}"
    _check_name(name, registry, path)
    return Repository(registry, path)


def _check_name(name: str, registry: str, path: str) -> None:
    if not name:
        raise ValueError("the name of an image is missing")
    if not _DOMAIN.fullmatch(registry):
        raise ValueError(f'"{registry}" in "{name}" is not a registry\'s host')
    port = registry.rpartition("]")[2].partition(":")[2]
    if port and int(port) > _MAX_PORT:
        raise ValueError(f'"{name}": a port is at most {_MAX_PORT}')
    if path != path.lower():
        raise ValueError(f'"{name}": the name of a repository has lower-case letters only')
    for component in path.split("/"):
        if not _COMPONENT.fullmatch(component):
            raise ValueError(
                f'"{component}" in "{name}" is not part of a repository\'s name: lower-case '
                'letters and digits, with single "." or "_", "__" or "-" between them'
            )
    if len(path) > _MAX_NAME:
        raise ValueError(f'"{name}": the name of a repository has at most {_MAX_NAME} characters')


def _checked_digest(digest: str) -> str:
    if not is_digest(digest):
        raise ValueError(f'"{digest}" is not a digest: "sha256:" and 64 hexadecimal digits')
    return digest
