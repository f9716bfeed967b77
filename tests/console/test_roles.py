"""A role is what settings and Slack say now, and Slack's silence gives nobody anything."""

import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.console.entry.roles import Roles, Standing
from bot.console.viewer import Role
from bot.slack.belonging import Belonging
from tests.console.conftest import Slack


@pytest.fixture
def slack():
    return Slack()


@pytest.fixture
def roles(slack, clock):
    return Roles(slack, reviewers=frozenset({"U-rev"}), admins=frozenset({"U-adm"}),
                 reviewer_group="S-rev", admin_group="S-adm", clock=clock.seconds)


@pytest.mark.parametrize(("user", "role"), [
    ("U1", Role.ASKER), ("U-rev", Role.REVIEWER), ("U-grp", Role.REVIEWER), ("U-adm", Role.ADMIN)])
def test_everybody_is_what_the_settings_and_the_groups_say(roles, user, role):
    assert roles.of("T1", user) == Standing(role, True)


def test_who_is_of_no_such_workspace_is_nothing_there(roles):
    assert roles.of("T2", "U-adm") == Standing(Role.ASKER, False)
    assert roles.of("T3", "U1") == Standing(Role.ASKER, False)


def test_who_is_taken_out_of_a_group_loses_the_role_within_a_minute(roles, slack, clock):
    assert roles.of("T1", "U-grp").role is Role.REVIEWER
    slack.groups["T1", "S-rev"] = set()
    clock.pass_(seconds=61)
    assert roles.of("T1", "U-grp").role is Role.ASKER


def test_slack_is_asked_once_a_minute(roles, slack, clock):
    for _ in range(50):
        roles.of("T1", "U1")
    assert slack.asked == 3  # whether they belong, and each group
    clock.pass_(seconds=61)
    roles.of("T1", "U1")
    assert slack.asked == 6


def test_while_slack_is_away_nobody_gains_a_role(roles, slack, clock):
    slack.away = True
    assert roles.of("T1", "U-grp") == Standing(Role.ASKER, None)
    assert roles.of("T1", "U-rev") == Standing(Role.REVIEWER, None)
    asked = slack.asked
    roles.of("T1", "U-grp")
    assert slack.asked == asked  # nobody waits ten seconds at each page
    slack.away = False
    clock.pass_(seconds=16)
    assert roles.of("T1", "U-grp") == Standing(Role.REVIEWER, True)


def test_a_group_of_one_workspace_counts_in_no_other(roles, slack):
    slack.people["T2"].add("U-grp")
    assert roles.of("T2", "U-grp") == Standing(Role.ASKER, True)


def test_who_reviews_is_who_is_listed_and_whoever_is_in_a_group_of_the_workspace(roles, slack):
    slack.groups["T1", "S-adm"] = {"U-second"}
    assert roles.reviewers("T1") == {"U-rev", "U-adm", "U-grp", "U-second"}
    assert roles.reviewers("T2") == {"U-rev", "U-adm"}
    slack.away = True
    # What Slack has said is used for a minute.
    assert roles.reviewers("T1") == {"U-rev", "U-adm", "U-grp", "U-second"}


def test_who_is_known_to_be_of_no_such_workspace_reviews_nothing_there(roles, slack, clock):
    assert roles.of("T2", "U-adm").belongs is False
    assert roles.reviewers("T2") == {"U-rev"}
    # Nobody is taken for one who belongs only because it is long since it was asked.
    clock.pass_(seconds=61)
    assert roles.reviewers("T2") == {"U-rev"}
    assert roles.of("T1", "U-adm").belongs is True
    assert roles.reviewers("T1") == {"U-rev", "U-adm", "U-grp"}


class Web:
    """The part of the SDK's client that is called."""

    def __init__(self, answer):
        self.answer = answer

    def users_info(self, **_):
        return self._answered({"user": self.answer})

    def usergroups_users_list(self, **_):
        return self._answered({"users": self.answer})

    def _answered(self, data):
        if isinstance(self.answer, Exception):
            raise self.answer
        return type("Response", (), {"data": data})()


def belonging(answer):
    class Clients:
        def of(self, team):
            if team != "T1":
                raise LookupError(team)
            return type("Pair", (), {"once": Web(answer)})()

    return Belonging(Clients())


def refused(code):
    return SlackApiError("no", type("R", (), {"get": lambda *_: code})())


@pytest.mark.parametrize(("answer", "belongs"), [
    ({"team_id": "T1"}, True),
    ({"team_id": "T9"}, False),
    ({"team_id": "T9", "enterprise_user": {"teams": ["T1", "T9"]}}, True),
    ({"team_id": "T1", "deleted": True}, False),
    ({"team_id": "T1", "is_bot": True}, False),
    (None, None),
    (refused("user_not_found"), False),
    (refused("ratelimited"), None),
    (OSError("away"), None),
    (SlackRequestError("away"), None),
])
def test_who_belongs_is_what_slack_says(answer, belongs):
    assert belonging(answer).belongs("T1", "U1") is belongs
    assert belonging(answer).belongs("T2", "U1") is False


@pytest.mark.parametrize(("answer", "members"), [
    (["U1", "U2"], frozenset({"U1", "U2"})), (refused("missing_scope"), None), (OSError(), None)])
def test_who_is_in_a_group_is_what_slack_says(answer, members):
    assert belonging(answer).members("T1", "S1") == members
    assert belonging(answer).members("T2", "S1") is None
