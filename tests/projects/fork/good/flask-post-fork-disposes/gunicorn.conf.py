def post_fork(server, worker):
    from app import app, db

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
