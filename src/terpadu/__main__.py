"""The command `terpadu`."""

from __future__ import annotations

from terpadu.cli.app import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
