"""The operating system: keyring, single instance, logs, crash reports."""
