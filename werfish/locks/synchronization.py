"""Where machines agree on who does what, as the user writes it: werf's addresses. Pure."""

from dataclasses import field

from stages.light_dataclass import dataclass

LOCAL = ":local"
KUBERNETES = "kubernetes://"
_SERVERS = ("http://", "https://")
_BASE64 = "base64:"


@dataclass(frozen=True, slots=True)
class InCluster:
    """Leases in *namespace*; of the cluster that the kubeconfig means, where one is named."""

    namespace: str
    context: str = ""
    config: str = ""
    config_base64: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ByServer:
    """A synchronization server of werf, which is not asked."""

    address: str


def parse_synchronization(text: str) -> InCluster | ByServer | None:
    """Return what *text* means, ``None`` for the locks of this host; `ValueError` where nothing.

    >>> parse_synchronization("kubernetes://sync:prod@~/kubeconfig")
    InCluster(namespace='sync', context='prod', config='~/kubeconfig')
    """
    if text in {"", LOCAL}:
        return None
    if text.startswith(_SERVERS):
        return ByServer(text)
    if not text.startswith(KUBERNETES):
        raise ValueError("it is :local or kubernetes://NAMESPACE[:CONTEXT][@(base64:DATA|PATH)]")
    place, _, config = text.removeprefix(KUBERNETES).partition("@")
    namespace, _, context = place.partition(":")
    if not _is_name(namespace):
        raise ValueError(f'"{namespace}" is no name of a namespace')
    if config.startswith(_BASE64):
        return InCluster(namespace, context, config_base64=config.removeprefix(_BASE64))
    return InCluster(namespace, context, config)


def _is_name(text: str) -> bool:
    """Tell whether *text* is a label of DNS (RFC 1123), as names of namespaces are."""
    return (
        0 < len(text) <= 63
        and text.isascii()
        and text == text.lower()
        and text.replace("-", "").isalnum()
        and not text.startswith("-")
        and not text.endswith("-")
    )
