"""A program that is called as ``ansible-playbook`` is: it runs tasks of ``raw``, no more.

It talks to werfish in the two ways in which the plugins do. A task ``raw: !TEXT`` prints
TEXT as a message and ends; ``!wait`` stays, with a process of its own, until it is ended.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

MARK = "\x1ewerfish:"


def main(playbook: Path) -> int:
    """Run the tasks of *playbook* until one fails."""
    (play,) = json.loads(playbook.read_text())
    return next((code for task in play["tasks"] if (code := _run(task)) != 0), 0)


def _run(task: dict[str, Any]) -> int:
    line = task["raw"]
    if line.startswith("!"):
        return _here(line[1:])
    said = _asked(["/bin/sh", "-c", line])
    is_good = said["code"] == 0
    number = next(int(tag.rpartition("_")[2]) for tag in task["tags"] if "werfish" in tag)
    result = {
        "status": "changed" if is_good else "failed",
        "message": "" if is_good else "non-zero return code",
        "code": said["code"],
        "stdout": said["stdout"],
        "stderr": said["stderr"],
    }
    event = {
        "status": result["status"],
        "title": f"raw: {line}",
        "number": number,
        "is_quiet": False,
        "results": [result],
    }
    _say(MARK + json.dumps(event))
    return 0 if is_good else 2


def _here(what: str) -> int:
    _say(what)
    if what == "wait":
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        signal.pause()
    return 4


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _asked(arguments: list[str]) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as connection:
        path = Path(os.environ["WERFISH_SOCKET"])
        os.chdir(path.parent)  # a socket's path must be short
        connection.connect(path.name)
        request = {"arguments": arguments, "length": 0}
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("rb") as answer:
            head = json.loads(answer.readline())
            stdout = answer.read(head["stdout"]).decode()
            return {**head, "stdout": stdout, "stderr": answer.read(head["stderr"]).decode()}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[-1])))
