"""Downloads by https, and through a proxy: who answers is who was asked."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from retrieval.ingesting.downloading import DownloadRules, download
from retrieval.ingesting.hosts import AllowedHost
from tests.ingesting.downloads import LOOPBACK, PAGE, names, refused, rules
from tests.ingesting.serving import answering


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of docs.example that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "docs.example")])
    now = datetime.now(UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("docs.example")]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256()))
    file = tmp_path_factory.mktemp("tls") / "docs.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    return file


@pytest.fixture
def secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with answering(context) as answers:
        yield answers


def trusting(certificate):
    return lambda: ssl.create_default_context(cafile=certificate)


def test_the_server_has_to_show_a_certificate_of_the_name_and_not_of_the_address(
        secure, certificate):
    secure.page("/u", PAGE)
    by = rules(secure, certificates=trusting(certificate), resolver=names(
        {"docs.example": [LOOPBACK], "other.example": [LOOPBACK]}),
        allowed=(AllowedHost("docs.example", secure.port),
                 AllowedHost("other.example", secure.port)))

    assert download(secure.url("/u", "docs.example"), by).data == PAGE
    assert "Hostname mismatch" in refused(secure.url("/u", "other.example"), by)


def test_a_certificate_of_nobody_we_know_is_refused(secure):
    secure.page("/u", PAGE)
    assert "certificate verify failed" in refused(
        secure.url("/u", "docs.example"), rules(secure))


def test_nothing_goes_on_in_the_clear_that_began_encrypted(secure, certificate, server):
    server.page("/u", PAGE)
    secure.redirect("/a", server.url("/u"))
    by = rules(secure, certificates=trusting(certificate), allowed=(
        AllowedHost("docs.example", secure.port), AllowedHost("127.0.0.1", server.port)))

    assert refused(secure.url("/a", "docs.example"), by) == (
        "it redirects from https to http, where anybody on the way could change the document "
        f"({server.url('/u')})")
    assert server.asked == []


def test_a_proxy_that_is_set_is_gone_through_and_inner_addresses_are_refused_before_it(server):
    server.page("http://docs.example/u", PAGE)
    by = DownloadRules(proxy=f"http://127.0.0.1:{server.port}", resolver=names(
        {"inside.example": [ip_address("10.0.0.5")]}))

    assert download("http://docs.example/u", by).data == PAGE
    assert refused("http://inside.example/u", by) == (
        "the address leads to a private network (10.0.0.5)")
    assert refused("http://[::1]/u", by) == "the address leads to this machine (::1)"
    assert [path for path, _ in server.asked] == ["http://docs.example/u"]
