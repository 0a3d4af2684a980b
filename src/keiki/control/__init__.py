"""The control zone: the agent that the operator of the supervisory control system runs.

It only ever connects outward: to the relay for commands, to the route-A head end for meters. It picks up sealed
commands, carries each out exactly once, and puts a sealed result back.
"""
