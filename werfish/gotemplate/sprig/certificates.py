"""The functions of sprig that make certificates, signed by themselves or by an authority."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import text_of
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.encoding import decode64
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.keys import (
    generate_private_key,
    new_rsa_key,
    parse_private_key,
    pem_of,
    require_cryptography,
)
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as X509
    from cryptography.x509 import CertificateBuilder, GeneralName, Name


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


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a certificate shall say."""

    name: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    days: int
    is_authority: bool = False


@dataclass(frozen=True, slots=True)
class _Signer:
    """Who signs, and with what."""

    name: "Name"
    key: Any
    certificate: "X509 | None" = None


def functions(host: Host) -> dict[str, Function]:
    """Return the functions; certificates are valid from the host's now."""

    def authority(name: str, days: int, *keys: str) -> Certificate:
        return _made(host, _Wish(name, (), (), days, is_authority=True), _key(keys), None)

    def own(name: str, ips: Any, names: Any, days: int, *keys: str) -> Certificate:
        wish = _Wish(name, _names(names), _addresses(ips), days)
        return _made(host, wish, _key(keys), None)

    def signed(
        name: str, ips: Any, names: Any, days: int, signer: Certificate, *keys: str
    ) -> Certificate:
        wish = _Wish(name, _names(names), _addresses(ips), days)
        return _made(host, wish, _key(keys), _signer_of(signer))

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


def _made(host: Host, wish: _Wish, key: Any, signer: _Signer | None) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, wish.name)] if wish.name else []
    subject = x509.Name(attributes)
    signer = signer or _Signer(subject, key)
    builder = _dated(host, wish, x509.CertificateBuilder().subject_name(subject))
    builder = builder.issuer_name(signer.name).public_key(key.public_key())
    builder = builder.serial_number(host.random_below(2**128 - 1) + 1)
    builder = _extended(builder, wish, key, signer)
    pem = _signature(builder, signer.key).public_bytes(Encoding.PEM)
    return Certificate(pem.decode(), pem_of(key))


def _signature(builder: "CertificateBuilder", key: Any) -> "X509":
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import dsa, ed25519

    if isinstance(key, dsa.DSAPrivateKey):
        problem = "x509: only RSA, ECDSA and Ed25519 keys supported"
        raise GoError(f"error creating certificate: {problem}")
    return builder.sign(
        key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    )


def _dated(host: Host, wish: _Wish, builder: "CertificateBuilder") -> "CertificateBuilder":
    from datetime import UTC, datetime, timedelta

    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(0, host.now() // 10**9)
    try:
        return builder.not_valid_before(now).not_valid_after(now + timedelta(wish.days))
    except (ValueError, OverflowError) as error:
        raise GoError(f"error creating certificate: {error}") from error


def _extended(
    builder: "CertificateBuilder", wish: _Wish, key: Any, signer: _Signer
) -> "CertificateBuilder":
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=wish.is_authority,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    constraints = x509.BasicConstraints(ca=wish.is_authority, path_length=None)
    builder = builder.add_extension(constraints, critical=True)
    return _named(_identified(builder, wish, key, signer), wish)


def _identified(
    builder: "CertificateBuilder", wish: _Wish, key: Any, signer: _Signer
) -> "CertificateBuilder":
    from cryptography import x509

    if wish.is_authority:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if signer.certificate is None:
        return builder
    try:
        theirs = signer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return builder
    named = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(theirs.value)
    return builder.add_extension(named, critical=False)


def _named(builder: "CertificateBuilder", wish: _Wish) -> "CertificateBuilder":
    from ipaddress import ip_address

    from cryptography import x509

    names: list[GeneralName] = [x509.DNSName(name) for name in wish.names]
    names += [x509.IPAddress(ip_address(address)) for address in wish.addresses]
    if not names:
        return builder
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False)


def _signer_of(authority: Certificate) -> _Signer:
    try:
        key = parse_private_key(authority.key)
    except GoError as error:
        raise GoError(f"error parsing private key: {error}") from error
    certificate = _certificate(authority.cert)
    return _Signer(certificate.subject, key, certificate)


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
