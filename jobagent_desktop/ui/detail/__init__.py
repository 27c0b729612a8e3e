"""The pane that shows one application: posting, match, preview, log, and what can be done next."""
