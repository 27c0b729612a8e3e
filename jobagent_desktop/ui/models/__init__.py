"""What tables show, read from SQL in pieces."""
