"""The console: what compliance leads and admins see of the log, in the browser."""
