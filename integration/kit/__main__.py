"""The command line of the kit: ``python -m integration.kit up|down|status|env|leaks``."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence

from integration.kit import api
from integration.kit.errors import KitError
from integration.kit.part import Status, kit_of


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except KitError as error:
        print(f"kit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kit: interrupted; run it again to go on, or down to clean up", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m integration.kit", description=__doc__)
    parser.add_argument("command", choices=("up", "down", "status", "env", "leaks"))
    parser.add_argument("parts", metavar="PART", nargs="*", help=f"of {', '.join(api.PARTS)}")
    levels = ("control-plane", "node")
    parser.add_argument("--level", choices=levels, default="node", help="how much of Kubernetes")
    return parser


def _run(options: argparse.Namespace) -> int:
    kit = kit_of(options.level)
    if options.command == "up":
        api.up(options.parts, kit=kit)
    elif options.command == "down":
        api.down(options.parts, kit=kit)
    elif options.command == "status":
        return _print_status(api.status(options.parts, kit=kit))
    elif options.command == "env":
        for name, value in api.endpoints(kit).variables.items():
            print(f"export {name}={shlex.quote(value)}")
    else:
        return _print_leftovers(api.leftovers(kit))
    return 0


def _print_leftovers(found: list[str]) -> int:
    for line in found:
        print(line)
    return 1 if found else 0


def _print_status(parts: dict[str, Status]) -> int:
    words = {True: "running", False: "gone", None: "not started"}
    for name, status in parts.items():
        print(f"{name:14} {words[status.running]:12} {status.version:20} {status.address}")
    return 0 if all(_is_fine(name, status) for name, status in parts.items()) else 1


def _is_fine(name: str, status: Status) -> bool:
    return status.running or (status.running is None and name in api.ON_DEMAND)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
