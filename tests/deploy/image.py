"""Runs deploy/Dockerfile without Docker, and the program with only the files that the image would have.

A stage is a folder. For the build stage, whose base is a Rust image, it is this machine's root folder below an overlay,
which receives what the commands write; the machine's Rust must have the version of the base image. For the final stage,
it is the Debian packages of which distroless/cc consists. What this cannot show is how Docker and the registry's images
behave.

This runs in its own mount namespace (see `run`), so nothing remains mounted.
"""

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CACHE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "deploy"
# https://github.com/GoogleContainerTools/distroless: `cc` is `base` with these libraries, `base` is `static` with those.
DISTROLESS_CC = """
    base-files ca-certificates media-types netbase tzdata
    libc6 libssl3
    libgcc-s1 libgomp1 libstdc++6
""".split()
STARTS = 20


def main():
    work = Path(tempfile.mkdtemp(prefix="fastrs-image-"))
    try:
        stages, config = build(instructions((DEPLOY / "Dockerfile").read_text()), work)
        check(stages[-1], config, work)
    finally:
        # Whatever is still mounted here belongs to this namespace.
        subprocess.run(f"grep -o ' {work}[^ ]*' /proc/self/mounts | tac | xargs -r umount -l", shell=True)
        shutil.rmtree(work)


