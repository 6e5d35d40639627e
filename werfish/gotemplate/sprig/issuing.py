"""Make certificates, with what sprig puts into them; ``cryptography`` does the work."""

from typing import TYPE_CHECKING, Any

from stages.light_dataclass import dataclass
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.keys import pem_of

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as X509
    from cryptography.x509 import CertificateBuilder, GeneralName, Name


@dataclass(frozen=True, slots=True)
class Wish:
    """What a certificate shall say."""

    name: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    days: int
    is_authority: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and with what."""

    name: "Name"
    key: Any
    certificate: "X509 | None" = None


def issued(host: Host, wish: Wish, key: Any, signer: Signer | None) -> tuple[str, str]:
    """Return the certificate and its key, both PEM; without *signer* it signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, wish.name)] if wish.name else []
    subject = x509.Name(attributes)
    signer = signer or Signer(subject, key)
    builder = _dated(host, wish, x509.CertificateBuilder().subject_name(subject))
    builder = builder.issuer_name(signer.name).public_key(key.public_key())
    builder = builder.serial_number(host.random_below(2**128 - 1) + 1)
    builder = _extended(builder, wish, key, signer)
    pem = _signature(builder, signer.key).public_bytes(Encoding.PEM)
    return pem.decode(), pem_of(key)


def _signature(builder: "CertificateBuilder", key: Any) -> "X509":
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import dsa, ed25519

    if isinstance(key, dsa.DSAPrivateKey):
        problem = "x509: only RSA, ECDSA and Ed25519 keys supported"
        raise GoError(f"error creating certificate: {problem}")
    return builder.sign(
        key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    )


def _dated(host: Host, wish: Wish, builder: "CertificateBuilder") -> "CertificateBuilder":
    from datetime import UTC, datetime, timedelta

    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(0, host.now() // 10**9)
    try:
        return builder.not_valid_before(now).not_valid_after(now + timedelta(wish.days))
    except (ValueError, OverflowError) as error:
        raise GoError(f"error creating certificate: {error}") from error


def _extended(
    builder: "CertificateBuilder", wish: Wish, key: Any, signer: Signer
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
    builder: "CertificateBuilder", wish: Wish, key: Any, signer: Signer
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


def _named(builder: "CertificateBuilder", wish: Wish) -> "CertificateBuilder":
    from ipaddress import ip_address

    from cryptography import x509

    names: list[GeneralName] = [x509.DNSName(name) for name in wish.names]
    names += [x509.IPAddress(ip_address(address)) for address in wish.addresses]
    if not names:
        return builder
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
