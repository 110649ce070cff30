"""examples/kubernetes, against Kubernetes' own schemas, and its parts against each other and the Dockerfile."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # it has no types
import pytest
import yaml

from tests.command_lines import accepts
from tests.settings_files import read_whole

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "examples/kubernetes/cronjob.yaml").read_text(encoding="utf-8")
DOCUMENTS: dict[str, Any] = {document["kind"]: document for document in yaml.safe_load_all(TEXT)}
VERSIONS = ("1.29", kubernetes_validate.latest_version().rpartition(".")[0])
JOB = DOCUMENTS["CronJob"]["spec"]
POD = JOB["jobTemplate"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
SECRETS = "/run/secrets/poolaudit/"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_kubernetes_takes_it(kind: str, version: str) -> None:
    assert kubernetes_validate.validate(DOCUMENTS[kind], version, strict=True) == version


def test_the_schema_is_looked_at() -> None:
    wrong = yaml.safe_load(TEXT.rpartition("---\n")[2].replace("concurrencyPolicy:", "concurencyPolicy:"))
    with pytest.raises(kubernetes_validate.ValidationError, match="concurencyPolicy"):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_one_run_at_a_time_and_none_again() -> None:
    assert (JOB["concurrencyPolicy"], JOB["schedule"], JOB["timeZone"]) == ("Forbid", "0 6 * * *", "Etc/UTC")
    assert JOB["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert POD["restartPolicy"] == "Never"


def test_the_command_is_one() -> None:
    assert "command" not in CONTAINER
    assert accepts(CONTAINER["args"]) == "report"


def test_the_pod_keeps_to_the_restricted_standard() -> None:
    pod, container = POD["securityContext"], CONTAINER["securityContext"]
    assert (pod["runAsNonRoot"], pod["seccompProfile"]) == (True, {"type": "RuntimeDefault"})
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}
    assert container["readOnlyRootFilesystem"] is True
    assert POD["automountServiceAccountToken"] is False
    allowed = {"configMap", "secret", "persistentVolumeClaim", "emptyDir"}
    assert {kind for volume in POD["volumes"] for kind in volume if kind != "name"} == allowed


def test_its_user_and_folders_are_the_images() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    pod = POD["securityContext"]
    assert f"USER {pod['runAsUser']}:{pod['runAsGroup']}\n" in image
    assert pod["fsGroup"] == pod["runAsGroup"]
    mounted = {mount["name"]: mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert f"WORKDIR {mounted['settings']}\n" in image
    assert f"VOLUME {mounted['history']}\n" in image


def test_what_is_mounted_is_there() -> None:
    volumes = {volume["name"]: volume for volume in POD["volumes"]}
    assert set(volumes) == {mount["name"] for mount in CONTAINER["volumeMounts"]}
    assert volumes["settings"]["configMap"]["name"] == DOCUMENTS["ConfigMap"]["metadata"]["name"]
    claim = volumes["history"]["persistentVolumeClaim"]["claimName"]
    assert claim == DOCUMENTS["PersistentVolumeClaim"]["metadata"]["name"]


def test_the_settings_are_read(tmp_path: Path) -> None:
    ((name, text),) = DOCUMENTS["ConfigMap"]["data"].items()
    made = re.findall(r"--from-file=([\w-]+)", TEXT)
    assert set(re.findall(rf'"{SECRETS}([\w-]+)"', text)) == set(made) != set()
    for secret in made:
        (tmp_path / secret).write_text("secret\n", "utf-8")
    (tmp_path / name).write_text(text.replace(SECRETS, f"{tmp_path}/"), "utf-8")
    whole = read_whole(tmp_path / name)
    assert whole.servers[0].target({})[0].password == "secret"
    assert whole.mail is not None


def test_resources_are_bounded() -> None:
    assert CONTAINER["resources"]["limits"]["memory"]
    assert set(CONTAINER["resources"]["requests"]) == {"cpu", "memory"}
    assert JOB["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 900
