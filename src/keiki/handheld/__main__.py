"""``python -m keiki.handheld``."""

from keiki.handheld.commands import run

if __name__ == "__main__":
    run()
