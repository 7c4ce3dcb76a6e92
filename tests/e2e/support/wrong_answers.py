"""Answers that a judge must catch, and whether it does."""

import json

import pytest

from support.judge import ask


def altered_body(alter):
    """What alters the body of an exchange's answer."""
    def alter_exchange(exchange):
        answer = json.loads(exchange.reply.body)
        alter(answer)
        exchange.reply.body = json.dumps(answer).encode("utf-8")
    return alter_exchange


def another_status(reply):
    reply.status = 202


def another_type(reply):
    reply.headers = [(name, "text/html" if name == "Content-Type" else value) for name, value in reply.headers]


def no_retry_after(reply):
    reply.headers = [(name, value) for name, value in reply.headers if name != "Retry-After"]


# How the head of an answer is altered, the share of requests that are throttled, and where it is caught.
WRONG_HEADS = [(another_status, 0, "response"), (another_type, 0, "response"),
               (no_retry_after, 100, "response.header")]


def check_caught(court, request, place):
    reply = ask(court.front.port, *request)
    assert place in reply.places, reply.violations
    with pytest.raises(AssertionError, match=place):
        court.check()
