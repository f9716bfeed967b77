"""What is timed is read each time: what was said a moment ago would be read from memory."""

import pytest

from retrieval.model.passes import KEPT
from tests.bench.turn import main, texts
from tests.faults.ack_latency import Load


def test_what_the_server_is_sent_is_never_the_same_twice() -> None:
    load = Load("http://127.0.0.1:9/")
    said = [load._event()["event"]["text"] for _ in range(200)]
    assert len(set(said)) == len(said)


def test_a_round_of_turns_says_more_than_is_held_in_memory() -> None:
    for kind in (said := texts(60)).questions, said.deals, said.further:
        assert len(set(kind)) == 60 > KEPT


def test_a_round_of_too_few_texts_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--texts", str(KEPT)])
    assert "--texts has to be more than 16" in capsys.readouterr().err
