"""nginx as a directory that answers from files: the fastest server at hand, so that what is measured is the client."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {run}/nginx.pid;
error_log {run}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log {log};
  default_type application/json;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  keepalive_timeout 300s;
  client_body_temp_path {run}/body;
  proxy_temp_path {run}/proxy;
  fastcgi_temp_path {run}/fastcgi;
  uwsgi_temp_path {run}/uwsgi;
  scgi_temp_path {run}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    root {data};
    location = /v2/user/me {{ alias {data}/me.json; }}
    location = /v2/user/search {{ try_files /pages/$arg_page.json =404; }}
    location = /v2/user {{ return 200 '{{"id":"6fffffffffffffffffffffff","status":"success"}}'; }}
    location /v2/user/ {{
      if ($request_method = POST) {{ return 200 '{{"id":"6fffffffffffffffffffffff","status":"success"}}'; }}
      alias {data}/users/;
    }}
  }}
}}
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Nginx:
    """Serves the folder `data`. `log`: where each request's line goes."""

    def __init__(self, data, log=None):
        self.run = Path(tempfile.mkdtemp(prefix="rostersync-bench-"))
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.base_url = self.origin + "/v2"
        file = self.run / "nginx.conf"
        file.write_text(CONFIGURATION.format(run=self.run, data=Path(data).resolve(), port=self.port, log=log or "off"))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        as_user = [] if os.geteuid() else ["-g", "user root;"]
        self.process = subprocess.Popen([program, "-p", self.run, "-c", file, *as_user], stderr=subprocess.DEVNULL)
        self.wait_until_it_listens()

    def wait_until_it_listens(self):
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"nginx does not start: {(self.run / 'error.log').read_text()}") from None
                time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.run, ignore_errors=True)
