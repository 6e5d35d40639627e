"""What the secrets of an image are: read when instructions need them, and kept out of the log."""

from collections.abc import Iterable, Mapping

from stages.secret import Secret, SecretSource
from werfish.build.support import Image
from werfish.build.surroundings import Surroundings
from werfish.errors import PlacedError, SecretError
from werfish.log import Log

LARGEST = 500 * 1024
"""Bytes of one secret: what Docker allows."""
_SHORTEST = 4
"""Characters of what is masked: a shorter text, such as a brace, is in everything."""


class UnreadableSecretError(SecretError, PlacedError):
    """A secret is not where the configuration says; *name* is its id."""

    key = "secrets"

    def __init__(self, image: str, name: str, problem: str, hint: str) -> None:
        """Say which secret of which image it is, never what it might be."""
        super().__init__(f'read the secret "{name}" of image "{image}": {problem}', hint=hint)
        self.name = name


def secrets_of(image: Image, surroundings: Surroundings, log: Log) -> Mapping[str, bytes]:
    """Return the secrets of *image* by their ids; *log* does not show them from now on."""
    found = {secret.id: _value(image, secret, surroundings) for secret in image.secrets}
    for value in found.values():
        for line in _hidden(value.decode(errors="surrogateescape")):
            log.mask(line)
    return found


def _value(image: Image, secret: Secret, surroundings: Surroundings) -> bytes:
    value = _read(image, secret, surroundings)
    if len(value) > LARGEST:
        problem = f"it has {len(value)} bytes, and {LARGEST} are the most"
        raise UnreadableSecretError(image.title, secret.id, problem, "mount a file of that size")
    return value


def _read(image: Image, secret: Secret, surroundings: Surroundings) -> bytes:
    match secret.source:
        case SecretSource.VALUE:
            return secret.place.encode("utf-8", "surrogateescape")
        case SecretSource.ENV:
            return _variable(image, secret, surroundings)
        case SecretSource.SRC:
            return _file(image, secret, surroundings)


def _variable(image: Image, secret: Secret, surroundings: Surroundings) -> bytes:
    value = surroundings.environment.get(secret.place)
    if value is None:
        problem = f'the variable "{secret.place}" is not set'
        raise UnreadableSecretError(image.title, secret.id, problem, f"export {secret.place}=…")
    return value.encode("utf-8", "surrogateescape")


def _file(image: Image, secret: Secret, surroundings: Surroundings) -> bytes:
    path = surroundings.path(secret.place)
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f'"{path}": {(error.strerror or str(error)).lower()}'
        raise UnreadableSecretError(
            image.title, secret.id, problem, "create the file, or correct secrets.src"
        ) from error


def _hidden(value: str) -> Iterable[str]:
    """Return what is masked: the log is written line by line, so a longer secret is too."""
    return (line for text in value.splitlines() if len(line := text.strip()) >= _SHORTEST)
