"""From kubeconfig files, or a pod's own service account, to a way into the cluster.

The ``kubernetes`` package reads the files, runs credential plug-ins and refreshes tokens. Its
law here: keys that a kubeconfig carries inline are on disk only while the TLS context is built,
in a private folder that is removed at once.
"""

import logging
import os
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import Any

from stages.light_dataclass import dataclass
from werfish.kube.errors import KubeconfigError
from werfish.kube.plain_kubeconfig import Material, PlainConfig, plain_config
from werfish.own_folder import own_folder

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, slots=True)
class KubeOptions:
    """Which cluster: *config* is a path or a list of paths as in KUBECONFIG, empty for defaults.

    *config_base64* is the text of a kubeconfig and beats *config*. An empty *context* means the
    current one. *environment* and *home* say where defaults lie.
    """

    config: str = ""
    config_base64: str = field(default="", repr=False)
    context: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    home: Path = Path("~")


@dataclass(frozen=True, slots=True)
class Access:
    """A way into a cluster; *authorization* returns the header's value, fresh, or ``""``.

    *origin* says for messages where the address comes from; *tls* is a context with the client's
    certificate, None for plain HTTP.
    """

    server: str
    origin: str
    authorization: Callable[[], str] = field(repr=False)
    tls: ssl.SSLContext | None = None
    tls_server_name: str = ""
    proxy: str = ""


def load_access(options: KubeOptions) -> Access:
    """Return the way into the cluster that *options* mean; `KubeconfigError` if there is none."""
    plain = _plain(options)
    if plain is not None:
        try:
            return _plain_access(plain, _origin(options))
        except (OSError, ssl.SSLError):
            pass  # it is told below
    from kubernetes import client, config
    from yaml import YAMLError

    configuration = client.Configuration()
    configuration.host = ""
    origin = _origin(options)
    with own_folder() as folder, _said() as said:
        try:
            _load(configuration, options, str(folder))
            return _access(configuration, origin, said)
        except (config.ConfigException, OSError, ValueError, YAMLError) as error:
            raise KubeconfigError(f"read {origin}: {str(error) or repr(error)}") from error
        except (TypeError, KeyError, AttributeError) as error:  # the package reads it unchecked
            lacking = f": no {error}" if isinstance(error, KeyError) else ""
            raise KubeconfigError(f"read {origin}: it is no kubeconfig{lacking}") from error


def _plain(options: KubeOptions) -> PlainConfig | None:
    """Return what is plain of the kubeconfig, nothing where the package is to read it."""
    if any(options.environment.get(name) or os.environ.get(name) for name in _PROXIES):
        return None
    try:
        if options.config_base64:
            return plain_config(_decoded(options.config_base64), options.context, None)
        path = Path(config_paths(options)).expanduser()
        return plain_config(_yaml(path.read_bytes()), options.context, str(path.parent))
    except (OSError, ValueError):
        return None


def _yaml(text: bytes) -> Any:
    import yaml

    try:
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _plain_access(plain: PlainConfig, origin: str) -> Access:
    header = f"Bearer {plain.token}" if plain.token else ""
    tls = _plain_tls(plain) if plain.server.startswith("https") else None
    return Access(server=plain.server, origin=origin, authorization=lambda: header, tls=tls)


def _plain_tls(plain: PlainConfig) -> ssl.SSLContext:
    authority = plain.authority
    context = ssl.create_default_context(
        cafile=authority.path or None, cadata=authority.text.decode() or None
    )
    if plain.certificate == Material():
        return context
    with own_folder() as folder:
        paths = list[Path]()
        for name, material in (("certificate", plain.certificate), ("key", plain.key)):
            path = Path(material.path) if material.path else folder / name
            if material.text:
                path.touch(mode=0o600)
                path.write_bytes(material.text)
            paths.append(path)
        context.load_cert_chain(paths[0], paths[1])
    return context


def config_paths(options: KubeOptions) -> str:
    """Return the kubeconfig files to read, joined by colons; those that are missing are skipped."""
    if options.config:
        return options.config
    return options.environment.get("KUBECONFIG") or str(options.home / ".kube" / "config")


def _origin(options: KubeOptions) -> str:
    if options.config_base64:
        source = "kubeconfig given as base64"
    elif _exists(config_paths(options)):
        source = f'kubeconfig "{config_paths(options)}"'
    elif not _is_in_pod(options):
        raise KubeconfigError(
            f'find a cluster: there is no kubeconfig at "{config_paths(options)}"',
            hint="pass --kube-config, or set KUBECONFIG or WERF_KUBE_CONFIG_BASE64",
        )
    else:
        return "service account of this pod"
    return source + (f', context "{options.context}"' if options.context else "")


def _load(configuration: Any, options: KubeOptions, folder: str) -> None:
    from kubernetes import config

    kube_config: Any = config.kube_config  # the package has no types for its functions
    incluster_config: Any = config.incluster_config
    context = options.context or None
    if options.config_base64:
        kube_config.load_kube_config_from_dict(
            _decoded(options.config_base64), context, configuration, False, folder
        )
    elif _exists(config_paths(options)):
        kube_config.load_kube_config(config_paths(options), context, configuration, True, folder)
    else:
        incluster_config.InClusterConfigLoader(
            str(SERVICE_ACCOUNT / "token"),
            str(SERVICE_ACCOUNT / "ca.crt"),
            environ=options.environment,
        ).load_and_set(configuration)


def _decoded(text: str) -> dict[str, Any]:
    document = _yaml(b64decode(text, validate=False))
    if not isinstance(document, dict):
        raise ValueError("not a kubeconfig")
    return document


def _access(configuration: Any, origin: str, said: list[str]) -> Access:
    if said:
        raise KubeconfigError(
            f"get credentials from {origin}: {'; '.join(said)}",
            hint="run the credential plug-in of the kubeconfig by hand and see what it says",
        )
    if not configuration.host:
        raise KubeconfigError(f"read {origin}: the cluster of the context has no server")
    return Access(
        server=configuration.host,
        origin=origin,
        authorization=_authorization(configuration),
        tls=_tls(configuration) if configuration.host.startswith("https") else None,
        tls_server_name=configuration.tls_server_name or "",
        proxy=_proxy(configuration),
    )


def _authorization(configuration: Any) -> Callable[[], str]:
    lock = threading.Lock()

    def authorization() -> str:
        with lock:
            settings = configuration.auth_settings()
        return str((settings.get("BearerToken") or {}).get("value") or "")

    return authorization


def _tls(configuration: Any) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=configuration.ssl_ca_cert or None)
    if not configuration.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file)
    return context


def _proxy(configuration: Any) -> str:
    from kubernetes import client

    bypassed = client.rest.should_bypass_proxies(configuration.host, configuration.no_proxy or "")
    return "" if bypassed else str(configuration.proxy or "")


def _exists(paths: str) -> bool:
    return any(Path(path).expanduser().is_file() for path in paths.split(":") if path)


def _is_in_pod(options: KubeOptions) -> bool:
    return (
        bool(options.environment.get("KUBERNETES_SERVICE_HOST"))
        and (SERVICE_ACCOUNT / "token").is_file()
    )


@contextmanager
def _said() -> Iterator[list[str]]:
    """Collect what the package logs instead of raising: plug-ins that fail only do that."""
    said: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    collector = Collector(logging.ERROR)
    logging.getLogger().addHandler(collector)
    try:
        yield said
    finally:
        logging.getLogger().removeHandler(collector)
