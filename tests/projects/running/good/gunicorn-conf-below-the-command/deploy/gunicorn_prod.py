workers = 8
threads = 4
