"""Kubernetes manifests and Helm values, by the API's reference."""

import pytest

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.located import Located
from poolaudit.readers.running.kubernetes import surge_of
from poolaudit.readers.running.process import Scaled, Shared, Started, Way
from tests.readers.running.documents import said, started, values, words

DEPLOYMENT = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  {spec}
  template:
    spec:
      containers:
      - name: app
        image: registry/shop:1
        command: ["gunicorn"]
        args: ["-w", "$(WORKERS)", "app:app"]
        env:
        - {{name: WORKERS, value: "4"}}
        - name: PASSWORD
          valueFrom: {{secretKeyRef: {{name: a, key: b}}}}
      - name: proxy
        image: gcr.io/cloudsql/cloud-sql-proxy:2.1
"""


def manifest(spec: str = "replicas: 3", kind: str = "Deployment") -> str:
    return DEPLOYMENT.format(spec=spec, kind=kind)


def test_a_deployment() -> None:
    (web,) = started("k8s/web.yaml", manifest())
    assert (web.name, web.way, web.folder, web.target) == ("web", Way.KUBERNETES, "k8s", "Deployment/web")
    assert words(web) == ["gunicorn -w ${WORKERS} app:app"]
    assert web.hosts is not None
    assert (web.hosts.value, web.hosts.place) == (3, Place("k8s/web.yaml", 5))
    assert values(web.environment) == {
        "WORKERS": "4",
        "PASSWORD": "environment variable PASSWORD, from a secret, a config map or a field",
    }


@pytest.mark.parametrize(
    ("spec", "kind", "hosts", "surge"),
    [
        (("replicas: 3",), "Deployment", 3, 1),
        (("replicas: 10",), "Deployment", 10, 3),
        (("paused: false",), "Deployment", 1, 1),
        (("replicas: 4", "strategy: {type: Recreate}"), "Deployment", 4, 0),
        (("replicas: 4", "strategy: {rollingUpdate: {maxSurge: 2}}"), "Deployment", 4, 2),
        (("replicas: 4", "strategy: {rollingUpdate: {maxSurge: 50%}}"), "Deployment", 4, 2),
        (("replicas: 4", "strategy: {rollingUpdate: {maxSurge: 0}}"), "Deployment", 4, 0),
        (("replicas: 4",), "StatefulSet", 4, 0),
    ],
)
def test_hosts_and_surge(spec: tuple[str, ...], kind: str, hosts: int, surge: int) -> None:
    (web,) = started("web.yaml", manifest("\n  ".join(spec), kind))
    assert web.hosts is not None
    assert web.surge is not None
    assert (web.hosts.value, surge_of(web.surge, web.hosts).value) == (hosts, surge)


@pytest.mark.parametrize(
    ("said_surge", "hosts", "because"),
    [
        (Located("{{ .Values.surge }}", Place("d", 1)), Setting(3), "filled in by a template"),
        (Located("lots", Place("d", 1)), Setting(3), "maxSurge is neither a number nor a share"),
        (Located("25%"), Setting(unknown="not said"), "not said"),
    ],
)
def test_a_surge_that_is_not_known(said_surge: Located, hosts: Setting[int], because: str) -> None:
    assert surge_of(said_surge, hosts).unknown == because


def test_every_node() -> None:
    (web,) = started("web.yaml", manifest(kind="DaemonSet"))
    assert web.hosts is not None
    assert web.hosts.unknown == "a DaemonSet runs on every node, and no file says how many there are"


def test_an_autoscaler() -> None:
    (one,) = said(
        "hpa.yaml",
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: x}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 2
          maxReplicas: 12
        """,
    )
    assert isinstance(one, Scaled)
    assert (one.target, one.most.value, one.place) == ("Deployment/web", 12, Place("hpa.yaml", 7))


def test_lists_and_several_containers() -> None:
    found = started(
        "all.yaml",
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: apps/v1
          kind: Deployment
          metadata: {name: shop}
          spec:
            template:
              spec:
                containers:
                - {name: web, image: shop}
                - {name: jobs, image: shop, args: [celery, -A, shop, worker]}
        - apiVersion: v1
          kind: Service
        """,
    )
    assert [one.name for one in found] == ["shop/web", "shop/jobs"]
    assert words(found[1]) == ["celery -A shop worker"]


def test_what_is_no_manifest() -> None:
    assert said("web.yaml", "kind: Deployment\n") == ()
    assert said("web.yaml", "apiVersion: v1\nkind: Service\n") == ()


def test_helm_values() -> None:
    web, jobs = started(
        "chart/values.yaml",
        """
        replicaCount: 2
        image: {repository: registry/shop}
        autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 9}
        env: {POOL: 5}
        jobs:
          replicas: 3
          env:
          - {name: POOL, value: "6"}
          - {name: OTHER}
          autoscaling: {enabled: false, maxReplicas: 50}
        redis: {replicaCount: 3}
        mysql: {replicas: 2}
        resources: {limits: {cpu: 1}}
        """,
    )
    assert web.hosts is not None
    assert jobs.hosts is not None
    assert (web.name, web.hosts.value, web.image) == ("chart", 9, "registry/shop")
    assert (jobs.name, jobs.hosts.value, jobs.hosts.place) == ("jobs", 3, Place("chart/values.yaml", 6))
    assert values(web.environment) == {"POOL": "5"}
    assert values(jobs.environment) == {"POOL": "6"}


def test_values_that_count_nothing() -> None:
    assert said("values.yaml", "image: {tag: 1}\n") == ()
    assert said("settings.yaml", "replicaCount: 2\n") == ()
    assert said("values.yaml", "autoscaling: {enabled: true}\n") == ()


def test_a_map_of_variables() -> None:
    shared, web = said(
        "all.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {POOL: "5", WORKERS: "{{ .Values.workers }}"}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec: {template: {spec: {containers: [{image: shop, envFrom: [{configMapRef: {name: settings}}]}]}}}
        """,
    )
    assert isinstance(shared, Shared)
    assert isinstance(web, Started)
    assert (shared.name, web.shared) == ("settings", ("settings",))
    assert shared.variables["POOL"] == Located("5", Place("all.yaml", 4))
    assert shared.variables["WORKERS"].why_unknown is not None
    assert said("map.yaml", "apiVersion: v1\nkind: ConfigMap\n") == (Shared(Place("map.yaml", 1), "", {}),)
