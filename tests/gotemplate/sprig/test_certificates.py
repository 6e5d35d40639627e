"""Keys and certificates are what other programs accept; they need the package ``cryptography``."""

from typing import Any

import pytest

from tests.gotemplate.sprig.rendering import rendered
from werfish.gotemplate.errors import ExecutionError

x509 = pytest.importorskip("cryptography.x509")
serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")

SIGNED = """
{{- $authority := genCA "my-authority" 365 }}
{{- $names := list "a.example" "b.example" }}
{{- $own := genSignedCert "me" (list "10.0.0.1" "::1") $names 30 $authority -}}
{{ $authority.Cert }}{{ $own.Cert }}{{ $own.Key }}"""


def blocks(text: str) -> list[bytes]:
    """Return the PEM blocks of *text*."""
    return [f"-----BEGIN{block}".encode() for block in text.split("-----BEGIN")[1:]]


def certificates(text: str) -> list[Any]:
    """Return the certificates of *text*."""
    found = [block for block in blocks(text) if block.startswith(b"-----BEGIN CERTIFICATE")]
    return [x509.load_pem_x509_certificate(block) for block in found]


def test_a_signed_certificate_is_the_authoritys() -> None:
    signer, signed = certificates(rendered(SIGNED))
    signed.verify_directly_issued_by(signer)


def test_a_certificate_says_what_was_asked_for() -> None:
    _, signed = certificates(rendered(SIGNED))
    names = signed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.example", "b.example"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.1", "::1"]
    assert (signed.not_valid_after_utc - signed.not_valid_before_utc).days == 30
    assert str(signed.not_valid_before_utc) == "2024-03-05 10:01:12+00:00"


def test_a_key_belongs_to_its_certificate() -> None:
    text = rendered(SIGNED)
    key = serialization.load_pem_private_key(blocks(text)[2], None)
    assert key.public_key() == certificates(text)[1].public_key()


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        pytest.param("ecdsa", "EC PRIVATE KEY", id="ecdsa"),
        pytest.param("ed25519", "PRIVATE KEY", id="ed25519"),
    ],
)
def test_a_certificate_can_have_a_given_key(kind: str, title: str) -> None:
    source = (
        "{{ $key := genPrivateKey . }}{{ $key }}"
        '{{ $own := genSelfSignedCertWithKey "me" nil nil 1 $key }}'
        "{{ $made := buildCustomCert (b64enc $own.Cert) (b64enc $own.Key) }}{{ $made.Cert }}"
    )
    key_text, certificate_text = blocks(rendered(source, kind))
    key = serialization.load_pem_private_key(key_text, None)
    certificate = x509.load_pem_x509_certificate(certificate_text)
    assert key_text.startswith(f"-----BEGIN {title}-----".encode())
    assert certificate.public_key() == key.public_key()


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        pytest.param('{{ genCAWithKey "a" 1 "junk" }}', "no PEM data in input", id="no-key"),
        pytest.param(
            '{{ genSelfSignedCert "a" (list "nope") nil 1 }}', "error parsing ip: nope", id="no-ip"
        ),
        pytest.param(
            '{{ genSelfSignedCert "a" nil (list 5) 1 }}', "5 is not a string", id="no-name"
        ),
        pytest.param(
            '{{ buildCustomCert "!" "" }}', "unable to decode base64 certificate", id="no-base-64"
        ),
    ],
)
def test_what_cannot_be_certified_is_said(source: str, problem: str) -> None:
    with pytest.raises(ExecutionError, match=problem):
        rendered(source)


def test_an_unknown_kind_of_key_is_a_text() -> None:
    assert rendered('{{ genPrivateKey "foo" }}') == "Unknown type foo"
