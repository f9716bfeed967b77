"""What time it is by Slack, whose clock nobody sets who runs this."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError


def time_at(web: WebClient) -> datetime | None:
    """What time it is, to the second, by the date that answers of Slack's carry.

    Also one that grants nothing carries it, so no token is needed.

    Returns:
        None where it came without: something between us and Slack has taken it away.

    Raises:
        OSError: Slack can't be asked.
    """
    try:
        headers = web.api_test().headers
    except SlackApiError as error:
        headers = error.response.headers
    except SlackClientError as error:
        raise ConnectionError(type(error).__name__) from error
    date = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        moment = None if date is None else parsedate_to_datetime(str(date))
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
