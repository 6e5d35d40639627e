"""What images of one build tell each other, also where one of them begins again."""

from contextlib import AbstractContextManager
from threading import Thread

from stages.digest import Digest
from stages.stage import Selected, StageName
from werfish.build.chains import Chains
from werfish.storage.stored_stage import StoredStage

OLD, NEW = (Digest(letter * 64) for letter in "ab")


def selected(digest: Digest) -> Selected:
    return Selected(StageName.INSTALL, digest)


def stored(digest: Digest) -> StoredStage:
    return StoredStage(StageName.INSTALL, digest, f"p:{digest}", "sha256:1", 0.0, ())


def never(what: str) -> AbstractContextManager[object]:
    raise AssertionError(f"waits for {what}")


def test_what_stands_in_a_digest_is_used_though_its_image_begins_again() -> None:
    """Waiting for it would never end: who asks holds the slot that the other one needs."""
    chains = Chains(never)
    chains.add("assets", selected(OLD), stored(OLD))
    chains.identity("assets", "install")
    chains.restart("assets")
    assert chains.stored("assets", "install") == stored(OLD)
    chains.add("assets", selected(NEW), stored(NEW))
    assert chains.stored("assets", "install") == stored(OLD)


def test_another_image_gets_what_it_was_told_itself() -> None:
    chains, found = Chains(never), []

    def build() -> None:
        chains.identity("assets", "install")
        found.append(chains.stored("assets", "install"))

    chains.add("assets", selected(OLD), stored(OLD))
    chains.identity("assets", "install")
    chains.restart("assets")
    chains.add("assets", selected(NEW), stored(NEW))
    other = Thread(target=build)
    other.start()
    other.join()
    assert [*found, chains.stored("assets", "install")] == [stored(NEW), stored(OLD)]
