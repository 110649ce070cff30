workers = 30
threads = 6
