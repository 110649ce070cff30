workers = 1
preload_app = True
