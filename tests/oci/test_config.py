"""Configurations of images survive being read and written, as other tools wrote them."""

import json

from werfish.oci.config import decode_config


def test_what_is_not_said_stays_unsaid() -> None:
    """In OCI's configuration every time may be missing; an empty one is no time."""
    written = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["A=1"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:1"]},
        "history": [{"created_by": "x"}],
    }
    config = decode_config(json.dumps(written).encode())
    assert json.loads(config.encode()) == written
