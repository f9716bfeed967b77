"""The web application: the machine protocol over HTTP, and whether all is well."""
