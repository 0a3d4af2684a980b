"""The meters of the town: what hangs on each wall, with its state, its registers and the damage done to it.

A :class:`~keiki.bench.meters.meter.Meter` is a wall. Its communication unit has route B (``route_b``), a credential
(``store``) and the maintenance port (``port``); its metering unit has registers (``registers``). Time is the town's
(``clock``). Nothing here does I/O.
"""
