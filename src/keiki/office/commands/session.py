"""A session: one operator's commands, one after another, as JSON lines.

    {"command": ["apply", "--supply-point", "06...", "--route-b", "wireless"], "typed": "..."}
    {"code": 0, "answer": {"id": "B-1", ...}}

Every line is one act, as a command of its own would be; only the program's start is paid once, and nothing personal
stands in a process's arguments. ``typed`` is what the command would read from standard input.
"""

from __future__ import annotations

import json
from typing import TextIO

from django.db import close_old_connections

from keiki.office.commands.answer import REFUSED, CommandAnswer
from keiki.office.commands.arguments import PLAIN, parse
from keiki.office.commands.refusals import REFUSALS, answer_to
from keiki.office.config.wiring import OfficeServices

USAGE = 2


def converse(office_services: OfficeServices, operator: str, lines: TextIO, out: TextIO) -> None:
    """Answer each line of ``lines`` with one line to ``out`` until they end."""
    for line in lines:
        answer = _answer(office_services, operator, line)
        out.write(json.dumps({"code": answer.code, "answer": answer.values}, ensure_ascii=False) + "\n")
        out.flush()


def _answer(office_services: OfficeServices, operator: str, line: str) -> CommandAnswer:
    close_old_connections()
    try:
        said = json.loads(line)
        words, typed = [str(word) for word in said["command"]], str(said.get("typed", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return CommandAnswer({"error": 'a line is {"command": ["link", ...]}', "code": "not_understood"}, USAGE)
    try:
        given = parse(words, operator)
    except SystemExit:
        return CommandAnswer({"error": "no such command, or wrong arguments: see --help", "code": "usage"}, USAGE)
    if given.command in PLAIN:
        return CommandAnswer({"error": f"{given.command} is not a session's command", "code": "usage"}, REFUSED)
    given.typed = typed + "\n"
    try:
        done: CommandAnswer = given.does(office_services, given)
    except REFUSALS as error:
        return answer_to(error)
    return done
