"""The meter's maintenance port: what the field worker's device and the control agent say to a meter.

``messages`` are the values, ``codec`` their bytes (``docs/formats-meter-port.md`` is binding), ``framing`` finds frames
in a stream, ``proof`` makes a meter prove that it holds a credential, ``procedure`` is the safe way to set one.
"""
