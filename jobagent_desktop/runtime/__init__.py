"""The engine's thread and the bridge: the only place where asyncio and Qt meet."""
