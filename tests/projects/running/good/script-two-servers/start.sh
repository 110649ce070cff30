#!/bin/bash
# both in one container
celery -A shop worker -c 2 -P threads &
exec gunicorn -w 3 \
    --threads 4 \
    shop.wsgi
