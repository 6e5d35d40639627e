"""What registries, token services, storages and proxies say reaches the user in their own words."""

import pytest

from werfish.registry.complaints import complaints_of

_S3 = b"""<?xml version="1.0"?><Error><Code>AccessDenied</Code>
<Message>Request has expired</Message><RequestId>1</RequestId></Error>"""
_NGINX = b"<html><head><title>413 Request Entity Too Large</title></head><body></body></html>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(
            b'{"errors":[{"code":"DENIED","message":"no","detail":"x"},{"code":"A"}]}',
            "DENIED: no; A",
            id="specification",
        ),
        pytest.param(
            b'{"details":"incorrect username or password"}',
            "incorrect username or password",
            id="docker-hub",
        ),
        pytest.param(
            b'{"error":"invalid_grant","error_description":"token expired"}',
            "invalid_grant: token expired",
            id="oauth",
        ),
        pytest.param(
            b'{"error":{"code":403,"message":"no permission","status":"DENIED"}}',
            "403: no permission",
            id="google",
        ),
        pytest.param(
            b'{"__type":"com.amazonaws#AccessDeniedException","Message":"not authorized"}',
            "AccessDeniedException: not authorized",
            id="aws",
        ),
        pytest.param(_S3, "AccessDenied: Request has expired", id="object-storage"),
        pytest.param(_NGINX, "Request Entity Too Large", id="page-of-a-proxy"),
        pytest.param(b"404 page\n not found\n", "404 page not found", id="plain-text"),
        pytest.param(b"<p>hello</p>", "", id="page-without-a-title"),
        pytest.param(b"x" * 500, "", id="long-text"),
        pytest.param(b"[1]", "", id="another-document"),
        pytest.param(b"", "", id="nothing"),
    ],
)
def test_words(body: bytes, said: str) -> None:
    assert "; ".join(map(str, complaints_of(body))) == said
