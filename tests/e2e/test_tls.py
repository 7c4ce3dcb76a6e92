"""TLS, with nginx in front of the directory: whom the program trusts, what it says where it does not, and that a
connection which fails under it is no reason to write anything twice."""

import pytest

from support.front import Authority
from support.people import company, new_row, person, row_of
from support.scripted import Drop
from support.wire import Tunnel


def trusting(job, authority):
    job.environment["SSL_CERT_FILE"] = str(authority.certificate)
    return job


def test_an_authority_of_ones_own_is_named_in_ssl_cert_file(start_sandbox, start_front, start_wire, make_job, authority,
                                                           certificate):
    sandbox = start_sandbox(people=company(2))
    wire = start_wire(Tunnel, start_front(sandbox.base_url, certificate).socket)
    job = trusting(make_job(wire), authority)
    roster = job.roster([row_of(person(1), lang="de"), new_row(1)])
    assert job.sync(roster).totals == {"rows": 2, "updated": 1, "created": 1}
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 2, "unchanged": 2}, again


def old_tls_allowed(job):
    """Whatever this machine's OpenSSL is set to: then it is the program alone that stands against it."""
    lax = job.directory / "openssl.cnf"
    lax.write_text("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
                   "[lax]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n")
    job.environment["OPENSSL_CONF"] = str(lax)


OLD_TLS = "ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;"

# How the server's certificate is issued, nginx's settings, what befalls the job, what the message must say.
NOT_TRUSTED = {
    "expired": ({"days": -1}, "", None, ["has expired", "clock"]),
    "another host's": ({"names": "DNS:api.example.com"}, "", None, ["another host", "base_url"]),
    "a name that only begins alike": ({"names": "DNS:localhost.example.com"}, "", None, ["another host", "base_url"]),
    "an address in place of a name": ({"names": "IP:127.0.0.1"}, "", None, ["another host", "base_url"]),
    "an unknown authority's": ({}, "", lambda job: job.environment.pop("SSL_CERT_FILE"),
                               ["not trusted", "SSL_CERT_FILE"]),
    "no authorities at all": ({}, "", lambda job: job.environment.update(SSL_CERT_FILE="/nonexistent/authority.pem"),
                              ["/nonexistent/authority.pem", "check SSL_CERT_FILE"]),
    "TLS 1.1": ({}, OLD_TLS, None, ["TLS 1.2"]),
    "TLS 1.1 on a lax machine": ({}, OLD_TLS, old_tls_allowed, ["TLS 1.2"]),
}


@pytest.mark.parametrize("case", NOT_TRUSTED.values(), ids=NOT_TRUSTED)
def test_a_directory_that_cannot_be_trusted_is_told_nothing(start_directory, start_front, start_wire, make_job,
                                                            authority, case):
    issued, settings, befall, words = case
    server = start_directory([person(1)])
    wire = start_wire(Tunnel, start_front(server.origin, authority.issue(**issued), settings).socket)
    job = trusting(make_job(wire), authority)
    (job.directory / ".curlrc").write_text("insecure\n")
    if befall:
        befall(job)
    result = job.sync(job.roster([new_row(1), row_of(person(1), lang="de")]))
    assert result.code == 1, result
    assert server.requests == []
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and wire.base_url in errors[0], result
    assert all(word in errors[0] for word in words), errors
    assert wire.connections == 1  # no further attempt would have changed anything
    assert result.totals == {"rows": 2, "skipped": 2}


def test_the_certificate_of_an_impostor(start_directory, start_front, start_wire, make_job, authority, tmp_path):
    """Another authority that calls itself by the same name."""
    (tmp_path / "impostor").mkdir()
    impostor = Authority(tmp_path / "impostor")
    server = start_directory([person(1)])
    wire = start_wire(Tunnel, start_front(server.origin, impostor.issue()).socket)
    result = trusting(job := make_job(wire), authority).sync(job.roster([new_row(1)]))
    assert result.code == 1 and "not trusted" in result.words(), result
    assert server.requests == [] and wire.connections == 1


def test_a_server_without_tls_at_an_https_address(start_directory, make_job):
    server = start_directory([person(1)])
    job = make_job(server)
    result = job.sync(job.roster([new_row(1)]), "--base-url", server.base_url.replace("http:", "https:"))
    assert result.code == 1, result
    assert "does not speak TLS" in result.stderr and "port" in result.stderr
    assert "after 1 attempt:" in result.stderr
    assert server.requests == []


@pytest.mark.parametrize("option", ["-k", "--insecure", "--no-verify", "--no-check-certificate", "--skip-tls-verify"])
def test_verification_cannot_be_turned_off(make_job, option):
    job = make_job()
    result = job.sync(job.roster([new_row(1)]), option)
    assert result.code == 1 and option in result.stderr, result


@pytest.mark.parametrize("key", ["insecure", "verify", "verify_tls", "tls"])
def test_nor_by_the_configuration(make_job, key):
    job = make_job().configure(http={key: False})
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 1 and key in result.stderr, result


def test_a_handshake_that_breaks_off_is_tried_again(start_directory, start_front, start_wire, make_job, authority,
                                                   certificate):
    server = start_directory([person(1)])
    wire = start_wire(Tunnel, start_front(server.origin, certificate).socket,
                      lambda connection: (None, [0, 5, 700][connection - 1] if connection <= 3 else None))
    job = trusting(make_job(wire), authority)
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 0 and len(server.writes) == 1, result
    assert wire.connections == 4


def test_a_certificate_that_goes_bad_under_a_create(start_directory, start_front, start_wire, make_job, authority,
                                                   certificate):
    """The create was carried out and its connection lost; libcurl makes another at once, and meets a certificate that
    is no good. That tells nothing of the create, which is settled by reading as soon as reading is possible."""
    def script(request):
        if request.is_write:
            server.regular(request)
            wire.target = bad.socket
            wire.reset_all()
            return Drop()
        return None

    server = start_directory([person(1)], script)
    good = start_front(server.origin, certificate)
    bad = start_front(server.origin, authority.issue(days=-1))
    wire = start_wire(Tunnel, good.socket)
    job = trusting(make_job(wire), authority)
    roster = job.roster([new_row(1)])
    result = job.sync(roster)
    assert result.code == 3, result
    assert (result.entry(1)["outcome"], result.entry(1)["reason"]) == ("failed", "unsettled")
    assert "expired" in result.entry(1)["message"]
    wire.target = good.socket
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 1, "unchanged": 1}, again
    assert len(server.creates) == 1 and len(server.people) == 3
