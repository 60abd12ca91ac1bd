"""What the launcher rests on in the rest of the project."""

import subprocess
import sys
import tomllib

import yaml

from electionadmin.launcher.places import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_launcher_needs_nothing_but_the_standard_library():
    # -I -S: neither site-packages nor the environment.
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import electionadmin.launcher.__main__"

    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_every_package_has_its_line_in_the_layers():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    configuration = PYPROJECT["tool"]["importlinter"]
    [layers] = [contract["layers"] for contract in configuration["contracts"] if contract["type"] == "layers"]

    assert set(configuration["root_packages"]) == packages
    assert {name.strip() for layer in layers for name in layer.split("|")} == packages


def test_contracts_have_no_exceptions():
    assert not any("ignore_imports" in contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"])


def test_compose_starts_every_part_with_the_right_role():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    assert set(services) == {"postgres", "valkey", "migrate", "web", "worker", "beat"}
    assert services["postgres"]["image"].startswith("postgres:16")
    for name, service in services.items():
        environment = service["environment"]
        assert ("OWNER_DATABASE_URL" in environment) == (name == "migrate")
        assert environment.get("DATABASE_URL", "postgresql://app:").startswith("postgresql://app:")
    for name in ("postgres", "valkey", "web", "worker", "beat"):
        assert "healthcheck" in services[name]


def test_compose_makes_the_same_roles_as_the_embedded_server():
    from electionadmin.launcher import postgres

    script = (ROOT / "docker" / "roles.sh").read_text()

    for statement in [*postgres.ROLES.strip().splitlines(), *postgres.PRIVILEGES.strip().splitlines()]:
        assert statement in script


def test_shell_scripts_are_valid():
    for script in ("run", ".ci/run", "docker/roles.sh"):
        shell = "sh" if script == "run" else "bash"
        assert subprocess.run([shell, "-n", ROOT / script], check=False).returncode == 0
