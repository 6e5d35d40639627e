"""An image is the same files whoever puts its layers upon each other.

Daemons differ in how they do it: what a layer leaves out, or writes through a link, would show.
"""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.own_containerd import own_containerd
from integration.project import GitProject
from integration.test_build import BUILD, docker, leftovers, reference_of
from integration.trees import (
    Tree,
    differences,
    folder_tree,
    mounted_tree,
    saved_image,
    unpacked_tree,
)

pytestmark = pytest.mark.usefixtures("kit")

NAME = f"trees-{uuid.uuid4().hex[:8]}"
CONFIG = f"""
configVersion: 1
project: {NAME}
---
artifact: parts
from: debian:bookworm-slim
shell:
  install:
  - mkdir -p /out/bin /out/private/deep /out/empty /out/sticky && echo x > /out/private/deep/file
  - cp /bin/true /out/bin/tool && chmod 4755 /out/bin/tool && chmod 1777 /out/sticky
  - chown -R 1500:1501 /out/private && chmod 0750 /out/private && ln -s bin/tool /out/link
---
image: app
from: debian:bookworm-slim
git:
- {{add: /home, to: /home/app/src, owner: app, group: app}}
- {{add: /var, to: /var/run/app}}
- {{add: /bin, to: /bin, owner: root, group: root}}
- {{add: /site, to: /srv/site/public}}
- {{add: /made, to: /made, stageDependencies: {{setup: "again"}}}}
shell:
  beforeInstall:
  - useradd --uid 1500 --create-home app && chmod 0700 /home/app && mkdir -p /data/real
  - chown app /data/real && chmod 2775 /data/real && ln -s /data/real /srv/site
  install:
  - echo keep > /made/kept && mkdir -p /opaque/a /opaque/b /gone/deep && touch /gone/deep/f
  - echo 1 > /opaque/a/one && echo 2 > /opaque/b/two && ln /opaque/a/one /opaque/hard
  - mkfifo /opaque/pipe && mknod /opaque/null c 1 3
  setup:
  - rm -r /opaque/a /gone && mkdir /opaque/a && echo new > /opaque/a/new
  - rm /opaque/b/two && mkdir /opaque/b/two && rm /usr/share/doc -rf && ln -s b /opaque/c
import:
- {{artifact: parts, add: /out, to: /opt/parts, after: install}}
- {{artifact: parts, add: /out/bin, to: /sbin/parts, after: setup}}
"""
FILES = {
    "werf.yaml": CONFIG,
    "home/a": "a\n",
    "home/deep/er/b": "b\n",
    "home/näme with\nnewline": "odd\n",
    "var/state/pid": "1\n",
    "var/stays": "1\n",
    "bin/own-tool": "#!/bin/sh\n",
    "bin/stays": "#!/bin/sh\n",
    "site/index": "index\n",
    "site/old/page": "page\n",
    "made/file": "file\n",
    "made/only/one": "one\n",
    "made/again": "1\n",
}
PATCHED = {"home/a": "changed\n", "site/new/page": "new\n", "bin/second": "second\n"}
REMOVED = ("home/deep/er/b", "site/old/page", "var/state/pid", "bin/own-tool", "made/only/one")


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project under a name of its own; its stages are removed afterwards."""
    project = GitProject(program.folder)
    project.commit(FILES)
    (project.folder / "bin/own-tool").chmod(0o755)
    (project.folder / "site/link").symlink_to("index")
    project.commit({})
    yield project
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


def test_a_tree_is_the_same_for_every_unpacker(
    program: Program, project: GitProject, tmp_path: Path
) -> None:
    """First as it was built, then with a patch upon it, then with its setup built anew."""
    built = [reference_of(program(*BUILD).stderr)]
    project.commit(PATCHED, remove=REMOVED)
    built.append(reference_of(program(*BUILD).stderr))
    project.commit({"made/again": "2\n", "site/index": "other\n"}, remove=("site/new/page",))
    built.append(reference_of(program(*BUILD).stderr))
    trees = [mounted_tree(reference) for reference in built]
    for reference, tree in zip(built, trees, strict=True):
        assert differences(unpacked_tree(saved_image(reference)), tree) == []
    for tree, other in zip(by_containerd(built, tmp_path), trees, strict=True):
        assert differences(tree, other) == []
    check_what_is_there(trees)
    assert leftovers(program, NAME) == []


def by_containerd(references: list[str], folder: Path) -> list[Tree]:
    archive = folder / "images.tar"
    subprocess.run(["docker", "save", "-o", archive, *references], check=True)
    trees = []
    with own_containerd() as containerd:
        containerd.load(archive)
        for number, reference in enumerate(references):
            name = f"docker.io/{reference}"
            with containerd.mounted(name, folder / f"mounted-{number}") as mounted:
                trees.append(folder_tree(mounted))
    return trees


def check_what_is_there(trees: list[Tree]) -> None:
    """See that the trees are those that the configuration and the commits ask for."""
    first, patched, again = trees
    for tree in trees:
        assert (tree["home/app"].mode, tree["home/app"].uid) == (0o700, 1500)
        assert (tree["data/real"].mode, tree["data/real"].uid) == (0o2775, 1500)
        assert tree["bin"].kind == tree["var/run"].kind == tree["srv/site"].kind == "link"
        assert (tree["opt/parts/private"].mode, tree["opt/parts/private"].gid) == (0o750, 1501)
        assert tree["usr/sbin/parts/tool"].mode == 0o4755
        assert tree["opt/parts/sticky"].mode == 0o1777
        assert "made/kept" in tree
        assert "opaque/a/one" not in tree
        assert tree["opaque/b/two"].kind == "folder"
        assert not [path for path in tree if path.startswith("gone")]
    assert first["usr/bin/own-tool"].mode == 0o755
    assert first["home/app/src/deep/er/b"].uid == 1500
    for tree in (patched, again):
        assert "home/app/src/deep" not in tree
        assert "run/app/state" not in tree
        assert "usr/bin/own-tool" not in tree
        assert "usr/bin/second" in tree
        assert "made/only" not in tree
        assert "data/real/public/old" not in tree
    assert "data/real/public/new/page" in patched
    assert "data/real/public/new" not in again
