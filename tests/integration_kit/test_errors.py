"""What the reader sees of a failure."""

from pathlib import Path

from integration.kit.errors import KitError, tail_of


def test_error_tells_what_was_done_what_failed_and_what_helps(tmp_path: Path) -> None:
    log = tmp_path / "etcd.log"
    log.write_text("first\nlast\n")
    error = KitError("kubernetes: start etcd", "etcd ended", hint="look", log=log)
    assert str(error).splitlines() == [
        "kubernetes: start etcd: etcd ended",
        "  | first",
        "  | last",
        f"  log: {log}",
        "hint: look",
    ]


def test_only_the_end_of_a_log_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(map(str, range(100))))
    assert tail_of(log, 2) == ["98", "99"]


def test_missing_log_hides_no_error(tmp_path: Path) -> None:
    assert str(KitError("a", "b", log=tmp_path / "none")).startswith("a: b")
