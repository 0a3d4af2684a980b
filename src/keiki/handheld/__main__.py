"""``keiki handheld``: the hand-held device."""

from keiki.handheld.commands import run

if __name__ == "__main__":
    run()
