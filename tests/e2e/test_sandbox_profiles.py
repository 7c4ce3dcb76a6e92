"""The sandbox as a program that plays more than one API: what it says when it is ready, and what it is asked by then.
What the APIs answer is tests/unit/sandbox's."""

import json
import subprocess
import urllib.error
import urllib.request

import pytest

from support.program import BIN, HANG_GUARD, KEY

V1_5, V1 = "tenovos", "tenovos-v1"
PERSON = {"emailId": "perceval@kaamelott.example", "firstName": "Perceval", "lastName": "de Galles"}


def ask(sandbox, method, path, body=None, session=None):
    headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
    if session:
        headers |= {"Authorization": session["authorization"], "AccessToken": session["accessToken"]}
    data = None if body is None else json.dumps(body).encode("utf-8")
    request = urllib.request.Request(sandbox.base_url + path, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=HANG_GUARD) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def sign_in(sandbox, **other):
    access = sandbox.access | other
    names = {"username": "username", "password": "password", "clientId": "client_id"}
    body = {name: access[chosen] for name, chosen in names.items() if access[chosen] is not None}
    status, answer = ask(sandbox, "POST", "/auth/token", body)
    return answer["session"] if status == 200 else status


@pytest.mark.parametrize("profile, base", [(V1_5, "/v1"), (V1, "/content-store-v1")])
def test_what_nobody_chose_is_told_and_lets_in(start_sandbox, profile, base):
    sandbox = start_sandbox("--profile", profile)
    assert sandbox.base_url.endswith(base)
    session = sign_in(sandbox)
    assert ask(sandbox, "GET", "/user/search/*", session=session)[0] == 200
    assert ask(sandbox, "GET", "/user/search/*")[0] == 401


@pytest.mark.parametrize("profile", [V1_5, V1])
def test_credentials_are_chosen_by_the_environment_and_not_told(start_sandbox, profile):
    chosen = {"username": "ch0sen-name", "password": "ch0sen-password"}
    if profile == V1:
        chosen["client_id"] = "ch0sen-client"
    sandbox = start_sandbox("--profile", profile, **chosen)
    assert not {"api_key", *chosen} & set(sandbox.ready)
    session = sign_in(sandbox)
    assert [sign_in(sandbox, **{name: "another"}) for name in chosen] == [401] * len(chosen)
    assert ask(sandbox, "GET", "/user/search/ch0sen-name", session=session)[1]["status"] == "success"
    assert "ch0sen" not in json.dumps(sandbox.ledger())
    assert sandbox.summary()["sign_ins"] == 1 + len(chosen)


def test_sessions_are_set_on_the_command_line(start_sandbox):
    sandbox = start_sandbox("--profile", V1_5, "--session-requests", "1", "--refresh", "off")
    session = sign_in(sandbox)
    assert [ask(sandbox, "GET", "/roles", session=session)[0] for _ in range(2)] == [200, 401]
    tokens = {name: session[name] for name in ("accessToken", "refreshToken")}
    assert ask(sandbox, "POST", "/auth/token", {"session": tokens})[0] == 401
    assert [entry["operation"] for entry in sandbox.sign_ins()] == ["sign_in", "refresh"]
    assert sandbox.writes() == []


def test_a_file_of_people_is_gone_on_with_by_the_next_process(start_sandbox, tmp_path):
    sandbox = start_sandbox("--profile", V1_5, "--state", tmp_path / "state.json", people=[PERSON])
    session = sign_in(sandbox)
    perceval = sandbox.user("perceval@kaamelott.example")
    status, answer = ask(sandbox, "PATCH", f"/user/{perceval['userId']}", {"contact": 612345678}, session)
    assert (status, answer["contact"]) == (200, "612345678")
    sandbox.restart()
    assert ask(sandbox, "GET", f"/user/{perceval['userId']}", session=session)[0] == 401  # nobody is signed in any more
    assert ask(sandbox, "GET", f"/user/{perceval['userId']}", session=sign_in(sandbox)) == (200, answer)


@pytest.mark.parametrize("line, said", [
    (["--profile", "salesforce"], "the APIs it knows are partoo, tenovos, tenovos-v1"),
    (["--session-requests", "5"], "nobody signs in to this API"),
    (["--profile", V1_5, "--ignores", "first_name"], "attributes of a user"),
])
def test_what_cannot_be_played_is_refused(line, said):
    refused = subprocess.run([BIN / "rostersync-sandbox", *line], capture_output=True, text=True, timeout=HANG_GUARD)
    assert refused.returncode == 1
    assert said in refused.stderr


@pytest.mark.parametrize("profile", ["partoo", V1_5, V1])
def test_people_that_are_dumped_can_be_read(start_sandbox, profile):
    line = [BIN / "rostersync-sandbox", "--profile", profile, "--users", "20", "--dump-people"]
    dumped = subprocess.run(line, capture_output=True, check=True, timeout=HANG_GUARD).stdout
    people = json.loads(dumped)
    assert start_sandbox("--profile", profile, people=people).users() == people
