"""``web``: serve the screens with granian until told to stop.

One process that listens and ``web.workers`` that answer. In each of these granian reads the heads of requests,
``request_limits.py`` their bodies, and threads answer what is complete. ``DATA/web.json`` says where the screens are
while they answer. Killed with -9, the first process takes its workers with it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import ssl
import threading
import time
import urllib.request
from pathlib import Path

import structlog
from django.core.management import call_command
from django.db import OperationalError
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels

from keiki.foundation.processes import write_ready_file
from keiki.office.config import schema
from keiki.office.config.listening import ServerOn, listen
from keiki.office.config.wiring import OfficeServices
from keiki.office.outages import name_of

CONNECTIONS = 2048
"""Connections that a worker holds at once: granian counts them, whatever they are waiting for, as its backpressure."""
HEAD = HTTP1Settings(header_read_timeout=30_000, max_buffer_size=65_536)
"""How long the head of a request may take to come (milliseconds), a connection's pause between two requests included,
and how large it may be (bytes). HTTP/1 alone: granian bounds no head of HTTP/2, nor the wait for which of the two."""
GRANIAN_LOG = {
    "handlers": {"json": {"()": "keiki.foundation.program.json_log.library_handler"}},
    "loggers": {"_granian": {"handlers": ["json"], "propagate": False}},
}
"""Where granian's own lines go, of the process that listens and of its workers: into the log, as JSON lines."""
STOP_SECONDS = 3
"""How long a worker that is told to stop may still answer; half a request on its way is not waited for any longer."""
_PR_SET_PDEATHSIG = 1
log = structlog.get_logger("keiki.office.web")


def serve(office_services: OfficeServices, inherited: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT. ``inherited``: the file descriptor of a socket that listens already."""
    web, data = office_services.settings.web, office_services.data
    try:
        schema.check()
    except OperationalError as error:  # it is served all the same: every page says so until the database answers
        log.error("the database does not answer", why=name_of(error))
    listening = listen(web.address, web.port, inherited)
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    os.environ["KEIKI_OFFICE_DATA"] = str(data.path.resolve())
    certificate = data.path / web.certificate if web.certificate else None
    server = ServerOn(
        "keiki.office.config.asgi:application",
        address=web.address,
        port=web.port,
        interface=Interfaces.ASGINL,
        workers=web.workers,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HEAD,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=GRANIAN_LOG,
        ssl_cert=certificate,
        ssl_key=data.path / web.key_file if web.key_file else None,
        ssl_protocol_min=SSLProtocols.tls12,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    _allow_open_files(2 * CONNECTIONS)
    server.listening = listening
    ready = data.path / "web.json"
    ready.unlink(missing_ok=True)
    threading.Thread(target=_tell_when_ready, args=(office_services, ready), daemon=True).start()
    try:
        server.serve()
    finally:
        ready.unlink(missing_ok=True)


def _allow_open_files(count: int) -> None:
    """Let this process and its workers open so many files, as far as the system's hard limit goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def die_with_parent() -> None:
    """Have the kernel kill this worker when the process that listens dies (Linux).

    By SIGKILL: told to end, a worker without its parent waits for its requests while it holds Python's lock, so none of
    them goes on; one that was writing would hold the database's write lock for ever (seen with a killed parent).
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def _tell_when_ready(office_services: OfficeServices, ready: Path) -> None:
    """Write where the screens are as soon as a worker answers."""
    web = office_services.settings.web
    address = f"{'https' if web.certificate else 'http'}://{web.address}:{web.port}/alive"
    anyone = ssl.create_default_context() if web.certificate else None
    if anyone:  # only to see that somebody listens; nothing is sent
        anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    while True:
        try:
            asked = urllib.request.Request(address, headers={"Host": web.hosts[0]})  # noqa: S310 - our own address
            with urllib.request.urlopen(asked, timeout=2, context=anyone):  # noqa: S310 - our own address
                break
        except OSError:
            time.sleep(0.05)
    write_ready_file(ready, url=web.url)
    log.info("screens ready", url=web.url)
