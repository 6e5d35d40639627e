"""skopeo, the peer in moving images."""

from pathlib import Path

from integration.bench.spent import Spent, spend
from integration.kit.apt import Need

NEED = Need("skopeo", "skopeo")


def copy(source: str, target: str) -> Spent:
    """Copy *source* to *target*, which are ``docker://REFERENCE`` or ``dir:FOLDER``."""
    open_to_all = ("--src-tls-verify=false", "--dest-tls-verify=false")
    line = ("skopeo", "--insecure-policy", "copy", "--quiet", *open_to_all, source, target)
    return spend(line, Path.cwd())
