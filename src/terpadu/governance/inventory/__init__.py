"""The inventory: its columns, its files, its history."""
