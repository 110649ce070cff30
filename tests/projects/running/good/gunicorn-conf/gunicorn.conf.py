import os

workers = int(os.environ.get("WEB_CONCURRENCY", 3))
threads = 2
worker_class = "gthread"
preload_app = True
timeout = 90
