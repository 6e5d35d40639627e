"""Questions about an image: singly while they are few, then by listing a folder above them."""

from tests.containers.test_layered_tree import Reader
from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree
from werfish.containers.listing_reader import MOST_QUESTIONS, ListingReader

MANY = 3 * MOST_QUESTIONS
TREE = FakeImageTree(
    {
        "usr": FOLDER,
        "usr/big": FOLDER,
        **{f"usr/big/{number}": FILE for number in range(MANY)},
        **{f"usr/{number}": FOLDER for number in range(MANY)},
        **{f"usr/{number}/file": FILE for number in range(MANY)},
    }
)


def test_few_questions_are_asked_singly() -> None:
    reader = Reader(TREE)
    listing = ListingReader(reader)
    paths = [f"usr/big/{number}" for number in range(MOST_QUESTIONS)]
    assert {listing.stat(path) for path in paths} == {FILE}
    assert reader.asked == paths


def test_many_questions_about_a_folder_list_it_once() -> None:
    reader = Reader(TREE)
    listing = ListingReader(reader)
    assert {listing.stat(f"usr/big/{number}") for number in range(MANY)} == {FILE}
    assert listing.stat("usr/big/none") is None
    assert len(reader.asked) == MOST_QUESTIONS + 1
    assert reader.asked[-1] == "usr/big/<"


def test_questions_about_many_folders_list_the_one_above() -> None:
    reader = Reader(TREE)
    listing = ListingReader(reader)
    assert {listing.stat(f"usr/{number}/file") for number in range(MANY)} == {FILE}
    assert reader.asked[MOST_QUESTIONS:] == ["usr/<"]
