"""The command line: starts zones as processes and never imports their insides."""
