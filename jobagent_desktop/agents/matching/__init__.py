"""Judges how well a posting fits a person: six parts with points and reasons, and the whole."""
