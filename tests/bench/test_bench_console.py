"""The console: one line, one answer; what cannot be done is said in a sentence; no fault of a command ends it."""

import asyncio
import stat
from pathlib import Path

import pytest

from keiki.bench.console import SOCKET, Console, ConsoleError, call


class Shop:
    """Some commands."""

    def register(self, console: Console) -> None:
        for handler in (self.double, self.wait, self.refuse, self.stumble):
            console.command(handler)

    def double(self, number: int, times: int = 2) -> int:
        """Multiply a number.

        By two.
        """
        return number * times

    async def wait(self) -> str:
        """Wait."""
        await asyncio.sleep(0)
        return "終わり"

    def refuse(self) -> None:
        """Refuse."""
        raise KeyError("the shop is closed: come tomorrow")

    def stumble(self) -> None:
        """Stumble."""
        raise RuntimeError("the password is Abcdef123456")


@pytest.fixture
def console() -> Console:
    console = Console()
    Shop().register(console)
    return console


async def said(console: Console, folder: Path, command: str, **args: object) -> object:
    await console.start(folder)
    try:
        return await asyncio.to_thread(call, folder, command, **args)
    finally:
        await console.stop(folder)


async def test_plain_and_async_commands_answer(console: Console, tmp_path: Path) -> None:
    assert await said(console, tmp_path, "double", number=4) == 8
    assert await said(console, tmp_path, "wait") == "終わり"


async def test_a_folder_with_a_long_name_has_a_console_too(console: Console, tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 120)
    folder.mkdir()
    assert await said(console, folder, "double", number=4, times=3) == 12


async def test_help_lists_commands_parameters_and_first_lines(console: Console, tmp_path: Path) -> None:
    listed = await said(console, tmp_path, "help")
    assert isinstance(listed, dict)
    assert listed["double(number, times=2)"] == "Multiply a number."


@pytest.mark.parametrize(
    ("command", "args", "sentence"),
    [
        ("refuse", {}, "refuse: the shop is closed: come tomorrow"),
        ("nothing", {}, "the console has no command 'nonsense'".replace("nonsense", "nothing")),
        ("double", {}, "double: missing a required argument: 'number'"),
        ("double", {"number": 1, "other": 2}, "double: got an unexpected keyword argument 'other'"),
    ],
)
async def test_what_cannot_be_done_is_said(
    console: Console, tmp_path: Path, command: str, args: dict[str, int], sentence: str
) -> None:
    with pytest.raises(ConsoleError) as refused:
        await said(console, tmp_path, command, **args)
    assert sentence in str(refused.value)


async def test_a_fault_tells_its_kind_and_not_its_text(console: Console, tmp_path: Path) -> None:
    with pytest.raises(ConsoleError) as refused:
        await said(console, tmp_path, "stumble")
    assert "RuntimeError" in str(refused.value)
    assert "Abcdef" not in str(refused.value)


async def test_lines_that_are_no_request_are_answered_and_the_next_one_is_served(
    console: Console, tmp_path: Path
) -> None:
    await console.start(tmp_path)
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / SOCKET))
    for line in (b"{}\n", b"[1]\n", b"\xff\n", b'{"command": 1}\n', b'{"command": "double", "args": []}\n', b"\n"):
        writer.write(line)
        assert b'"ok": false' in await reader.readline()
    writer.write(b'{"command": "double", "args": {"number": 2}}\n')
    assert await reader.readline() == b'{"ok": true, "result": 4}\n'
    writer.close()
    await writer.wait_closed()
    await console.stop(tmp_path)


async def test_the_socket_is_its_owners_alone_and_goes_with_the_console(console: Console, tmp_path: Path) -> None:
    (tmp_path / SOCKET).write_text("left behind")
    await console.start(tmp_path)
    assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600
    await console.stop(tmp_path)
    assert not (tmp_path / SOCKET).exists()


def test_without_a_town_the_call_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="is it started"):
        call(tmp_path, "help")


def test_a_name_is_registered_once(console: Console) -> None:
    with pytest.raises(ValueError, match="already"):
        console.command(Shop().double)
