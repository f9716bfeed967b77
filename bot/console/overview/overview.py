"""The overview: what a workspace asked about, what waits for a person, what the corpus lacks."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.drawing import drawn
from bot.console.overview.figures import Figures, earliest, figures
from bot.console.overview.periods import Span, period
from bot.console.overview.plots import Plot, rows
from bot.console.viewer import Role, Viewer
from bot.console.wording.called import Called, country_tags
from retrieval.guidance import Guidance

DEFAULT = Span.QUARTER


def overview(reading: Reading, rule: Rule) -> list[Route]:
    """The route of the overview; *rule* wraps its endpoint by the role that it takes."""

    def show(request: Request) -> Response:
        viewer: Viewer = request.state.viewer
        given = request.query_params.get("period", "")
        span = next((one for one in Span if one.value == given), DEFAULT)
        today = reading.now().date()
        guidance = reading.current()
        with reading.store.reading() as connection:
            first = earliest(connection, viewer)
            found = figures(connection, viewer, period(span, today, first or today), today,
                            country_tags(guidance))
        return drawn(
            request, "overview.html", found=found, spans=Span, first=first, today=today,
            plots=[] if guidance is None else _plots(found, guidance))

    return [Route("/overview", rule(Role.REVIEWER)(show), methods=["GET"])]


def _plots(found: Figures, guidance: Guidance) -> list[Plot]:
    names = Called(guidance)
    pieces = found.period.pieces
    asked = [one for one in found.gaps if names.lacks(one.value)]
    return [
        Plot("flags", "Red flags", "Conversations in which a flag stands raised. One conversation "
             "can raise several.", "Red flag", rows(found.flags, names.flag, names.gravity), pieces,
             "No red flag was raised."),
        Plot("countries", "Countries", "Conversations by the country that the deal is for.",
             "Country", rows(found.countries, names.country), pieces, "No country was named."),
        Plot("thumbs", "Thumbs", "Conversations with a thumb up, and with a thumb down, on any of "
             "the answers.", "Thumb",
             rows([replace(found.up, value="up"), replace(found.down, value="down")],
                  {"up": "△ Thumbs up", "down": "▼ Thumbs down"}.__getitem__)
             if found.up.whole.number or found.down.whole.number else (), pieces,
             "Nobody gave a thumb."),
        Plot("gaps", "What the corpus lacks: declined", "Conversations with a question that was "
             "declined, since no text of the release answers it, by what it asked about.",
             "Asked about", rows(asked, names.gap), pieces, "No question was declined."),
        Plot("faint", "What the corpus lacks: answered from afar", "Conversations with a question "
             "whose nearest passage was not very near (similarity 0.55 or less), by the provision "
             "that came nearest.", "Nearest provision", rows(found.faint, names.provision), pieces,
             "Every question that was answered had a passage near to it."),
        Plot("missing", "Facts that are most often open", "Conversations whose last reply says "
             "that this still has to be found out.", "Fact", rows(found.missing, names.fact),
             pieces, "No fact is open."),
    ]
