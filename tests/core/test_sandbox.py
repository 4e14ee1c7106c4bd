"""Worker processes: whatever a document does to its worker, it costs that document alone."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.engines.reading.extract import samples

from wayhome.core.sandbox import Bounds, Pool, Read, Unread, read_document, read_many, read_tree
from wayhome.core.sandbox.frames import unpack_answer
from wayhome.core.sandbox.process import resident
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import Limits

MEGABYTE = 1024 * 1024
TEXT = "wayhome.engines.reading.extract:extract_within"


@pytest.fixture(scope="module")
def bare():
    """Two workers without language models, each with 200 MB beyond its start."""
    with Pool(2, Bounds(wall_seconds=20, cpu_seconds=20, memory_bytes=200 * MEGABYTE), warm="") as pool:
        yield pool


@pytest.fixture(scope="module")
def reader():
    """One worker with everything, as the product uses it."""
    with Pool(1) as pool:
        yield pool


def error_of(pool: Pool, name: str, *arguments: object, bounds: Bounds | None = None) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        pool.run(name, *arguments, bounds=bounds)
    assert pool.run("builtins:len", "the next caller is served") == 25
    return caught.value


def test_one_that_cannot_start_says_why() -> None:
    with Pool(1, warm="wayhome.core.sandbox.task:no_such_function") as pool:
        outcome = read_document("a.txt", b"We ask.", pool=pool)
        assert isinstance(outcome, Unread) and outcome.error.code == "reader_not_started"
        assert "no_such_function" in outcome.error.problem
        assert pool.workers() == []


def test_a_worker_stays_warm(bare: Pool) -> None:
    before = bare.run("os:getpid")
    assert {bare.run("os:getpid") for _ in range(5)} == {before}
    assert before != os.getpid()


def test_one_that_hangs_is_stopped(bare: Pool) -> None:
    begun = time.monotonic()
    error = error_of(bare, "time:sleep", 60, bounds=Bounds(wall_seconds=0.5))
    assert time.monotonic() - begun < 5
    assert error.code == "took_too_long" and "0.5 s" in error.problem and "Split" in error.remedy


def test_one_that_computes_for_ever_is_stopped_by_its_cpu_time(bare: Pool) -> None:
    error = error_of(bare, "builtins:eval", "sum(i for i in range(10**12))", bounds=Bounds(wall_seconds=60, cpu_seconds=1))
    assert error.code == "took_too_long" and "1 s" in error.problem


def test_one_that_wants_too_much_memory_is_stopped(bare: Pool) -> None:
    error = error_of(bare, "builtins:bytearray", 400 * MEGABYTE)
    assert error.code == "out_of_memory" and "200 MB" in error.problem
    assert len(bare.run("builtins:bytearray", 40 * MEGABYTE)) == 40 * MEGABYTE


def test_memory_is_watched_from_outside_too() -> None:
    """Where the system enforces no ceiling on address space, the caller's watch stops the worker."""
    with Pool(1, Bounds(memory_bytes=2_000 * MEGABYTE), warm="") as pool:
        grow = "[bytearray(10**7) for _ in iter(int, 1) if not __import__('time').sleep(0.02)]"
        error = error_of(pool, "builtins:eval", grow, bounds=Bounds(memory_bytes=150 * MEGABYTE))
        assert error.code == "out_of_memory" and "150 MB" in error.problem
        assert 150 * MEGABYTE < pool.peak_memory < 1_000 * MEGABYTE


@pytest.mark.parametrize(("name", "argument", "said"), [("os:_exit", 3, "status 3"), ("ctypes:string_at", 0, "signal 11")])
def test_one_that_crashes(bare: Pool, name: str, argument: int, said: str) -> None:
    error = error_of(bare, name, argument)
    assert error.code == "reader_stopped" and said in error.problem


def test_one_that_the_system_kills_for_its_memory(bare: Pool) -> None:
    assert error_of(bare, "builtins:eval", "__import__('os').kill(__import__('os').getpid(), 9)").code == "out_of_memory"


def test_one_that_fails_says_how_and_shows_no_trace(bare: Pool) -> None:
    error = error_of(bare, "builtins:eval", "1/0")
    assert error.code == "reader_failed" and "ZeroDivisionError" in error.problem and "Traceback" not in str(error)


def test_its_own_errors_arrive_as_they_are(bare: Pool) -> None:
    assert error_of(bare, TEXT, "a.txt", b"", Limits()).code == "empty"


def test_what_a_library_prints_does_not_disturb(bare: Pool) -> None:
    assert bare.run("builtins:eval", "print('x' * 10_000) or __import__('os').system and 7") == 7


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('socket').getaddrinfo('example.org', 80)",
        "__import__('subprocess').run(['true'])",
        "__import__('os').system('true')",
    ],
)
def test_a_worker_has_no_network_and_starts_nothing(bare: Pool, expression: str) -> None:
    assert "PermissionError" in error_of(bare, "builtins:eval", expression).problem


