"""Secrets of a build: found when they are needed, and nowhere written down by this."""

from pathlib import Path

from stages.dockerfile import DockerfileSpec
from stages.secret import Secret, SecretSource
from werfish.build.adapters import BuildAdapters
from werfish.errors import BuildError


class NoSecretError(BuildError):
    """A secret is not where it should be."""

    def __init__(self, image: str, secret: Secret, problem: str) -> None:
        """Name the image and the secret by its id."""
        super().__init__(
            f'read secret "{secret.id}" of image "{image}": {problem}',
            hint="set the variable, or put the file where werf.yaml says",
        )


def secret_values(image: DockerfileSpec, adapters: BuildAdapters) -> dict[str, Path | bytes]:
    """Return for each id of a secret its file, or the secret itself."""
    return {one.id: _value(image.title, one, adapters) for one in image.secrets}


def _value(image: str, secret: Secret, adapters: BuildAdapters) -> Path | bytes:
    if secret.source is SecretSource.SRC:
        path = (adapters.work_tree or Path()) / Path(secret.place).expanduser()
        if not path.is_file():
            raise NoSecretError(image, secret, f'there is no file "{path}"')
        return path
    value = secret.place
    if secret.source is SecretSource.ENV:
        if secret.place not in adapters.environment:
            raise NoSecretError(image, secret, f"the variable {secret.place} is not set")
        value = adapters.environment[secret.place]
    adapters.log.mask(value)
    return value.encode("utf-8", "surrogateescape")
