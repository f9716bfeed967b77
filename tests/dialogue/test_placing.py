"""Where a product is used, of the places that a message names."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from tests.dialogue.talking import WHEN


@pytest.mark.parametrize(("text", "expected"), [
    # What is denied is something there, not the place.
    ("imsi catchers for the police, I found no law in Namibia that hits NGOs", {"NA"}),
    ("drones for the police, nobody has begun the export check on the Santo Domingo case", {"DO"}),
    ("bodycams for the Irish police. Nothing on the Irish police found", {"IE"}),
    ("cctv for the police, you can't protest freely in Hong Kong any more", {"HK"}),
    # The place itself is denied.
    ("cctv for the police, not Benghazi. Nairobi", {"KE"}),
    ("drones for the police in Kenya, it won't be used in Uganda", {"KE"}),
    ("cctv for a mall, not in Kenya, Uganda or Tanzania but in Rwanda", {"RW"}),
    ("cctv for the police in Ghana instead of Togo", {"GH"}),
    # The body is denied, and its country named again.
    ("it is not the Saudi intelligence, it is the Saudi customs, thermal cameras", {"SA"}),
    # Agencies have their home in their names.
    ("voice recognition for Services Australia", {"AU"}),
    ("deep packet inspection for the Kazakh telecom regulator", {"KZ"}),
    # Cities and regions, as they are spelt.
    ("plate readers for the city of Ghent", {"BE"}),
    ("drones for a farm in Minas Gerais", {"BR"}),
    ("plate readers for the city of Gehnt", None),
])
def test_where_it_is_used(reader, text, expected):
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)

    country = message.heard.get("country")
    assert (country and set(country.values or ())) == expected
