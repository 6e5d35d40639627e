"""A process is dead only where this kernel says so."""

import os
import subprocess
import sys

import pytest

from werfish.locks.process_mark import is_dead, process_mark


def test_this_process_is_alive() -> None:
    assert process_mark()
    assert not is_dead(process_mark())


def test_a_process_that_ended_is_dead_before_and_after_its_parent_looks() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        mark = process_mark(child.pid)
        assert not is_dead(mark)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(mark), "a zombie"
    assert is_dead(mark), "nothing"


def test_a_pid_that_is_used_again_is_another_process() -> None:
    place, _, _ = process_mark().rpartition("/")
    assert is_dead(f"{place}/1")


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param("", id="none"),
        pytest.param("another-boot/pid:[1]/999999/1", id="another-machine"),
        pytest.param("text", id="not-a-mark"),
        pytest.param("a/b/c/d/e", id="of-a-later-version"),
    ],
)
def test_what_this_kernel_does_not_know_may_be_alive(mark: str) -> None:
    assert not is_dead(mark)


def test_another_container_of_this_machine_may_be_alive() -> None:
    boot, _, pid, started = process_mark().split("/")
    assert not is_dead(f"{boot}/pid:[1]/{pid}/{started}0")
