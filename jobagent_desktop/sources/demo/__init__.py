"""The built-in demo board: what it answers (`content`), how its pages look (`pages`), and the source made of it (`board`)."""
