"""Keys and certificates, issued by openssl from an authority of the cluster's own.

Each is issued once: a certificate that is there is whole, because it is renamed
into place last.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from integration.kit.command import run
from integration.kit.kubernetes.layout import DOMAIN, GATEWAY, NODE, SERVICE_API, Layout

DAYS = "3650"
AUTHORITY_CONFIG = """[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
subjectKeyIdentifier = hash
"""
API_NAMES = ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one certificate says; a server lists the *names* and *addresses* it answers to."""

    name: str
    subject: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


CONTROL_PLANE = (
    Certificate(
        "apiserver",
        "/CN=kube-apiserver",
        (*API_NAMES, f"kubernetes.default.svc.{DOMAIN}"),
        ("127.0.0.1", SERVICE_API, GATEWAY),
    ),
    Certificate("apiserver-kubelet", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
    Certificate("admin", "/O=system:masters/CN=admin"),
    Certificate("controller-manager", "/CN=system:kube-controller-manager"),
    Certificate("scheduler", "/CN=system:kube-scheduler"),
)
ON_NODE = (
    Certificate("kubelet", f"/O=system:nodes/CN=system:node:{NODE}"),
    Certificate(
        "kubelet-server",
        f"/O=system:nodes/CN=system:node:{NODE}",
        (NODE,),
        (GATEWAY, "127.0.0.1"),
    ),
    Certificate("kube-proxy", "/CN=system:kube-proxy"),
)


def issue_all(layout: Layout, certificates: tuple[Certificate, ...]) -> None:
    """Issue those of *certificates* that are missing, and the authority before them."""
    layout.pki.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_authority(layout.pki)
    _make_account_key(layout.pki)
    for certificate in certificates:
        if not (layout.pki / f"{certificate.name}.crt").exists():
            _issue(layout.pki, certificate)


def extensions_of(certificate: Certificate) -> str:
    """Return the extensions of *certificate* as openssl reads them."""
    is_server = bool(certificate.names or certificate.addresses)
    lines = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature"]
    lines.append(f"extendedKeyUsage={'serverAuth' if is_server else 'clientAuth'}")
    if is_server:
        names = [f"DNS:{name}" for name in certificate.names]
        addresses = [f"IP:{address}" for address in certificate.addresses]
        lines.append(f"subjectAltName={','.join(names + addresses)}")
    return "".join(f"{line}\n" for line in lines)


def _make_authority(folder: Path) -> None:
    final = folder / "ca.crt"
    if final.exists():
        return
    config = folder / "openssl.cnf"
    config.write_text(AUTHORITY_CONFIG)
    unfinished = folder / "ca.crt.part"
    argv = ["req", "-x509", "-new", "-config", str(config), "-extensions", "ca"]
    argv += ["-key", _new_key(folder, "ca"), "-subj", "/CN=werfish-kit", "-days", DAYS]
    _openssl(*argv, "-out", str(unfinished))
    unfinished.replace(final)


def _make_account_key(folder: Path) -> None:
    """Make the pair that signs the tokens of service accounts."""
    final = folder / "sa.pub"
    if not final.exists():
        unfinished = folder / "sa.pub.part"
        _openssl("pkey", "-in", _new_key(folder, "sa"), "-pubout", "-out", str(unfinished))
        unfinished.replace(final)


def _issue(folder: Path, certificate: Certificate) -> None:
    extensions, request, unfinished = (
        folder / f"{certificate.name}.{ending}" for ending in ("ext", "csr", "part")
    )
    extensions.write_text(extensions_of(certificate))
    key = _new_key(folder, certificate.name)
    config = str(folder / "openssl.cnf")
    subject = ["-key", key, "-subj", certificate.subject]
    _openssl("req", "-new", "-config", config, *subject, "-out", str(request))
    signer = ["-CA", str(folder / "ca.crt"), "-CAkey", str(folder / "ca.key"), "-CAcreateserial"]
    argv = ["x509", "-req", "-in", str(request), *signer, "-days", DAYS]
    _openssl(*argv, "-extfile", str(extensions), "-out", str(unfinished))
    unfinished.replace(folder / f"{certificate.name}.crt")
    extensions.unlink()
    request.unlink()


def _new_key(folder: Path, name: str) -> str:
    path = folder / f"{name}.key"
    curve = "ec_paramgen_curve:P-256"
    _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", str(path))
    return str(path)


def _openssl(*words: str) -> None:
    run(["openssl", *words], doing=f"kubernetes: openssl {words[0]}")
