"""Where postings come from: one small module per kind of source."""
