"""The office's command line: each command is one operator's act, thin over the services, answered in JSON."""
