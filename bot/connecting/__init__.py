"""How a server reaches Slack or the local workspace, where its console is, by the settings."""
