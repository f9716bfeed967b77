"""The passages at the end of a conversation are those that were cited, in the words of then."""

import re
from dataclasses import replace
from html import unescape

from bot.console.conversations.casefile import laid_out, take_up
from bot.console.turns.quoting import quoted
from bot.dialogue.conversation import ConversationId
from bot.editions.held import Editions
from bot.errors import UnknownRelease
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of
from tests.console.talking import DEAL, WHEN, viewer


def exchanges(desk):
    with desk.store.writing() as connection:
        rows = take_up(connection, viewer(), ConversationId("c1"), WHEN)
    return laid_out(rows, viewer(), desk.editions.of, "").exchanges


def test_each_passage_stands_once_and_every_citation_finds_its_own(desk, guidance):
    desk.say("c1", DEAL)
    desk.say("c1", "Give me the advice now.")
    found = exchanges(desk)
    quotes = quoted(found, desk.editions.of)
    cited = [one for turn in found for one in turn.turn.reply.citations()]
    places = [(one.citation.provision, one.citation.start, one.citation.end)
              for one in quotes.passages]
    assert len(places) == len(set(places)) < len(cited)
    for one in cited:
        passage = quotes.passages[quotes.number(one) - 1]
        assert (passage.citation.provision, passage.text) == (
            one.provision, guidance.provisions[one.provision].text[one.start:one.end])


def test_they_read_as_they_did_when_they_were_cited(desk, guidance):
    desk.say("c1", DEAL)
    first = exchanges(desk)[0].turn.reply.citations()[0].provision
    then = guidance.provisions[first]
    later = replace(guidance, release=ReleaseId("later"), provisions={
        **guidance.provisions, first: replace(then, text="Quite other words stand here now.")})
    desk.store.keep_release(later.release, content_of(later))
    desk.store.activate(later.release)
    desk.editions = Editions(desk.store, later)
    page = desk.reads("/conversations/c1").text
    assert then.text in unescape(page) and "Quite other words" not in page


def test_where_the_release_is_gone_the_page_says_so_for_each(desk):
    desk.say("c1", DEAL)

    def lost(release):
        raise UnknownRelease(release)

    class Lost:
        of = staticmethod(lost)

    desk.editions = Lost()
    page = desk.reads("/conversations/c1").text
    places = re.findall(r'<li id="passage-(\d+)">', page)
    assert places == [str(n) for n in range(1, len(places) + 1)] and len(places) > 1
    assert page.count("That release can’t be read here.") == len(places)
