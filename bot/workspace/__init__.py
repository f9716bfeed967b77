"""A stand-in for Slack on one's own machine: its Web API, its deliveries and a page to use it.

It stands where Slack stands, so it imports nothing of the bot's and the bot imports nothing of it;
they speak over HTTP and websockets only.  Limits and error codes are Slack's own.
"""