def test_a_worker_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "WAYHOME_SECRET_KEY", "WAYHOME_EXTRACTOR_KEY"):
        monkeypatch.setenv(name, "secret")
    with Pool(1, warm="") as pool:
        assert "secret" not in pool.run("builtins:eval", "dict(__import__('os').environ)").values()


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


@pytest.mark.parametrize("value", [Evil(), subprocess.Popen, Path("/tmp"), ValueError("x"), ReadingError])
def test_an_answer_can_only_hold_plain_values(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        unpack_answer(pickle.dumps(("ok", value)))


def test_a_worker_that_answers_with_something_else_is_replaced(bare: Pool) -> None:
    assert error_of(bare, "builtins:eval", "print").code == "reader_failed"


def test_many_threads_share_two_workers(bare: Pool) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        for turn in range(20):
            if turn == 10 and number == 0:
                with pytest.raises(ReadingError):
                    bare.run("os:_exit", 1)
            if bare.run("builtins:sum", [number, turn]) != number + turn:
                wrong.append((number, turn))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong and not any(thread.is_alive() for thread in threads)
    assert len(bare.workers()) <= 2


def test_a_caller_does_not_wait_for_ever() -> None:
    with Pool(1, warm="") as pool:
        assert pool.run("builtins:len", "warm") == 4
        thread = threading.Thread(target=lambda: pool.run("time:sleep", 1.5))
        thread.start()
        time.sleep(0.3)
        with pytest.raises(ReadingError) as caught:
            pool.run("builtins:len", "x", bounds=Bounds(queue_seconds=0.2))
        assert caught.value.code == "busy"
        thread.join()


def test_workers_are_replaced_after_their_documents_or_when_grown() -> None:
    with Pool(1, Bounds(documents=3, memory_bytes=300 * MEGABYTE), warm="") as pool:
        seen = [pool.run("os:getpid") for _ in range(9)]
        assert [seen.count(pid) for pid in dict.fromkeys(seen)] == [3, 3, 3]
    with Pool(1, Bounds(memory_bytes=100 * MEGABYTE), warm="") as pool:
        before = pool.run("os:getpid")
        pool.run("builtins:eval", "len(__import__('sys').__dict__.setdefault('kept', bytearray(b'x') * 70_000_000))")
        assert pool.run("os:getpid") != before


def test_closing_ends_all_workers_and_their_callers_hear_of_it() -> None:
    pool = Pool(2, warm="")
    heard: list[str] = []

    def wait() -> None:
        try:
            pool.run("time:sleep", 60)
        except ReadingError as error:
            heard.append(error.code)

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    while len(pool.workers()) < 2:
        time.sleep(0.02)
    time.sleep(0.3)
    workers = pool.workers()
    pool.close()
    for thread in threads:
        thread.join(10)
    assert heard == ["busy"] * 3
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers) or sys.platform != "linux"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: what is tested cannot happen on this system")
def test_a_forked_server_process_gets_workers_of_its_own() -> None:
    code = (
        "import os\n"
        "from wayhome.core.sandbox import pool\n"
        "pool.WARM = ''\n"
        "pool.Pool.__init__.__kwdefaults__['warm'] = ''\n"
        "mine = pool.run('os:getpid')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    other = pool.run('os:getpid')\n"
        "    pool.close()\n"
        "    os._exit(0 if other != mine else 1)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "assert pool.run('os:getpid') == mine\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="looks the worker up in /proc")
