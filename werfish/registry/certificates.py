"""Whom a registry's TLS is believed, and who we are there: the system's certificates and Docker's.

``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` replace the system's. In a folder like Docker's
``/etc/docker/certs.d``, the folder ``HOST[:PORT]`` of a registry holds further authorities
(``*.crt``) and our own certificates (``*.cert``, each with its ``.key``). They count for the
registry's token service and storage too, as with Docker.
See https://docs.docker.com/engine/security/certificates/.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werfish.errors import RegistryError
from werfish.oci.reference import HUB
from werfish.registry.hosts import RegistrySettings


def context_for(host: str, settings: RegistrySettings) -> ssl.SSLContext:
    """Return the context for everything on behalf of the registry *host*."""
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        with _told(settings.ca_file, host):  # Python takes what it cannot read for no authority
            context.load_verify_locations(settings.ca_file)
    for path in _files_for(host, settings.certificates):
        with _told(path, host):
            _load(context, path)
    if not settings.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def _told(path: Path, host: str) -> Iterator[None]:
    """Say which file could not be used."""
    try:
        yield
    except (OSError, ValueError) as error:  # TLS errors are of the operating system's
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
        if isinstance(error, ssl.SSLError) and not error.reason:
            reason = "it holds no certificate in PEM"
        raise RegistryError(f'read "{path}" to speak TLS with "{host}": {reason}') from error


def _files_for(host: str, folders: tuple[Path, ...]) -> Iterator[Path]:
    name = HUB if host == HUB or host.endswith(f".{HUB}") else host
    for folder in folders:
        if (folder / name).is_dir():
            yield from sorted((folder / name).iterdir())


def _load(context: ssl.SSLContext, path: Path) -> None:
    match path.suffix:
        case ".crt":
            context.load_verify_locations(path)
        case ".cert":
            key = path.with_suffix(".key")
            if not key.exists():
                raise ValueError(f'its key "{key.name}" is missing; an authority would be a ".crt"')
            context.load_cert_chain(path, key, password="")  # an encrypted key must not ask
        case ".key" if not path.with_suffix(".cert").exists():
            raise ValueError(f'its certificate "{path.stem}.cert" is missing')
        case _:
            pass
