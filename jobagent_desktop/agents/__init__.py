"""What reads and writes text: matching, tailoring, letters."""
