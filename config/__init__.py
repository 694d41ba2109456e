"""How the portal is put together: settings, schedule, addresses, and the commands that run it."""
