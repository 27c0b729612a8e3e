"""The few dialogs: only where a decision cannot stand in the page itself."""
