"""Private keys as PEM text; made and read by the package ``cryptography``, which is optional."""

from typing import TYPE_CHECKING, Any

from werfish.gotemplate.errors import GoError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


def require_cryptography() -> None:
    """Raise GoError where the package is not installed."""
    from importlib.util import find_spec

    if find_spec("cryptography") is None:
        raise GoError('the package "cryptography" is needed for keys, certificates and AES')


def generate_private_key(kind: str) -> str:
    """Return a new key: ``rsa`` (also for an empty name), ``ecdsa``, ``ed25519`` or ``dsa``."""
    require_cryptography()
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

    match kind:
        case "" | "rsa":
            return pem_of(rsa.generate_private_key(65537, 4096))
        case "dsa":
            return pem_of(dsa.generate_private_key(2048))
        case "ecdsa":
            return pem_of(ec.generate_private_key(ec.SECP256R1()))
        case "ed25519":
            return pem_of(ed25519.Ed25519PrivateKey.generate())
        case _:
            return f"Unknown type {kind}"


def new_rsa_key() -> "PrivateKeyTypes":
    """Return a new key of 2048 bits, as certificates get where none is given."""
    require_cryptography()
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, 2048)


def pem_of(key: Any) -> str:
    """Write a key in the form that its kind has by tradition; Ed25519 in PKCS 8."""
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    modern = isinstance(key, ed25519.Ed25519PrivateKey)
    form = PrivateFormat.PKCS8 if modern else PrivateFormat.TraditionalOpenSSL
    pem: bytes = key.private_bytes(Encoding.PEM, form, NoEncryption())
    return pem.decode()


def parse_private_key(pem: str) -> "PrivateKeyTypes":
    """Read a key without a password; GoError where *pem* is none."""
    require_cryptography()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    begin, _, name = pem.partition("-----BEGIN ")
    kind = name.partition("-----")[0]
    if not kind:
        raise GoError("no PEM data in input")
    if not kind.endswith("PRIVATE KEY"):
        raise GoError(f"no private key data in PEM block of type {kind}")
    try:
        return load_pem_private_key(pem[len(begin) :].encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        shown = kind.removesuffix("PRIVATE KEY").strip() or "PKCS#8"
        raise GoError(f"parsing {shown} private key from PEM: {error}") from error
