"""`advisor` in a process of its own, forked from one that has everything imported.

    python -m tests.cli.nursery <fd to read from> <fd to write to>

Most of what a command costs is importing, some two seconds of it, and half a second of stemming
and compiling patterns; a fork needs none of it.  The arguments, the environment, input, output and
exit status are those of a process that was started afresh, and so is its end.  The nursery has no
thread, and no file of ours, before it forks.

Reads lines of JSON, each a command, and answers each with its exit status; ends with its input.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).parents[2]


class Nursery:
    """Runs commands, one at a time."""

    def __init__(self) -> None:
        asked, self._ask = os.pipe()
        self._answers, answer = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.nursery", str(asked), str(answer)],
            cwd=PROJECT, pass_fds=(asked, answer), stdin=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
        os.close(asked)
        os.close(answer)
        self._lines = os.fdopen(self._answers, encoding="utf-8")

    def run(
        self, *arguments: str, stdin: str, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `advisor` with *arguments* in the environment *env*."""
        with tempfile.TemporaryDirectory(prefix="advisor-run-") as folder:
            files = [Path(folder) / name for name in ("in", "out", "err")]
            files[0].write_text(stdin, encoding="utf-8")
            asked = {"arguments": arguments, "env": dict(env), "files": [*map(str, files)]}
            os.write(self._ask, (json.dumps(asked) + "\n").encode())
            status = json.loads(self._lines.readline())
            written = [file.read_text(encoding="utf-8") for file in files[1:]]
        return subprocess.CompletedProcess(["advisor", *arguments], status, *written)

    def close(self) -> None:
        """End."""
        os.close(self._ask)
        self._process.wait(10)
        self._lines.close()


def main() -> None:
    """Import, then fork on demand; returns in a child only, to be the command."""
    # What commands import only when they get there.  Not onnxruntime, which is quick and starts a
    # thread.
    import bm25s  # noqa: F401
    import chromadb  # noqa: F401

    import bot.cli  # noqa: F401
    from bot.dialogue.reading import PlainReader
    from retrieval import corpus
    from retrieval.words.pinpoints import recogniser

    # Stems and patterns are kept by what they are of, so a child that meets them again has them.
    guidance = corpus.read(PROJECT / "guidance_corpus")
    PlainReader(guidance)
    recogniser(guidance.sources.values(), guidance.provisions.values())
    del guidance
    tasks = Path("/proc/self/task")
    threads = len(list(tasks.iterdir())) if tasks.exists() else 1
    assert threads == 1, "an import has started threads, which a fork would lose"
    gc.freeze()
    reading, writing = (int(one) for one in sys.argv[1:])
    with os.fdopen(reading, encoding="utf-8", closefd=False) as lines:
        for line in lines:
            asked = json.loads(line)
            child = os.fork()
            if child == 0:
                os.close(writing)
                _become(**asked)
                return
            _, status = os.waitpid(child, 0)
            os.write(writing, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(arguments: list[str], env: dict[str, str], files: list[str]) -> None:
    os.environ.clear()
    os.environ.update(env)
    written = os.O_WRONLY | os.O_CREAT
    for number, (name, how) in enumerate(zip(files, (os.O_RDONLY, written, written), strict=True)):
        file = os.open(name, how)
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["advisor", *arguments]


if __name__ == "__main__":
    main()
    from bot.cli import main as command

    command()
