#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What "tickwork run" tells systemd: ready, alive, reloading and ready again, stopping.

usage: notify.py TICKWORK LIBRARY"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


class Service:
    """A program under a socket of the kind that systemd listens on."""

    def __init__(self, tickwork, library, folder):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = os.path.join(folder, 'notify')
        self.socket.bind(path)
        self.socket.settimeout(0.2)
        configuration = os.path.join(folder, 'sample.toml')
        open(configuration, 'w').write('[[inputs.sample]]\n')
        environment = dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC='400000',
                           XDG_CACHE_HOME=folder)
        self.running = subprocess.Popen(
            [tickwork, 'run', '--plugin-path', library, '-c', configuration], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def expect(self, start):
        """The next message that begins like that, whatever comes before it."""
        end = time.monotonic() + 15
        seen = []
        while time.monotonic() < end:
            try:
                message = self.socket.recv(4096).decode()
            except socket.timeout:
                continue
            if message.startswith(start):
                return message
            seen.append(message)
        sys.exit(f'no {start} from the program, but {seen}')


def main():
    folder = tempfile.mkdtemp(prefix='tickwork-notify-')
    service = Service(sys.argv[1], sys.argv[2], folder)
    try:
        service.expect('READY=1')
        began = time.monotonic()
        for _ in range(4):
            service.expect('WATCHDOG=1')
        took = time.monotonic() - began
        if not 0.5 < took < 4:
            sys.exit(f'four signs of life in {took:.1f} s, expected one every 0.2 s')
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        service.running.send_signal(signal.SIGHUP)
        reloading = service.expect('RELOADING=1\nMONOTONIC_USEC=')
        if int(reloading.split('=')[-1]) < before:
            sys.exit(f'the reload began before it was asked for: {reloading}')
        service.expect('READY=1')
        service.running.terminate()
        service.expect('STOPPING=1')
        if service.running.wait(20):
            sys.exit(f'exit code {service.running.returncode}')
    finally:
        if service.running.poll() is None:
            service.running.kill()
            service.running.wait()
        service.socket.close()
        shutil.rmtree(folder)


main()
