workers = 2
preload_app = True


def post_fork(server, worker):
    from db import engine

    engine.dispose(close=False)
