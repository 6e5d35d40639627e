"""``imageSpec:`` of werf 2: the configuration of the finished image, in OCI's terms."""

from dataclasses import replace

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Healthcheck:
    """How a container's health is tested; times in seconds, 0 for the runtime's default."""

    test: tuple[str, ...] = ()
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """What is set, added, removed and cleared; ``None`` and empty leave things as they are.

    Names to remove may be Go regular expressions between slashes.
    """

    author: str | None = None
    clear_history: bool = False
    cmd: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    expose: tuple[str, ...] = ()
    healthcheck: Healthcheck | None = None
    labels: tuple[tuple[str, str], ...] = ()
    stop_signal: str = ""
    user: str = ""
    volumes: tuple[str, ...] = ()
    working_dir: str = ""
    remove_env: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    remove_volumes: tuple[str, ...] = ()
    keep_essential_labels: bool = False
    clear_cmd: bool = False
    clear_entrypoint: bool = False
    clear_user: bool = False
    clear_working_dir: bool = False
    clear_werf_labels: bool = False


def merged(common: ImageSettings | None, own: ImageSettings | None) -> ImageSettings | None:
    """Return the settings of an image: its *own*, completed by those *common* to the project.

    As in werf, labels of the project win over those of the image, and an author does not.
    """
    if common is None or own is None:
        return own or common
    return replace(
        own,
        author=common.author if own.author is None else own.author,
        clear_history=own.clear_history or common.clear_history,
        keep_essential_labels=own.keep_essential_labels or common.keep_essential_labels,
        clear_werf_labels=own.clear_werf_labels or common.clear_werf_labels,
        labels=tuple((dict(own.labels) | dict(common.labels)).items()),
        remove_labels=tuple(dict.fromkeys((*own.remove_labels, *common.remove_labels))),
    )
