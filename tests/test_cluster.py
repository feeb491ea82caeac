"""Grading on a Dask cluster: the same results as on one machine, whatever happens to its workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from test_policy import course, grader  # noqa: F401
from test_run import BROKEN

from grader.classroom.manifest import read
from grader.errors import AuthorError
from grader.run.local import Job, Pool

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="stops workers by signals"),
    # Dask's own loops leave sockets to the end of the process.
    pytest.mark.filterwarnings("ignore"),
]


class Machines:
    """A scheduler and some workers, each a process of its own, on loopback."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file), "--no-dashboard"
        )
        deadline = time.monotonic() + 60
        while not self.file.exists() or not self.file.read_text():
            assert time.monotonic() < deadline, "no scheduler"
            time.sleep(0.1)
        self.address = json.loads(self.file.read_text())["address"]
        for _ in range(workers):
            self.add()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.processes.append(process)
        return process

    def add(self) -> subprocess.Popen[bytes]:
        # Without a nanny: nobody brings back what is killed.
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--death-timeout", "60")
        return self.start("worker", self.address, *options)

    def stop(self) -> None:
        for process in self.processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait(30)


@pytest.fixture
def machines(tmp_path):
    made = Machines(tmp_path, 2)
    yield made
    made.stop()


def jobs_of(folder: Path, count: int) -> list[Job]:
    """Right, wrong and unreadable answers to the questions of a class."""
    manifest = read((folder / "out" / "manifest.json").read_text(), "m")
    items = [part.items["1"] for part in manifest.students.values()]
    texts = ("17", "2x +* 3)", "", "x^2 sin(x)")
    made = []
    for k in range(count):
        item = items[k % len(items)]
        made.append(Job(item, item["reference"] if k % 2 else texts[k // 2 % len(texts)]))
    return made


def told(results) -> list:
    return [result.graded for result in results]


def connected(machines: Machines):
    from grader.run.cluster import Cluster

    cluster = Cluster(machines.address, seconds=20)
    deadline = time.monotonic() + 60
    while len(cluster._client.nthreads()) < 2:
        assert time.monotonic() < deadline, "the workers did not come"
        time.sleep(0.1)
    return cluster


def test_two_machines_grade_as_one(course, machines):  # noqa: F811
    jobs = [*jobs_of(course, 150), Job(BROKEN, "2x")]
    heard: list[int] = []
    with Pool(2) as pool:
        local = pool.grade(jobs)
    with connected(machines) as cluster:
        found = cluster.grade(jobs, heard.append)
    assert told(found) == told(local)
    assert found[-1].graded.outcome == "undecided" and heard[-1] == len(jobs) and heard == sorted(heard)


def test_a_worker_that_is_killed_loses_nothing(course, machines):  # noqa: F811
    jobs = jobs_of(course, 900)
    with connected(machines) as cluster:
        victim = machines.processes[1]
        first = threading.Event()

        def heard(count: int) -> None:
            first.set()

        def kill() -> None:
            first.wait(60)
            os.killpg(victim.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        found = cluster.grade(jobs, heard)
        killer.join()
        assert victim.wait(30) == -signal.SIGKILL
    assert len(found) == len(jobs)
    with Pool(2) as pool:
        assert told(found) == told(pool.grade(jobs))


def test_results_are_the_same_bytes(course, machines, monkeypatch):  # noqa: F811
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    words = ("grade", "in/2", "--manifest", "out/manifest.json", "--format", "json,csv")
    grader(*words, "--out", "one")
    with connected(machines):
        grader(*words, "--out", "many", "--scheduler", machines.address)
    for name in ("results.json", "results.csv"):
        assert (course / "one" / name).read_bytes() == (course / "many" / name).read_bytes()


def test_a_local_cluster(course):  # noqa: F811
    from distributed import LocalCluster

    from grader.run.cluster import Cluster

    jobs = jobs_of(course, 60)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as machine:
        with Cluster(machine.scheduler_address) as cluster:
            found = cluster.grade(jobs)
    with Pool(2) as pool:
        assert told(found) == told(pool.grade(jobs))


def test_an_answer_that_kills_its_worker_is_undecided_and_the_others_are_graded(course, machines, monkeypatch):  # noqa: F811
    """Not the process that grades, which is replaced: the worker of the cluster itself."""
    from grader.run import cluster as module

    jobs = jobs_of(course, 8)
    with connected(machines) as cluster:
        sent = cluster._sent

        def poisoned(some: list[Job]):
            if any(job.text == "17" for job in some):
                return cluster._client.submit(os._exit, 1, pure=False, retries=0)
            return sent(some)

        monkeypatch.setattr(cluster, "_sent", poisoned)
        # Two chunks, the first of which kills.
        monkeypatch.setattr(module, "_CHUNK", 4)
        cluster._client.set_metadata("x", 1)
        found = []
        done = threading.Event()

        def bring_back() -> None:
            # What the cluster's operator has for it: workers that come back.
            while not done.wait(0.5):
                if sum(p.poll() is None for p in machines.processes) < 3:
                    machines.add()

        keeper = threading.Thread(target=bring_back)
        keeper.start()
        try:
            found = cluster.grade(jobs)
        finally:
            done.set()
            keeper.join()
    assert len(found) == len(jobs)
    for job, result in zip(jobs, found, strict=True):
        assert (result.graded.outcome == "undecided") == (job.text == "17"), job.text


def test_no_scheduler_is_said_in_words():
    from grader.run.cluster import Cluster

    with pytest.raises(AuthorError, match="no scheduler answers"):
        Cluster("tcp://127.0.0.1:9", patience=1)
