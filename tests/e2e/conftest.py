"""The end-to-end tests: the real program against real server processes on loopback, with faults."""

import os
import queue
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.front import Authority, Front
from support.program import Job
from support.sandbox import Sandbox
from support.scripted import Directory


@pytest.fixture
def start_sandbox(tmp_path):
    """Starts sandboxes, which must end in order when the test does."""
    started = []

    def start(*arguments, **options):
        started.append(Sandbox(*arguments, directory=tmp_path, **options))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.close()


@pytest.fixture
def start_directory():
    """Starts scripted directories."""
    started = []

    def start(people=None, script=None):
        started.append(Directory(people, script))
        return started[-1]

    yield start
    for directory in started:
        directory.close()


@pytest.fixture
def start_wire():
    """Starts wires that fail."""
    started = []

    def start(kind, *arguments, **options):
        started.append(kind(*arguments, **options))
        return started[-1]

    yield start
    for wire in started:
        wire.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Whom SSL_CERT_FILE may name."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def certificate(authority):
    """One that is good."""
    return authority.issue()


@pytest.fixture
def start_front():
    """Starts TLS fronts."""
    started = []

    def start(*arguments, **options):
        started.append(Front(*arguments, **options))
        return started[-1]

    yield start
    for front in started:
        front.close()


@pytest.fixture
def make_job(tmp_path):
    """A job for a server's base URL (or for none, where nothing is to be sent)."""

    def make(server=None, name="job"):
        directory = tmp_path / name
        directory.mkdir()
        return Job(directory, "http://127.0.0.1:9/v2" if server is None else server.base_url)

    return make


# Sweeps over every request and every write of the journal; the sanitizer's build, which is slow, takes some of them.
SWEEP_EVERY = int(os.environ.get("ROSTERSYNC_SWEEP_EVERY", "1"))


@pytest.fixture
def in_parallel(start_sandbox):
    """work(sandbox, item) for each item, with a few sandboxes that are used one after another."""

    def run(work, items, *arguments):
        items = items[::SWEEP_EVERY]
        free = queue.SimpleQueue()
        workers = min(len(items), 1 + (os.cpu_count() or 1))
        for _ in range(workers):
            free.put(start_sandbox(*arguments))

        def one(item):
            sandbox = free.get()
            try:
                return work(sandbox, item)
            except Exception as error:
                raise AssertionError(f"{item}: {error}") from error
            finally:
                free.put(sandbox)

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(one, items))

    return run
