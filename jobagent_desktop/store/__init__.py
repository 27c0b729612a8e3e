"""SQLite: the embedded source of truth. Numbered migrations, SQL in plain sight."""
