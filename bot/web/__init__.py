"""The web application: Slack's requests, the machine protocol, and whether all is well."""
