"""The functions of sprig that make certificates, signed by themselves or by an authority."""

from typing import TYPE_CHECKING, Any, ClassVar

from stages.light_dataclass import dataclass
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import text_of
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.encoding import decode64
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.issuing import Signer, Wish, issued
from werfish.gotemplate.sprig.keys import (
    generate_private_key,
    new_rsa_key,
    parse_private_key,
    require_cryptography,
)
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as X509


@dataclass(frozen=True, slots=True)
class Certificate:
    """A ``sprig.certificate``: the certificate and its private key, both PEM."""

    cert: str
    key: str

    go_type: ClassVar[GoType] = type_named("sprig.certificate")

    def go_fields(self) -> dict[str, str]:
        """Return what ``%v`` prints between braces, and JSON as a map."""
        return {"Cert": self.cert, "Key": self.key}

    def member(self, name: str) -> Any:
        """Return the field ``Cert`` or ``Key``."""
        return self.go_fields().get(name, MISSING)


def functions(host: Host) -> dict[str, Function]:
    """Return the functions; certificates are valid from the host's now."""

    def authority(name: str, days: int, *keys: str) -> Certificate:
        return Certificate(
            *issued(host, Wish(name, (), (), days, is_authority=True), _key(keys), None)
        )

    def own(name: str, ips: Any, names: Any, days: int, *keys: str) -> Certificate:
        wish = Wish(name, _names(names), _addresses(ips), days)
        return Certificate(*issued(host, wish, _key(keys), None))

    def signed(
        name: str, ips: Any, names: Any, days: int, signer: Certificate, *keys: str
    ) -> Certificate:
        wish = Wish(name, _names(names), _addresses(ips), days)
        return Certificate(*issued(host, wish, _key(keys), _signer_of(signer)))

    wish = ("string", "[]any", "[]any", "int")
    by = (*wish, "sprig.certificate")
    return {
        "genPrivateKey": function(generate_private_key, "string"),
        "genCA": function(authority, "string", "int"),
        "genCAWithKey": function(authority, "string", "int", "string"),
        "genSelfSignedCert": function(own, *wish),
        "genSelfSignedCertWithKey": function(own, *wish, "string"),
        "genSignedCert": function(signed, *by),
        "genSignedCertWithKey": function(signed, *by, "string"),
        "buildCustomCert": function(build_custom, "string", "string"),
    }


def _key(keys: tuple[str, ...]) -> Any:
    if not keys:
        return new_rsa_key()
    try:
        return parse_private_key(keys[0])
    except GoError as error:
        raise GoError(f"parsing private key: {error}") from error


def _names(values: Any) -> tuple[str, ...]:
    for value in values or ():
        if not isinstance(value, str):
            shown = text_of(value)
            raise GoError(f"error processing alternate dns name: {shown} is not a string")
    return tuple(values or ())


def _addresses(values: Any) -> tuple[str, ...]:
    from ipaddress import ip_address

    for value in values or ():
        if not isinstance(value, str):
            raise GoError(f"error parsing ip: {text_of(value)} is not a string")
        try:
            ip_address(value)
        except ValueError as error:
            raise GoError(f"error parsing ip: {value}") from error
    return tuple(values or ())


def _signer_of(authority: Certificate) -> Signer:
    try:
        key = parse_private_key(authority.key)
    except GoError as error:
        raise GoError(f"error parsing private key: {error}") from error
    certificate = _certificate(authority.cert)
    return Signer(certificate.subject, key, certificate)


def _certificate(pem: str) -> "X509":
    require_cryptography()
    from cryptography.x509 import load_pem_x509_certificate

    if "-----BEGIN " not in pem:
        raise GoError("unable to decode certificate")
    try:
        return load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise GoError(f"error parsing certificate: decodedCert.Bytes: {error}") from error


def build_custom(certificate: str, key: str) -> Certificate:
    """Return a certificate and its key, both given in base 64, after reading them."""
    texts: list[str] = []
    for name, text in (("certificate", certificate), ("private key", key)):
        try:
            texts.append(decode64(text).decode())
        except (GoError, UnicodeDecodeError) as error:
            raise GoError(f"unable to decode base64 {name}") from error
    _certificate(texts[0])
    try:
        parse_private_key(texts[1])
    except GoError as error:
        raise GoError(f"error parsing private key: {error}") from error
    return Certificate(texts[0], texts[1])
