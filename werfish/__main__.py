"""Run the command line: the program ``werfish``, and ``python -m werfish``."""

from werfish.interrupts import end_at_once
from werfish.quick_start import put_off


def run() -> None:
    """Put off what can wait, then import the command line and run it."""
    end_at_once()
    put_off()
    from werfish.cli.main import entry_point

    entry_point()


if __name__ == "__main__":
    run()
