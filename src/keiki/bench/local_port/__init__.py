"""The meters' local ports: a cable from a probe to one meter, which works when route A is dead."""
