"""The lab's certificate authority is a proper one, and a new one each time."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backtalk.lab.gateway import authority


def test_an_authority_signs_itself_and_may_sign_others(tmp_path):
    certificate = x509.load_pem_x509_certificate(authority.make(tmp_path / "new").read_bytes())
    certificate.public_key().verify(
        certificate.signature,
        certificate.tbs_certificate_bytes,
        padding.PKCS1v15(),
        certificate.signature_hash_algorithm,
    )
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert certificate.subject.rfc4514_string() == "O=Backtalk lab,CN=Backtalk lab"


def test_two_labs_share_nothing(tmp_path):
    first, second = (authority.make(tmp_path / name).read_bytes() for name in ("first", "second"))
    assert first != second


def test_the_key_stays_apart_from_what_subjects_get(tmp_path):
    alone = authority.make(tmp_path)
    secret = tmp_path / "mitmproxy-ca.pem"
    assert b"PRIVATE" not in alone.read_bytes()
    assert secret.stat().st_mode & 0o077 == 0
    key = load_pem_private_key(secret.read_bytes(), None)
    assert key.public_key() == x509.load_pem_x509_certificate(alone.read_bytes()).public_key()
