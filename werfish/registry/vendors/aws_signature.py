"""AWS's signature of requests, version 4. Pure.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from werfish.registry.vendors.aws_keys import Keys

_ALGORITHM = "AWS4-HMAC-SHA256"


def signed(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    keys: Keys,
    *,
    region: str,
    service: str,
    now: datetime,
    method: str = "POST",
) -> dict[str, str]:
    """Return *headers* with what proves that the holder of *keys* sends *body* to *url* at *now*.

    *url* has no query.
    """
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    known = {"Host": urlsplit(url).netloc, **headers, "X-Amz-Date": stamp}
    if keys.token:
        known["X-Amz-Security-Token"] = keys.token
    names, canonical = _canonical(method, url, known, body)
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = "\n".join((_ALGORITHM, stamp, scope, sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{keys.secret}".encode()
    for part in (stamp[:8], region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    proof = f"Credential={keys.id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**known, "Authorization": f"{_ALGORITHM} {proof}"}


def _canonical(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """Return the names of the signed headers, and the request in the form that is signed."""
    lines = {name.lower(): " ".join(text.split()) for name, text in headers.items()}
    names = ";".join(sorted(lines))
    written = "".join(f"{name}:{lines[name]}\n" for name in sorted(lines))
    path = urlsplit(url).path or "/"
    return names, "\n".join((method, path, "", written, names, sha256(body).hexdigest()))
