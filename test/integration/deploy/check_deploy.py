"""What others' checkers say of deploy/: Helm's lint and its rendering against the schemas of Kubernetes, hadolint of the container files, Docker
Compose of its file, and a grammar of Bicep. Prints one line for each complaint; exit code 1 where there is one.
"""

import os
import subprocess
import sys
from pathlib import Path

import compose
import kubernetes_validate
import tree_sitter
import tree_sitter_bicep
import yaml
from helm_python.chart import Chart, lint

ROOT = Path(__file__).parents[3]
KUBERNETES = "1.34"
# A chart must hold for the smallest and for the largest city.
CITIES = {
    "small": {},
    "large": {
        "config": {"kafka": {"doors": [{"name": "city", "brokers": ["kafka:9092"]}]}},
        "image": {"pullSecrets": ["registry"]},
        "serve": {"storage": {"size": "1Ti", "className": "fast"}, "nodeSelector": {"disk": "nvme"}},
        "door": {"enabled": True, "name": "city", "maxReplicas": 10, "tolerations": [{"key": "doors", "operator": "Exists"}]},
        "ingress": {"enabled": True, "className": "nginx", "tlsSecretName": "city", "annotations": {"a/b": "c"}},
    },
    "of MQTT": {
        "config": {"kafka": {"doors": [{"name": "city", "brokers": ["kafka:9092"]}]}, "mqtt": {"doors": [{"name": "field"}]}},
        "door": {"enabled": True, "replicas": 3},
    },
}
# A broker keeps messages for a door that an autoscaler takes away.
REFUSED = {**CITIES["of MQTT"], "door": {"enabled": True, "replicas": 2, "maxReplicas": 3}}
KINDS = {
    "small": ["ConfigMap", "Service", "ServiceAccount", "StatefulSet"],
    "large": [
        *["ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Ingress", "PodDisruptionBudget"],
        *["Service", "Service", "ServiceAccount", "StatefulSet"],
    ],
    "of MQTT": [
        *["ConfigMap", "PodDisruptionBudget", "Service", "Service", "ServiceAccount", "StatefulSet", "StatefulSet"],
    ],
}


def chart():
    path = ROOT / "deploy/helm/arterial"
    for city, values in CITIES.items():
        report = lint(path, values, strict=True, kube_version=f"v{KUBERNETES}.0")
        yield from (f"helm lint, {city}: {one['path']}: {one['error']}" for one in report["messages"] if one["severity"] > 1)
        kinds = []
        with Chart.load(path) as loaded:
            loaded.validate_schema(values)
            rendered = loaded.render(values, name="city")
        for name, text in rendered.items():
            if not name.endswith(".yaml"):
                continue
            for document in filter(None, yaml.safe_load_all(text)):
                kinds.append(document["kind"])
                try:
                    kubernetes_validate.validate(document, KUBERNETES, strict=True)
                except kubernetes_validate.ValidationError as error:
                    yield f"{name}, {city}: {document['kind']}: {error.path}: {error.message}"
        if sorted(kinds) != KINDS[city]:
            yield f"{city}: renders {sorted(kinds)}"
    with Chart.load(path) as loaded:
        try:
            loaded.render(REFUSED, name="city")
            yield "doors that read MQTT may grow"
        except Exception as error:
            if "door.maxReplicas is 3" not in str(error):
                yield f"doors that read MQTT and grow: {error}"


def containers():
    hadolint = Path(sys.executable).with_name("hadolint")
    for file in ["Containerfile", "deploy/spark/Containerfile"]:
        # DL3022: the program's image is another build's. DL3066: users of Debian and Spark have names.
        ran = subprocess.run(
            [hadolint, "--no-color", "--ignore", "DL3022", "--ignore", "DL3066", ROOT / file], capture_output=True, text=True
        )
        yield from ran.stdout.splitlines()


def compose_file():
    given = {**os.environ, "STORAGE_KEY": "key", "ARTERIAL_SERVER_TOKENS": "[]"}
    command = [Path(compose.__file__).with_name("docker-compose"), "--file", ROOT / "deploy/compose/compose.yaml"]
    ran = subprocess.run([*command, "--profile", "spark", "config", "--quiet"], env=given, capture_output=True, text=True)
    yield from ran.stderr.splitlines()


def bicep():
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
    file = ROOT / "deploy/azure/main.bicep"
    nodes = [parser.parse(file.read_bytes()).root_node]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            yield f"{file.name}:{node.start_point.row + 1}: is no Bicep: {node.text.decode()[:80]}"
        nodes.extend(node.children)


if __name__ == "__main__":
    complaints = [*chart(), *containers(), *compose_file(), *bicep()]
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)
