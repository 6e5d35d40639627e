"""The API server without TLS or a login, as ``kubectl proxy`` gives it: what proxies lead to."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def plain_api() -> Iterator[str]:
    """Give its ``host:port``, on loopback, for the time of the block."""
    with subprocess.Popen(
        ["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
