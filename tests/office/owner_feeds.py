"""Change feeds for the five owners of the cast: a table of the points that they tell of."""

from __future__ import annotations

from office_cast import Cast

OWNERS = ("customer", "distribution", "construction", "allocation", "supervisory")


def give_feeds(cast: Cast) -> None:
    """Let every owner keep a log of changes, and the office ask it. Each log has one entry, that names no point."""
    columns = {source.card.id: source.key_column for source in cast.sources.configuration.sources}
    text = (cast.servers.folder / "sources.toml").read_text(encoding="utf-8")
    for name in OWNERS:
        with cast.servers[name].transaction() as server:
            server.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, k TEXT)")
            server.execute("INSERT INTO log VALUES (1, 'the beginning')")
        path = cast.servers.folder / f"{name}.db"
        text = text.replace(
            next(line for line in text.splitlines() if f"/{name}.db" in line),
            f'url = "sqlite:///{path}"\nchanges = "SELECT seq AS cursor, k AS {columns[name]} FROM log'
            ' WHERE seq > CAST(:cursor AS INTEGER) ORDER BY seq"',
        )
    cast.sources.close()
    cast.sources = type(cast.sources).from_toml(text)
