import os

workers = int(os.getenv("WORKERS", "2"))
