"""What happens: the engine, the queue, the steps and the breaker. asyncio only; no Qt, no third-party client."""