def test_a_worker_does_not_outlive_its_killed_caller() -> None:
    code = "from wayhome.core.sandbox import Pool\np = Pool(1, warm='')\nprint(p.run('os:getpid'), flush=True)\nimport time; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout
        worker = int(caller.stdout.readline())
        caller.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while resident(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert resident(worker) == 0


def test_one_document(reader: Pool) -> None:
    outcome = read_document("letter.txt", samples.LETTER.encode(), pool=reader)
    assert isinstance(outcome, Read) and outcome.error is None
    assert outcome.reading.text == samples.LETTER
    assert outcome.reading.language == "en" and outcome.reading.asks
    assert len(outcome.sha256) == 64
    failed = read_document("letter.pdf", samples.encrypted_pdf(b"x"), pool=reader)
    assert isinstance(failed, Unread) and failed.error.code == "encrypted"


def test_a_mail_and_what_it_carries_in_order(reader: Pool) -> None:
    inner = samples.mail(subject="Inner")
    inner.add_attachment(samples.letter_docx(), maintype="application", subtype="octet-stream", filename="deep.docx")
    message = samples.mail()
    message.add_attachment(inner)
    message.add_attachment(samples.png(), maintype="image", subtype="png", filename="scan.png")
    message.add_attachment(samples.LETTER, filename="note.txt")
    outcomes = list(read_tree("mail.eml", message.as_bytes(), pool=reader))
    assert [(one.name, one.error and one.error.code) for one in outcomes] == [
        ("mail.eml", None),
        ("mail.eml!Inner.eml", None),
        ("mail.eml!Inner.eml!deep.docx", None),
        ("mail.eml!scan.png", "unsupported_image"),
        ("mail.eml!note.txt", None),
    ]
    assert all(one.extracted.attachments == () for one in outcomes if isinstance(one, Read))


def test_mails_in_mails_end_somewhere(reader: Pool) -> None:
    message = samples.mail(subject="0")
    for depth in range(1, 5):
        outer = samples.mail(subject=str(depth))
        outer.add_attachment(message)
        message = outer
    outcomes = list(read_tree("m.eml", message.as_bytes(), limits=Limits(max_nesting=2), pool=reader))
    assert [one.error and one.error.code for one in outcomes] == [None, None, None, "nested_too_deep"]
    wide = samples.mail(subject="wide")
    for number in range(3):
        each = samples.mail(subject=f"each {number}")
        for _ in range(3):
            each.add_attachment("We ask.", filename="a.txt")
        wide.add_attachment(each)
    outcomes = list(read_tree("m.eml", wide.as_bytes(), limits=Limits(max_attachments=1), pool=reader))
    assert len(outcomes) == 3 and "first 1 are read" in outcomes[0].extracted.warnings[0]


def test_a_huge_file_is_refused_before_it_is_opened(tmp_path: Path, reader: Pool) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as stream:
        stream.truncate(300 * MEGABYTE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    ((outcome,),) = read_many([huge], pool=reader)
    assert time.monotonic() - begun < 1
    assert outcome.error and outcome.error.code == "too_large"
    assert "300.0 MB" in outcome.error.problem and "50.0 MB" in outcome.error.problem
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024 * (1024 if sys.platform == "darwin" else 1)


def test_what_is_no_file(tmp_path: Path, reader: Pool) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty.txt").touch()
    paths = [tmp_path, tmp_path / "pipe", tmp_path / "none", tmp_path / "empty.txt", tmp_path / ("x" * 300), Path("a\0b")]
    codes = [outcome.error and outcome.error.code for (outcome,) in read_many(paths, pool=reader)]
    assert codes == ["not_a_file", "not_a_file", "not_found", "empty", "not_opened", "not_opened"]


def test_hundreds_of_documents_in_order_with_bounded_memory(bare: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream's own part, without the models: order, a window of sources, replaced workers, steady memory."""
    monkeypatch.setattr("wayhome.core.sandbox.documents.READ", "wayhome.core.sandbox.task:read_text")
    drawn = 0

    def sources():
        nonlocal drawn
        for number in range(400):
            drawn += 1
            yield f"{number}.txt", (f"Letter {number}. " * 5_000).encode()

    with Pool(2, Bounds(documents=60), warm="wayhome.core.sandbox.task:warm_text") as pool:
        done = 0
        early = 0
        for (outcome,) in read_many(sources(), jobs=2, pool=pool):
            assert outcome.error is None and outcome.name == f"{done}.txt"
            done += 1
            assert drawn <= done + 5
            if done == 100:
                early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert done == 400 and pool.started >= 6
        assert pool.peak_memory < 200 * MEGABYTE
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early
        assert grown < 30 * 1024 * (1024 if sys.platform == "darwin" else 1)


def test_every_bad_file_is_named_and_the_good_ones_are_read(tmp_path: Path, reader: Pool) -> None:
    files = {
        "1-good.txt": samples.LETTER.encode(),
        "2-empty.pdf": b"",
        "3-locked.pdf": samples.encrypted_pdf(b"x"),
        "4-scan.pdf": samples.scanned_pdf(),
        "5-cut.docx": samples.letter_docx()[:3_000],
        "6-good.docx": samples.letter_docx(),
        "7-binary.txt": bytes(range(256)) * 4,
        "8-<script>alert(1)</script>.html": samples.PAGE.encode(),
    }
    for name, data in files.items():
        (tmp_path / name.replace("/", "_")).write_bytes(data)
    outcomes = [one for found in read_many(sorted(tmp_path.iterdir()), jobs=2, pool=reader) for one in found]
    assert [one.error and one.error.code for one in outcomes] == [
        None, "empty", "encrypted", "no_text_layer", "damaged", None, "not_text", None,
    ]  # fmt: skip
    assert pool_memory(reader) < 1_200 * MEGABYTE


def pool_memory(pool: Pool) -> int:
    """The most that a worker with both language models took so far."""
    return max(pool.peak_memory, *(resident(pid) for pid in pool.workers()))
