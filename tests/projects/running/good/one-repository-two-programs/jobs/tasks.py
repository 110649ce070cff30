from .store import engine
