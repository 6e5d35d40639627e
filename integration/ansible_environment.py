"""The real Ansible with its collections, in an environment of its own in the kit's cache.

It takes half a gigabyte and most of a minute, so that `.venv` goes without it; what is installed is
pinned in ``.ci/ansible.lock`` (``make lock`` renews it).
"""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from integration.kit.folders import folders_of
from integration.kit.locking import locked
from integration.kit.progress import say

LOCK = Path(__file__).parent.parent / ".ci" / "ansible.lock"


def ansible_environment() -> Path:
    """Return the folder of the environment, made where it is not there yet."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    state = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    cache = folders_of().cache
    folder = cache / f"ansible-{version}-{state}"
    with locked(cache / "ansible.lock", "ansible"):
        if not folder.exists():
            say("ansible", "installing it, which takes most of a minute")
            _make(folder)
    return folder


def _make(folder: Path) -> None:
    unfinished = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    venv.create(unfinished, with_pip=True)
    quiet = ("-q", "--disable-pip-version-check", "--no-compile")
    subprocess.run(
        [unfinished / "bin/python", "-m", "pip", "install", *quiet, "--require-hashes", "-r", LOCK],
        check=True,
    )
    # The programs name the interpreter by its path, so they are told where it will be.
    for program in (unfinished / "bin").glob("ansible*"):
        text = program.read_text()
        program.write_text(text.replace(str(unfinished), str(folder)))
    unfinished.rename(folder)
