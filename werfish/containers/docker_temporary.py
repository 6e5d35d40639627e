"""Images that have no tag of their own yet: a temporary one holds each, so that nothing is lost.

The daemon deletes an image by its last tag, together with a tag that another process gives the
same image at that moment. So what is made on the way carries marks of its process, which makes
it nobody else's; what has none is let go only in the end.
"""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from werfish.containers.docker_client import DaemonError, NoDaemonError
from werfish.containers.docker_images import find_image, remove_tag, remove_untagged
from werfish.containers.docker_sweep import Lease, marked, temporary_tag
from werfish.oci.config import ImageConfig

if TYPE_CHECKING:
    from docker import APIClient


class TemporaryTags:
    """The images that one process holds; all methods may be called by several threads."""

    def __init__(self, api: "Callable[[], APIClient]", lease: Lease) -> None:
        """Speak to the daemon of *api*; *lease* names this process in tags and marks."""
        self._api = api
        self._lease = lease
        self._guard = threading.Lock()
        self._held: Counter[str] = Counter()
        self._marked: set[str] = set()
        self._made_ahead: set[str] = set()

    def tag_for(self, image_id: str) -> str:
        """Return the tag that is to hold an image, until it is `release`d as often as asked for."""
        with self._guard:
            self._held[image_id] += 1
        return temporary_tag(self._lease, image_id)

    def marked(self, config: ImageConfig) -> ImageConfig:
        """Return *config* with this process's marks: only it makes such an image."""
        config = marked(config, self._lease)
        self.mark(config.id)
        return config

    def mark(self, image_id: str) -> None:
        """Remember that only this process makes an image."""
        self._marked.add(image_id)

    def expect(self, image_ids: "set[str]") -> None:
        """Remember that images were loaded ahead of being asked for."""
        with self._guard:
            self._made_ahead |= image_ids

    def takes_expected(self, image_id: str) -> bool:
        """Tell whether an image was loaded ahead, once, and is still there with a tag."""
        with self._guard:
            if image_id not in self._made_ahead:
                return False
            self._made_ahead.discard(image_id)
        found = find_image(self._api(), image_id)
        return found is not None and bool(found["RepoTags"])

    def goes_at_once(self, image_id: str) -> bool:
        """Tell whether an image may be removed now: nobody else is making the same one."""
        return image_id in self._marked or image_id not in self._held

    def release(self, image_id: str) -> None:
        """Take away the temporary tag: the image has one of its own, or goes with it.

        Two images of a project may be the same one: whoever is last takes it away.
        """
        with self._guard:
            held = self._held.pop(image_id, 0)
            if held > 1:
                self._held[image_id] = held - 1
        if held == 1:
            remove_tag(self._api(), temporary_tag(self._lease, image_id))

    def remove(self, image_id: str) -> None:
        """Release an image, and have it removed unless something else holds it."""
        self.release(image_id)
        if image_id not in self._held:
            remove_untagged(self._api(), image_id)

    def release_all(self) -> None:
        """Let go of what is still held; what the daemon cannot do now is swept away later."""
        for image_id in tuple(self._held.elements()):
            with suppress(DaemonError, NoDaemonError):
                self.release(image_id)
