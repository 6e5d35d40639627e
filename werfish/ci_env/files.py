"""The files of a job: its copy of Docker's folder, and its scripts. All of them are private.

They lie in one folder of the home, and old ones go when new ones are made: a job does not clean up.
Nothing is named to anyone before it is whole.
"""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from werfish.ci_env.credentials import parsed_config
from werfish.ci_env.errors import CiEnvError
from werfish.ci_env.shells import Dialect
from werfish.containers.atomic_file import NO_FOLDER, write_whole, writing

CONFIG_AGE = 24 * 3600
"""How long a copy stays, in seconds: no job takes longer."""

MOST_SCRIPTS = 100
KEPT_SCRIPTS = 50
_BESIDE = ("buildx", "cli-plugins", "contexts")
"""What of Docker's folder the copy refers to, so that its plug-ins and builders are there."""


def read_config(folder: Path) -> Mapping[str, Any]:
    """Return Docker's configuration in *folder*, empty where there is none."""
    path = folder / "config.json"
    try:
        return parsed_config(path.read_text(), f'"{path}"')
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise CiEnvError(f'read Docker\'s configuration from "{path}": {error}') from error


def new_folder(home: Path) -> Path:
    """Make a folder that only this user can enter."""
    with writing(home, NO_FOLDER):
        home.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="docker-config-", dir=home))


def own_folder(path: Path) -> Path:
    """Return the folder *path*, made if need be, after making sure that it is only this user's.

    Where others may write, one of them could have made it, and exchange what a job reads.
    """
    with writing(path, NO_FOLDER):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise CiEnvError(
            f'write the files of the job into "{path}": others may write there, too',
            hint="remove it, or name another folder with --tmp-dir",
        )
    return path


def fill_folder(folder: Path, config: Mapping[str, Any], original: Path | None) -> None:
    """Write *config* into *folder*, beside what it needs of the *original*, if there is one."""
    with writing(folder):
        for name in _BESIDE:
            if original and (original / name).is_dir():
                (folder / name).symlink_to((original / name).resolve())
    write_whole(folder / "config.json", json.dumps(config, indent="\t").encode())


def remove_folder(folder: Path) -> None:
    """Remove a folder of `new_folder`; what it refers to stays."""
    shutil.rmtree(folder, ignore_errors=True)


def write_script(home: Path, script: str, prefix: str, suffix: str, now: float) -> Path:
    """Write *script* into a new file and return its path."""
    with writing(home, NO_FOLDER):
        home.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{prefix}{int(now)}_", suffix=suffix, dir=home)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(script)
    return Path(name)


def failing_file(dialect: Dialect) -> Path:
    """Return a script that ends whoever runs it; it is there already, so that it needs no room."""
    return Path(__file__).with_name("failed") / f"failed{dialect.suffix or '.sh'}"


def sweep(home: Path, now: float) -> None:
    """Remove the copies of jobs long gone, and all but the youngest scripts once they are many."""
    for folder in home.glob("docker-config-*"):
        if _age(folder, now) > CONFIG_AGE:
            remove_folder(folder)
    scripts = [*home.glob("source_*"), *home.glob(".env_*")]
    if len(scripts) < MOST_SCRIPTS:
        return
    for path in sorted(scripts, key=lambda path: _age(path, now))[KEPT_SCRIPTS:]:
        path.unlink(missing_ok=True)


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
