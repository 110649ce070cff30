"""The bare script that poolaudit is measured against: what a person would write who only wants the four answers."""

import os

import pymysql

STATEMENTS = (
    "SHOW FULL PROCESSLIST",
    "SHOW GLOBAL VARIABLES LIKE '%timeout%'",
    "SHOW GLOBAL VARIABLES LIKE '%connect%'",
    "SHOW GLOBAL STATUS LIKE 'Abort%'",
)

connection = pymysql.connect(
    host=os.environ["BARE_HOST"], port=int(os.environ["BARE_PORT"]), user=os.environ["BARE_USER"]
)
with connection, connection.cursor() as cursor:
    for statement in STATEMENTS:
        cursor.execute(statement)
        for row in cursor.fetchall():
            print(*row, sep="\t")
