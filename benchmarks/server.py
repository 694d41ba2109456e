"""The database server that is measured on: a server of its own with the machine's memory, where none is named."""

import os

from config.embedded import CHECKOUT, Embedded

MB = 1024 * 1024


def provide() -> str:
    """Start it and put its address into the environment; says in a sentence how it is set."""
    if os.environ.get("DATABASE_URL"):
        Embedded(CHECKOUT / "var").provide(CHECKOUT / ".env")  # Redis at least
        return "as DATABASE_URL names it, with its own settings"
    memory = settings_for(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    Embedded(CHECKOUT / "var" / "bench", memory).provide(CHECKOUT / ".env")
    return "embedded, " + ", ".join(f"{name}={value}" for name, value in memory.items())


def settings_for(memory: int) -> dict[str, str]:
    """What a machine that does nothing else would give its database; JIT off."""
    return {
        "shared_buffers": f"{min(memory // 4, 8192 * MB) // MB}MB",
        "effective_cache_size": f"{memory // 2 // MB}MB",
        "work_mem": f"{memory // 256 // MB}MB",
        "maintenance_work_mem": f"{memory // 32 // MB}MB",
        "max_wal_size": "8GB",
        "checkpoint_timeout": "30min",
        "jit": "off",
    }
