"""The command `terpadu`."""

from __future__ import annotations

from terpadu.cli.app import app


def main() -> None:
    """Run the command line."""
    app(prog_name="terpadu")


if __name__ == "__main__":
    main()
