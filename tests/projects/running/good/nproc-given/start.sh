#!/bin/sh
exec gunicorn -w $(nproc) shop.wsgi
