"""The busybox image, made of Debian's static busybox: laid out as Docker Hub's is."""

from __future__ import annotations

import io
import tarfile
import tempfile
from pathlib import Path

from integration.kit import image
from integration.kit.apt import find
from integration.kit.command import run
from integration.kit.errors import KitError
from integration.kit.part import Kit

FOLDERS = {
    **dict.fromkeys(("bin", "dev", "etc", "home", "proc", "sys", "usr", "usr/bin"), 0o755),
    **dict.fromkeys(("usr/sbin", "var", "var/spool", "var/www"), 0o755),
    "root": 0o700,
    "tmp": 0o1777,
    "var/tmp": 0o1777,
}
FILES = {
    "etc/passwd": (
        "root:x:0:0:root:/root:/bin/sh\n"
        "daemon:x:1:1:daemon:/usr/sbin:/bin/false\n"
        "www-data:x:33:33:www-data:/var/www:/bin/false\n"
        "nobody:x:65534:65534:nobody:/home:/bin/false\n"
    ),
    "etc/group": "root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nusers:x:100:\nnobody:x:65534:\n",
    "etc/hosts": "127.0.0.1\tlocalhost\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
RUN = {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], "Cmd": ["sh"]}


def make(kit: Kit, folder: Path) -> None:
    """Write the image into *folder*."""
    program = find("busybox")
    if program is None:
        raise KitError("bases: make busybox", "no busybox", hint="apt-get install busybox-static")
    applets = run([program, "--list"], doing="bases: ask busybox for its applets").split()
    with tempfile.TemporaryDirectory() as scratch:
        layer = Path(scratch) / "layer.tar"
        write_layer(layer, Path(program).read_bytes(), applets)
        image.write(layer, RUN, folder)


def write_layer(path: Path, program: bytes, applets: list[str]) -> None:
    """Write the layer: *program* as /bin/busybox, a hard link for each applet, no times."""
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, mode in sorted(FOLDERS.items()):
            tar.addfile(_entry(name, tarfile.DIRTYPE, mode))
        _add_file(tar, "bin/busybox", program, 0o755)
        for applet in sorted({*applets} - {"busybox"}):
            link = _entry(f"bin/{applet}", tarfile.LNKTYPE, 0o755)
            link.linkname = "bin/busybox"
            tar.addfile(link)
        for name, text in sorted(FILES.items()):
            _add_file(tar, name, text.encode(), 0o644)
        env = _entry("usr/bin/env", tarfile.SYMTYPE, 0o777)  # where "#!/usr/bin/env" looks
        env.linkname = "../../bin/env"
        tar.addfile(env)


def _add_file(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    entry = _entry(name, tarfile.REGTYPE, mode)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _entry(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.mode = mode
    return entry
