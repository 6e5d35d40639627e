"""Mounts: of the build, of the project, of the host."""

import pytest

from stages.mount import Mount, MountKind
from tests.config.reading import stapel, table, told
from werfish.config.image_mount import MOUNT, mount_findings, mount_of


@pytest.mark.parametrize(
    ("text", "mount"),
    [
        ("{from: tmp_dir, to: /a/}", Mount("/a", MountKind.TMP_DIR)),
        ("{from: build_dir, to: /a//b}", Mount("/a/b", MountKind.BUILD_DIR)),
        ("{fromPath: ~/.m2, to: /a}", Mount("/a", MountKind.CUSTOM_DIR, "~/.m2")),
        ("{from: ~, fromPath: rel, to: /a}", Mount("/a", MountKind.CUSTOM_DIR, "rel")),
    ],
)
def test_what_is_mounted(text: str, mount: Mount) -> None:
    assert told(text, MOUNT) == []
    assert mount_of(table(text)) == mount


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{from: tmp_dir}", '"to" is missing'),
        ("{to: /a}", '"from" or "fromPath" is missing'),
        ("{from: tmp_dir, to: a}", 'to: "a" is not absolute; write "/a"'),
        ("{from: tmp_dir, to: ''}", "to: it is empty"),
        ("{from: tmp_dir, to: /a/..}", 'to: "/a/.." is the whole image; name a folder in it'),
        (
            "{from: tmp, to: /a}",
            'from: "tmp" is not known; allowed are tmp_dir, build_dir',
        ),
        (
            "{fromPath: /x, from: tmp_dir, to: /a}",
            'from: it excludes "fromPath"; keep one of them',
        ),
        ("{fromPath: '', to: /a}", "fromPath: it is empty"),
    ],
)
def test_what_is_wrong(text: str, problem: str) -> None:
    assert told(text, MOUNT) == [problem]


def test_two_mounts_in_one_place() -> None:
    mounts = [table(f"{{from: tmp_dir, to: {to}}}") for to in ("/a", "/b", "/a/", "/./a")]
    assert [(one.path, one.text) for one in mount_findings(mounts)] == [
        ("mount[2].to", '"/a" is mounted already, by mount[0]'),
        ("mount[3].to", '"/a" is mounted already, by mount[0]'),
    ]


def test_mounts_may_stand_in_each_other() -> None:
    found = stapel("mount: [{from: tmp_dir, to: /a}, {from: build_dir, to: /a/b}]")
    assert [one.to for one in found.mounts] == ["/a", "/a/b"]
