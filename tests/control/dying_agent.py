"""An agent that dies by ``kill -9`` at a chosen point: the first time ``CLASS.METHOD`` is about to run, or has run.

``dying_agent.py AgentJournal.receive before run --data DIR``
"""

import inspect
import os
import signal
import sys

from keiki.control import __main__ as control
from keiki.control.journal import AgentJournal
from keiki.relay.client import RelayClient, RelayDelivery

PLACES = {"Journal": AgentJournal, "RelayClient": RelayClient, "Delivery": RelayDelivery}


def die_at(point: str, when: str) -> None:
    owner, method = PLACES[point.split(".", maxsplit=1)[0]], point.split(".")[1]
    original = getattr(owner, method)

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def waiting(*args: object, **named: object) -> object:
        if when == "before":
            die()
        result = await original(*args, **named)
        die()
        return result

    def plain(*args: object, **named: object) -> object:
        if when == "before":
            die()
        result = original(*args, **named)
        die()
        return result

    setattr(owner, method, waiting if inspect.iscoroutinefunction(original) else plain)


if __name__ == "__main__":
    die_at(sys.argv[1], sys.argv[2])
    del sys.argv[1:3]
    control.main()