def instructions(text):
    """Yields each instruction's name and its arguments on one line."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, rest = line.split(maxsplit=1)
        yield name.upper(), rest


def build(steps, work):
    """Follows the Dockerfile; returns the folder of each stage, and the settings of the last."""
    stages, names, config = [], {}, {}
    for name, rest in steps:
        print(f"{name} {re.sub(' +', ' ', rest)}", flush=True)
        match name:
            case "FROM":
                image, *alias = rest.split(" AS ")
                stages.append(base(image, work / str(len(stages))))
                names.update({label: stages[-1] for label in alias})
                config = {"WORKDIR": "/", "ENV": {}}
            case "ENV":
                config["ENV"] |= dict(pair.split("=", 1) for pair in shlex.split(rest))
            case "WORKDIR":
                config["WORKDIR"] = rest
                (stages[-1] / rest[1:]).mkdir(parents=True, exist_ok=True)
            case "COPY":
                copy(rest, names, stages[-1], config["WORKDIR"])
            case "RUN":
                run(rest, stages[-1], config)
            case "USER" | "EXPOSE" | "STOPSIGNAL":
                config[name] = rest
            case "ENTRYPOINT" | "HEALTHCHECK":
                config[name] = json.loads(rest[rest.index("["):])
            case _:
                sys.exit(f"image.py does not know {name}")
    return stages, config


def base(image, folder):
    root = folder / "root"
    root.mkdir(parents=True)
    if version := re.fullmatch(r"rust:([\d.]+)-slim-bookworm", image):
        here = subprocess.check_output(["rustc", "--version"], text=True)
        if not here.startswith(f"rustc {version[1]}."):
            sys.exit(f"the base image has Rust {version[1]}, this machine has {here}")
        (folder / "upper").mkdir()
        (folder / "work").mkdir()
        mount("-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={folder}/upper,workdir={folder}/work", root)
        for system in ["proc", "dev", "sys"]:
            mount("--rbind", f"/{system}", root / system)
    elif image == "gcr.io/distroless/cc-debian12:nonroot":
        packages = folder / "packages"
        packages.mkdir()
        download = ["apt-get", "download", "-qq", *DISTROLESS_CC]
        if subprocess.run(download, cwd=packages, stderr=subprocess.DEVNULL).returncode:
            subprocess.run(["apt-get", "update", "-qq"], check=True)
            subprocess.run(download, cwd=packages, stderr=subprocess.DEVNULL, check=True)
        for package in packages.iterdir():
            subprocess.run(["dpkg-deb", "--extract", package, root], check=True)
        print(f"    {len(DISTROLESS_CC)} packages of Debian, {size(root)}")
    else:
        sys.exit(f"image.py does not know {image}")
    return root


def copy(rest, names, stage, workdir):
    options = re.findall(r"--(\w+)=(\S+)", rest)
    source, target = re.sub(r"--\S+", "", rest).split()
    target = stage / os.path.join(workdir, target)[1:]
    match options:
        case []:
            for path in context():
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, target / path)
        case [("from", name)]:
            before = size(stage)
            subprocess.run(["cp", "-a", f"{names[name]}{source}/.", target], check=True)
            print(f"    {before} became {size(stage)}")
        case _:
            sys.exit(f"image.py does not know COPY {rest}")


def context():
    """Returns the files that Docker would send: those of the repository that .dockerignore does not name."""
    ignored = [line for line in (DEPLOY / "Dockerfile.dockerignore").read_text().split("\n") if line and line[0] != "#"]
    files = subprocess.check_output(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True)
    for file in map(Path, filter(None, files.split("\0"))):
        is_ignored = any(
            pattern.removeprefix("**/") in file.parts if pattern.startswith("**/") else pattern == file.parts[0]
            for pattern in ignored
        )
        if not is_ignored and (ROOT / file).is_file():
            yield file


def run(rest, stage, config):
    """Runs a command in a stage, with the environment of this machine where the base image has its own."""
    for cache in re.findall(r"--mount=type=cache,target=(\S+)", rest):
        kept, target = CACHE / cache[1:], stage / cache[1:]
        kept.mkdir(parents=True, exist_ok=True)
        target.mkdir(parents=True, exist_ok=True)
        mount("--bind", kept, target)
    command = re.sub(r"--mount=\S+", "", rest)
    environment = {key: value for key, value in os.environ.items() if key != "CARGO_TARGET_DIR"}
    started = time.monotonic()
    shell = ["chroot", stage, "/bin/sh", "-c", f"cd {config['WORKDIR']} && {command}"]
    subprocess.run(shell, env=environment | config["ENV"], check=True)
    print(f"    took {time.monotonic() - started:.0f} s")


def check(root, config, work):
    """Starts the program with only the image's files, which it cannot write, and as the image's user."""
    program = root / config["ENTRYPOINT"][0][1:]
    for library in re.findall(r"(/\S+) \(", subprocess.check_output(["ldd", program], text=True)):
        is_there = any((root / place / Path(library).name).exists() for place in ["lib/x86_64-linux-gnu", "lib64"])
        print(f"    {library}: {'in the image' if is_there else 'MISSING'}")
        if not is_there:
            sys.exit(1)
    archive = work / "image.tar.gz"
    subprocess.run(["tar", "-czf", archive, "-C", root, "."], check=True)
    print(f"image: {size(root)}, compressed {archive.stat().st_size / 1e6:.1f} MB; the program is {program.stat().st_size / 1e6:.1f} MB")

    user, group = config["USER"].split(":")
    data = work / "data"
    shutil.copytree(root / "data", data)
    os.chown(data, int(user), int(group))
    for special in ["dev/null", "dev/urandom"]:
        (root / "dev").mkdir(exist_ok=True)
        (root / special).touch()
    (root / "proc").mkdir(exist_ok=True)
    mount("--bind", root, root)
    mount("-o", "remount,bind,ro", root)
    for special in ["dev/null", "dev/urandom"]:
        mount("--bind", f"/{special}", root / special)
    mount("--bind", data, root / "data")
    mount("-t", "tmpfs", "tmpfs", root / "tmp")

    with Container(root, config, user, group) as container:
        body = json.dumps({"name": "Lamp", "price": 1250})
        assert container.ask("POST", "/items", body)[0] == 201
        assert container.ask("GET", "/docs")[0] == 200
        assert container.ask("GET", "/readyz")[0] == 200
        owner = (Path("/proc") / str(container.pid) / "status").read_text()
        assert re.search(rf"^Uid:\t{user}\t{user}\t{user}\t{user}$", owner, re.M), owner
    times = []
    for _ in range(STARTS):
        with Container(root, config, user, group) as container:
            # The data of the first one is still there.
            assert json.loads(container.ask("GET", "/items")[1])["total"] == 1
            times.append(container.started_after)
    print(f"start: {statistics.median(times) * 1000:.0f} ms until the first response, the median of {STARTS} ({min(times) * 1000:.0f} to {max(times) * 1000:.0f})")
    print("it ran as a user, read-only and as process 1, kept its data, and stopped on SIGTERM")


class Container:
    """The program, as the first process of its own process namespace."""

    def __init__(self, root, config, user, group):
        self.port = free_port()
        environment = config["ENV"] | {"PORT": str(self.port)}
        program = ["unshare", "--pid", "--kill-child", f"--root={root}", f"--wd={config['WORKDIR']}"]
        program += [f"--setgid={group}", f"--setuid={user}", *config["ENTRYPOINT"]]
        self.signal = getattr(signal, config["STOPSIGNAL"])
        started = time.monotonic()
        self.process = subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL)
        while True:
            try:
                assert self.ask("GET", "/openapi.json")[0] == 200
                break
            except ConnectionRefusedError:
                assert self.process.poll() is None and time.monotonic() < started + 10, "it does not start"
                time.sleep(0.0005)
        self.started_after = time.monotonic() - started
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        self.pid = int(children.read_text())

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        return response.status, response.read()

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        os.kill(self.pid, signal.SIGKILL if error else self.signal)
        status = self.process.wait(timeout=30)
        assert error or status == 0, f"it ended with {status}"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def size(folder):
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return f"{total / 1e6:.1f} MB"


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
