"""A rostersync-sandbox process, and what its control address tells of the requests that reached it."""

import json
import subprocess
import urllib.request

from support.program import BIN, HANG_GUARD, KEY, sanitizer_options

LIMITS_OFF = ["--rate", "off"]
SIGN_INS = ("sign_in", "refresh")


class Sandbox:
    def __init__(self, *arguments, people=None, directory=None, key=KEY, username=None, password=None, client_id=None):
        """With --state it can be restarted. The last three are for APIs that are signed in to (--profile tenovos)."""
        line = [*map(str, arguments)]
        if people is not None:
            file = directory / "people.json"
            file.write_text(json.dumps(people), encoding="utf-8")
            line += ["--people", str(file)]
        if "--rate" not in line:
            line += LIMITS_OFF
        self.arguments = line
        chosen = {"KEY": key, "USERNAME": username, "PASSWORD": password, "CLIENT_ID": client_id}
        self.access = {name.lower(): value for name, value in chosen.items() if value is not None}
        self.environment = {f"ROSTERSYNC_SANDBOX_{name.upper()}": value for name, value in self.access.items()}
        self.environment.update(sanitizer_options())
        self.before = []  # the ledgers of earlier processes
        self.running = False
        self.start()

    def start(self, *arguments):
        line = [str(BIN / "rostersync-sandbox"), *self.arguments, *map(str, arguments)]
        self.process = subprocess.Popen(line, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        ready = self.process.stdout.readline()
        assert ready, self.process.communicate()[1].decode()
        self.ready = addresses = json.loads(ready)
        self.running = True
        for name in ("username", "password", "client_id"):
            self.access.setdefault(name, addresses.get(name))
        self.base_url = addresses["base_url"]
        self.control_url = addresses["control_url"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode("utf-8")
        request = urllib.request.Request(self.control_url + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=HANG_GUARD) as answer:
            return json.load(answer)

    def ledger(self):
        return self.before + self.ask("GET", "/ledger")

    def forget(self):
        """What came so far is of no interest."""
        self.before = []
        self.ask("DELETE", "/ledger")

    def stop(self):
        """Nothing is carried out any more, and then nobody listens; what was answered is kept in the state file."""
        self.faults(**{"fail-after": 0})
        self.before = self.ledger()
        self.ports = [url.rsplit(":", 1)[1].split("/")[0] for url in (self.base_url, self.control_url)]
        self.end()

    def restart(self):
        """The same users at the same addresses; settings that were changed are as they were in the beginning."""
        if self.running:
            self.stop()
        self.start("--port", self.ports[0], "--control-port", self.ports[1])

    def summary(self):
        return self.ask("GET", "/summary")

    def faults(self, **settings):
        return self.ask("POST", "/faults", settings)

    def users(self):
        return self.ask("GET", "/users")

    def user(self, email):
        found = [user for user in self.users()
                 if user.get("email", user.get("emailId")).casefold() == email.casefold()]
        assert len(found) == 1, (email, found)
        return found[0]

    def begin_with(self, people):
        """As if it had just been started with these."""
        self.ask("PUT", "/users", people)
        self.forget()

    def writes(self):
        return [entry for entry in self.ledger() if entry["method"] != "GET" and entry["operation"] not in SIGN_INS]

    def sign_ins(self):
        return [entry for entry in self.ledger() if entry["operation"] in SIGN_INS]

    def creates(self):
        return [entry for entry in self.writes() if entry["path"].endswith("/user")]

    def updates(self):
        return [entry for entry in self.writes() if not entry["path"].endswith("/user")]

    def committed(self):
        return [entry for entry in self.writes() if entry["committed"]]

    def close(self):
        if self.running:
            self.end()

    def end(self):
        self.running = False
        if self.process.poll() is None:
            self.process.terminate()
        stderr = self.process.communicate(timeout=HANG_GUARD)[1].decode()
        assert self.process.returncode == 0 and not stderr, f"the sandbox ended with {self.process.returncode}: {stderr}"
