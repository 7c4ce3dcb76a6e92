"""nginx as the TLS front of a server, with certificates from an authority that is made for the tests."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from support.program import HANG_GUARD

NGINX = next((path for path in ("/usr/sbin/nginx", "/usr/bin/nginx") if os.access(path, os.X_OK)), "nginx")

# A socket of the file system needs no port that might be taken; one process needs no root to be dropped.
CONFIGURATION = """
daemon off;
master_process off;
pid nginx.pid;
error_log error.log info;
events {{ worker_connections 512; }}
http {{
  log_format told '$connection $connection_requests $server_protocol $status $request_method $request_uri';
  access_log access.log told;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  client_max_body_size 8m;
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Connection "";
  proxy_ignore_client_abort on;
  proxy_next_upstream off;
  ssl_certificate {certificate};
  ssl_certificate_key {key};
  {settings}
  upstream target {{ server {target}; keepalive 32; }}
  server {{
    listen unix:{socket} ssl http2;
    location / {{ proxy_pass http://target; {location} }}
  }}
}}
"""


class Authority:
    """Issues certificates, and can be trusted or not."""

    def __init__(self, directory, name="The tests' authority"):
        self.directory = directory
        self.certificate = directory / "authority.pem"
        self.issued = 0
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", f"/CN={name}", "-keyout", directory / "authority.key", "-out", self.certificate)

    def openssl(self, *arguments):
        run = subprocess.run(["openssl", *map(str, arguments)], cwd=self.directory, capture_output=True, text=True,
                             timeout=HANG_GUARD)
        assert run.returncode == 0, run.stderr

    def issue(self, names="DNS:localhost,IP:127.0.0.1", days=1):
        """Certificate and key of a server; `days` may be negative: run out since."""
        self.issued += 1
        stem = self.directory / f"server-{self.issued}"
        request, key, certificate, extensions = map(stem.with_suffix, (".csr", ".key", ".pem", ".ext"))
        extensions.write_text(f"subjectAltName={names}\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=server",
                     "-keyout", key, "-out", request)
        self.openssl("x509", "-req", "-in", request, "-days", days, "-extfile", extensions, "-out", certificate,
                     "-CA", self.certificate, "-CAkey", self.directory / "authority.key")
        return certificate, key


class Front:
    def __init__(self, target, certificate, settings="", location=""):
        """`target`: a URL of the server, whose path does not matter; the rest is nginx's own language."""
        self.scratch = tempfile.TemporaryDirectory(prefix="front-")  # short, as a socket's path must be
        self.directory = Path(self.scratch.name)
        self.socket = str(self.directory / "socket")
        file = self.directory / "nginx.conf"
        file.write_text(CONFIGURATION.format(socket=self.socket, target=urlsplit(target).netloc, certificate=certificate[0],
                                             key=certificate[1], settings=settings, location=location))
        self.process = subprocess.Popen([NGINX, "-p", self.directory, "-e", "error.log", "-c", file],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        listening = self.directory / "nginx.pid"  # written when the socket listens
        while not (listening.exists() and listening.read_text().strip()):
            assert self.process.poll() is None, self.process.communicate()[1].decode() + self.errors()

    def errors(self):
        log = self.directory / "error.log"
        return log.read_text() if log.exists() else ""

    def requests(self, count):
        """Of those answered, once there are `count`: connection, number in it, protocol, status, method, target."""
        end = time.monotonic() + HANG_GUARD
        while len(lines := (self.directory / "access.log").read_text().splitlines()) < count:
            assert time.monotonic() < end, f"{len(lines)} requests, and not {count}: {lines}"
        return [line.split(" ", 5) for line in lines]

    def close(self):
        self.process.terminate()
        self.process.communicate(timeout=HANG_GUARD)
        self.scratch.cleanup()
