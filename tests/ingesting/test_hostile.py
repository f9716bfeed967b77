"""Whatever a file does to its reader: one sentence, and nothing is left of it."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from retrieval.errors import NotIngested
from retrieval.ingesting import child
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.limits import LIMITS as DEFAULTS
from retrieval.ingesting.limits import MB, Limits
from tests.ingesting.hostile import CASES, Case, outcome_of
from tests.ingesting.hostile_files import good_pdf, good_word, pdf_stream_bomb
from tests.ingesting.paper import REVIEW

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the walls are those of Unix")


def children() -> set[str]:
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        found |= set((task / "children").read_text().split())
    return found


@pytest.fixture
def listening() -> Iterator[tuple[str, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_a_hostile_file_becomes_one_sentence_or_its_words_and_leaves_nothing(
    case: Case, listening: tuple[str, socket.socket], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    address, server = listening
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = children()
    read, outcome, notes = outcome_of(case, address)
    assert (read, outcome) == (case.read, case.outcome)
    if case.notes:
        assert notes == case.notes
    if not read:
        assert "\n" not in outcome and outcome.endswith(".")
    assert children() <= before
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BlockingIOError):
        server.accept()


READ_A_BOMB = """
import resource
from retrieval.errors import NotIngested
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.limits import MB, Limits
from tests.ingesting.hostile_files import pdf_stream_bomb
try:
    read_document(pdf_stream_bomb(""), "a.pdf", Limits(memory_bytes=400 * MB))
except NotIngested:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def test_no_reader_has_taken_more_memory_than_it_may() -> None:
    # In a process of its own: this one may have had larger children, for other tests.
    most = subprocess.run([sys.executable, "-c", READ_A_BOMB], capture_output=True, text=True,
                          check=True).stdout
    assert 10 * MB < int(most) <= 400 * MB


def test_a_reader_that_takes_too_long_is_ended_with_a_sentence() -> None:
    with pytest.raises(NotIngested) as refused:
        read_document(pdf_stream_bomb(""), "a.pdf", Limits(wall_seconds=0))
    assert str(refused.value) == (
        "Reading this file wasn't done after 0 seconds, since this machine is busy or the file is "
        "too much for it; try again later, or split the file into parts."
    )


def _long() -> bytes:
    """Some hundred pages, which take far more than a second to read, however fast the machine."""
    page = Path(__file__).parent / "lookalikes" / "files" / "register.pdf"
    writer = pypdf.PdfWriter()
    for _ in range(240):
        for one in pypdf.PdfReader(page).pages:
            writer.add_page(one)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.long
def test_a_reader_that_computes_too_long_is_ended_with_another_sentence() -> None:
    with pytest.raises(NotIngested) as refused:
        read_document(_long(), "a.pdf", Limits(cpu_seconds=1))
    assert str(refused.value) == (
        "Reading this file took more than 1 seconds of computing; save it anew without pictures "
        "and attachments, or split it into parts, and try again."
    )


def test_a_reader_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("ADVISOR_DATABASE_URL", "sqlite://")
    assert inside("import os; print(sorted(os.environ))") == "['LC_CTYPE']"


def inside(program: str) -> str:
    """What a program prints in the place of the reader, behind its walls."""
    import subprocess
    import sys

    from retrieval.ingesting import apart

    root = str(Path(apart.__file__).resolve().parents[2])
    walls = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from retrieval.ingesting.limits import LIMITS\n"
        "from retrieval.ingesting.walls import put_up\n"
        "put_up(LIMITS)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-X", "utf8", "-c", walls + program, root],
        capture_output=True, text=True, env={}, check=False,
    )  # fmt: skip
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.socket()",
        "open('/etc/passwd')",
        "open('left.txt', 'w')",
        "import os; os.open('left.txt', os.O_CREAT | os.O_WRONLY)",
        "import os; os.remove('/tmp/x')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "import os; os.system('true')",
        "import os; os.kill(1, 0)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1')",
    ],
)
def test_behind_the_walls_a_program_can_only_compute(program: str) -> None:
    assert inside(program).startswith("PermissionError: a document's reader ")


def test_memory_ends_at_the_wall() -> None:
    assert inside(f"bytearray({DEFAULTS.memory_bytes})") == "MemoryError"


def test_servers_read_from_many_threads() -> None:
    read: list[str] = []

    def one(data: bytes, name: str) -> None:
        read.append(read_document(data, name).text)

    threads = [
        threading.Thread(target=one, args=parts)
        for parts in [(good_pdf(), "a.pdf"), (good_word(), "a.docx"), (b"Few words", "a.txt")] * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == sorted([REVIEW.strip(), REVIEW.strip(), "Few words"] * 2)


def test_an_error_nobody_thought_of_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(child.PARSERS, child.Kind.TEXT, "json")
    with pytest.raises(NotIngested) as refused:
        child.extract(b"Few words", "a.txt", DEFAULTS)
    assert str(refused.value) == (
        "This text file can't be read, since it is damaged or not put together as it should be; "
        "open it, save it anew and try again."
    )
