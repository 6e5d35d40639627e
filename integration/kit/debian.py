"""Images of Debian: debootstrap's smallest variant, slimmed as Docker Hub's "-slim" is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from integration.kit import image
from integration.kit.apt import find
from integration.kit.command import run, run_long
from integration.kit.errors import KitError
from integration.kit.mounts import unmount_below
from integration.kit.part import Kit

SUITE = "bookworm"
USUAL_MIRROR = "http://deb.debian.org/debian"
RUN = {
    "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    "Cmd": ["bash"],
}

UNWANTED = (
    *("usr/share/man/*", "usr/share/info/*", "usr/share/locale/*", "usr/share/groff/*"),
    *("usr/share/lintian/*", "usr/share/linda/*", "var/cache/debconf/*-old", "var/lib/dpkg/*-old"),
    *("var/lib/apt/lists/*", "var/cache/apt/*", "var/log/*", "dev/*", "etc/resolv.conf"),
    *("etc/hostname", "var/cache/ldconfig/aux-cache", "tmp/*", "run/*"),
)
"""What the image goes without; of usr/share/doc the copyrights stay."""

SLIM = """path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/groff/*
path-exclude /usr/share/info/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
"""


def make(kit: Kit, folder: Path) -> None:
    """Write the plain image into *folder*."""
    make_with(kit, folder, ())


def make_python(kit: Kit, folder: Path) -> None:
    """Write the image with Python into *folder*."""
    make_with(kit, folder, ("python3",))


def make_with(kit: Kit, folder: Path, packages: Sequence[str]) -> None:
    """Write an image that has *packages*; takes root, as debootstrap changes its root folder."""
    mirror = apt_mirror()
    included = [f"--include={','.join(packages)}"] if packages else []
    with tempfile.TemporaryDirectory(prefix="werfish-kit-debian-") as scratch:
        root = Path(scratch) / "root"
        layer = Path(scratch) / "layer.tar"
        try:
            run_long(
                ["debootstrap", "--variant=minbase", *included, SUITE, str(root), mirror],
                part="bases",
                doing=f"debootstrap {SUITE} from {mirror}",
                log=kit.folders.cache / "log" / "debootstrap.log",
                hint="run it as root, on a machine that reaches a Debian mirror",
            )
        finally:
            unmount_below(root)
        slim(root, mirror)
        pack = ["tar", "-C", str(root), "--numeric-owner", "--sort=name", "-cf", str(layer), "."]
        run(pack, doing="bases: pack debian")
        image.write(layer, RUN, folder)


def slim(root: Path, mirror: str) -> None:
    """Remove documentation, translations and lists from *root*, and keep them away."""
    for pattern in UNWANTED:
        for path in root.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    for path in (root / "usr/share/doc").rglob("*"):
        if not path.is_dir() and path.name != "copyright":
            path.unlink()
    (root / "etc/dpkg/dpkg.cfg.d").mkdir(parents=True, exist_ok=True)
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(SLIM)
    (root / "etc/apt/apt.conf.d/docker-clean").write_text(
        'APT::Install-Recommends "false";\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'
        'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n'
    )
    (root / "etc/apt/sources.list").write_text(
        f"deb {mirror} {SUITE} main\ndeb {mirror} {SUITE}-updates main\n"
    )


def apt_mirror() -> str:
    """Return where this machine fetches Debian from, the usual mirror on another system."""
    if find("apt-get") is None:
        return USUAL_MIRROR
    form = "$(CODENAME) $(COMPONENT) $(LABEL) $(REPO_URI)"
    argv = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    try:
        return mirror_in(run(argv, doing="bases: ask apt for its mirror"))
    except KitError:
        return USUAL_MIRROR


def mirror_in(targets: str) -> str:
    """Return the mirror in apt's list of targets; file and exotic transports do not count.

    >>> mirror_in("bookworm main Debian http://mirror.example/debian/")
    'http://mirror.example/debian'
    """
    for line in targets.splitlines():
        codename, component, label, address = (*line.split(), "", "", "", "")[:4]
        is_wanted = (codename, component, label) == (SUITE, "main", "Debian")
        if is_wanted and address.startswith(("http://", "https://")):
            return address.rstrip("/")
    return USUAL_MIRROR
