"""File locks hold among threads and processes, and die with their holder."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from werfish.locks.local import FileLocks

HOLD = """
import sys, time
from pathlib import Path
from werfish.locks.local import FileLocks
with FileLocks(Path(sys.argv[1])).held("a/b"):
    print("held", flush=True)
    time.sleep(1000)
"""


def test_one_thread_at_a_time(tmp_path: Path) -> None:
    locks, inside, most = FileLocks(tmp_path), [0], [0]

    def work() -> None:
        for _ in range(50):
            with locks.held("one"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_names_do_not_collide(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    with locks.held("a/b"), locks.held("a_b"), locks.held("../a"):
        pass
    assert len([*tmp_path.iterdir()]) == 3


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    taken = threading.Event()

    def take() -> None:
        with FileLocks(tmp_path).held("a/b"):
            taken.set()

    thread = threading.Thread(target=take)
    thread.start()
    assert not taken.wait(0.2)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    thread.join(30)
    assert taken.is_set()
