broker_url = "redis://redis/0"
worker_concurrency = 3
