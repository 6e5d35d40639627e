"""What is configured of a clone's remotes: where it came from, and what it gets objects from."""

from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.git.command import bytes_of, run_git, text_of

_KEYS = r"^remote\.(origin\.url|.*\.promisor)$"


@dataclass(frozen=True, slots=True)
class RemoteConfig:
    """The URL of the remote ``origin``, and the *promisor* of a partial clone; empty for none.

    The promisor is the remote that missing objects are got from.
    """

    origin_url: str
    promisor: str


def remote_config_of(root: Path) -> RemoteConfig:
    """Return what is configured in the repository at *root*, and around it, in one question."""
    found = run_git(root, "config", "-z", "--get-regexp", _KEYS, codes=(0, 1)).stdout
    settings = [text_of(one).partition("\n")[::2] for one in found.split(b"\0") if one]
    urls = [value for key, value in settings if key == "remote.origin.url"]
    promisors = [key for key, value in settings if key.endswith(".promisor") and value == "true"]
    names = [key.removeprefix("remote.").removesuffix(".promisor") for key in promisors]
    url = bytes_of(urls[-1]).decode(errors="replace") if urls else ""  # it becomes a label
    return RemoteConfig(url, names[0] if names else "")
