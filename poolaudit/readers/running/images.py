"""What an image or a service is by its name: a database server, something beside an application, or an application."""

import re

_LONGEST_NAME = 100
_OTHERS = re.compile(
    r"(postgres|postgresql|pgbouncer|pgadmin4?|redis|valkey|keydb|memcached|rabbitmq|nats|kafka|zookeeper|mongo|mongodb"
    r"|elasticsearch|opensearch|kibana|logstash|nginx|httpd|apache|caddy|traefik|haproxy|envoy|proxysql|maxscale|varnish"
    r"|mysql-router|phpmyadmin|adminer|grafana|prometheus|alertmanager|loki|promtail|jaeger|zipkin|otel|opentelemetry"
    r"|minio|mailhog|mailpit|maildev|localstack|vault|consul|etcd|cadvisor|node-exporter|mysqld-exporter|exporter"
    r"|certbot|busybox|alpine|cloudsql|cloud-sql-proxy|gce-proxy|fluentd|fluent-bit|vector|datadog|agent|selenium"
    r"|flower|dragonfly|clickhouse|clickhouse-server|mssql|cassandra|sftp|portainer|watchtower|node|php|wordpress)"
)
_MYSQL = re.compile(r"(mysql|mariadb|mysql-server|mysql-community-server|percona|percona-server)(-?[0-9.]*)")


def is_mysql(image: str) -> bool:
    """Whether an image is a MySQL or MariaDB server's."""
    return _MYSQL.fullmatch(_name(image)) is not None


def is_beside(image: str) -> bool:
    """Whether an image is something that carries none of an application's pools: another server, a proxy, a tool."""
    name = _name(image)
    return bool(name) and (_OTHERS.fullmatch(re.sub(r"-?[0-9.]+$", "", name)) is not None or is_mysql(image))


def words_in(name: str) -> frozenset[str]:
    """Give the words of an image's or a process's name: `registry/acme/shop-api:1.2` is of shop and api."""
    return frozenset(word for word in re.split(r"[-_.]", _name(name)) if word)


def _name(image: str) -> str:
    """Give the last part of an image's name, without its tag."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0][:_LONGEST_NAME].lower()
