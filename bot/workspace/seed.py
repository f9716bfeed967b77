"""The workspace as it begins: a company's people, its channels, a partner, and the app."""

from bot.workspace.manifest import Manifest
from bot.workspace.world import BOT_USER, PARTNER_TEAM_ID, Channel, User, World

SAM = User("U0SAM00001", "sam", "Sam Ortiz", "Sales")
KIM = User("U0KIM00001", "kim", "Kim Adler", "Compliance lead")
NOOR = User("U0NOOR0001", "noor", "Noor Haddad", "Sales")
ALEX = User("U0ALEX0001", "alex", "Alex Guest", "Contractor", is_restricted=True)
OLU = User("U0OLUEXT01", "olu", "Olu Partner", "Acme", team_id=PARTNER_TEAM_ID)
SLACKBOT = User("USLACKBOT", "slackbot", "Slackbot", is_bot=True)
PEOPLE = (SAM, KIM, NOOR, ALEX, OLU)

DEALS = "C0DEALS001"
COMPLIANCE = "C0COMPLI01"
PARTNER = "C0PARTNER1"
RANDOM = "C0RANDOM01"


def seed(world: World, manifest: Manifest) -> None:
    """Add whoever and whatever is not there yet."""
    app = User(BOT_USER, manifest.display_name.lower(), manifest.display_name,
               manifest.description, is_bot=True)
    world.put_user(app)
    world.put_user(SLACKBOT)
    for person in PEOPLE:
        if person.id not in world.users:
            world.put_user(person)
    staff = (SAM.id, KIM.id, NOOR.id)
    everybody = tuple(person.id for person in PEOPLE)
    for channel in (
        Channel(DEALS, "deals", "channel", (*staff, BOT_USER), topic="Deals under way"),
        Channel(COMPLIANCE, "compliance", "channel", (KIM.id, BOT_USER),
                topic="Questions to the compliance lead"),
        Channel(PARTNER, "partner-northwind-acme", "channel", (*everybody, BOT_USER),
                is_ext_shared=True, topic="Shared with Acme"),
        Channel(RANDOM, "random", "channel", staff, topic="Anything else"),
    ):
        if channel.id not in world.channels:
            world.put_channel(channel)
    for person in PEOPLE:
        if not person.is_stranger:
            world.direct(person.id)
