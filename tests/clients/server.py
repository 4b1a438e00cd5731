# SPDX-License-Identifier: MIT
"""Tickwork with authentication, and TLS if wanted, for the time of a test."""
import argparse, contextlib, pathlib, shutil, signal, socket, ssl, subprocess, tempfile, time, urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem",
                    "-out", folder / "cert.pem"], check=True, capture_output=True)
    return f'  tls_cert = "{folder}/cert.pem"\n  tls_key = "{folder}/key.pem"\n'


def arguments(text):
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--tickwork", default=str(ROOT / "build/bin/tickwork"))
    return parser.parse_args()


def wait_for(port, scheme, process, log):
    trusting = ssl._create_unverified_context()
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{scheme}://127.0.0.1:{port}/ping", context=trusting, timeout=5)
            return
        except OSError:
            time.sleep(0.05)
        if process.poll() is not None:
            break
    raise SystemExit("tickwork does not answer; its log:\n" + log.read_text())


@contextlib.contextmanager
def tickwork(program, tls):
    """Gives (port, folder)."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tickwork-clients-"))
    port, log = free_port(), folder / "log"
    (folder / "tickwork.toml").write_text(f"""[agent]
  statedir = "{folder}/state"
[[storage.lmdb]]
  path = "{folder}/store"
[[query.influxql]]
[[services.http]]
  bind = "127.0.0.1:{port}"
{certificate(folder) if tls else ""}
[[services.influxdb_api]]
  auth_enabled = true
""")
    with open(log, "w") as output:
        process = subprocess.Popen([program, "run", "-c", str(folder / "tickwork.toml")], stdout=output,
                                   stderr=output)
    try:
        wait_for(port, "https" if tls else "http", process, log)
        yield port, folder
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
