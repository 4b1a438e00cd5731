#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Replaces an input, a processor, an aggregator and an output again and again while 100,000 points/s
go through them: no point is lost, doubled, out of order or unprocessed, and their counts go on from
version to version. A version that refuses its predecessor's memory or does not start is named and
changes nothing, nor does one whose predecessor is still at work; a service that had to end before its
successor failed is back, in its old version.

usage: swaps.py --tickwork PROGRAM --libraries FOLDER [--swaps N]"""
import argparse
import os
import re
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../acceptance'))
from stack import Stack, until  # noqa: E402

CONFIGURATION = '''[agent]
interval = "20ms"
flush_interval = "100ms"
metric_batch_size = 5000
metric_buffer_limit = 2000000
round_interval = false
omit_hostname = true
skip_processors_after_aggregators = true
[plugins]
path = ["{folder}/plugins"]
[[inputs.flood]]
points = 3000
path = "{folder}/sent"
[[processors.tally]]
path = "{folder}/versions"
[[aggregators.total]]
period = "1s"
grace = "1h"
[[outputs.census]]
path = "{folder}/arrived"
[[services.hermit]]
path = "{folder}/hermits"
'''


class Host(Stack):
    """The program with a plugin folder of its own."""

    def __init__(self, program, libraries, *options):
        super().__init__([program, 'run', *options, '-c'])
        self.command.append(f'{self.folder}/swap.toml')
        self.libraries = libraries
        os.mkdir(f'{self.folder}/plugins')
        for library in 'flood_1', 'tally_1', 'hermit_1':
            self.install(library)
        open(self.command[-1], 'w').write(CONFIGURATION.format(folder=self.folder))

    def install(self, name):
        """As a package does: a new file takes the old one's name."""
        shutil.copy(f'{self.libraries}/{name}.so', f'{self.folder}/new')
        os.rename(f'{self.folder}/new', f'{self.folder}/plugins/{name.split("_")[0]}.so')

    def logs(self, pattern):
        until(pattern, 20, lambda: re.search(pattern, self.log()))

    def takes_over(self, version, times):
        """The times-th version to take over is this one."""
        until(f'take-over {times}, by version {version}', 20, lambda: (
            open(f'{self.folder}/versions').read().split()[times - 1:] == [f'{version}.0.0']))

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


def swap(host, swaps):
    host.logs('Tags enabled')
    time.sleep(0.5)
    begin = time.monotonic()
    for i in range(swaps):
        version = 2 - i % 2
        host.install(f'tally_{version}')
        host.install(f'flood_{version}')
        host.reload()
        host.takes_over(version, i + 1)
    for version in 1, 2:
        for name in 'processors.tally', 'inputs.flood', 'outputs.census':
            host.logs(rf'\[{name}\] runs {version}\.0\.0 of .*memory')
    took = time.monotonic() - begin
    host.install('tally_refuses')
    host.reload()
    host.logs(r'cannot load what its predecessor saved: that is no count; nothing was changed')
    host.install('tally_stays_down')
    host.reload()
    host.logs(r'will not start; nothing was changed')
    host.install('tally_1')
    host.install('hermit_stays_down')
    host.reload()
    host.logs(r'\[services\.hermit\] cannot start: .*will not leave its cave')
    host.logs(r'\[services\.hermit\] goes on with its old configuration')
    assert open(f'{host.folder}/hermits').read() == '1.0.0\n1.0.0\n', 'not its old version'
    time.sleep(1.5)
    return took


def watch(host):
    """Nobody sends a signal: the program sees the new file."""
    host.logs('Tags enabled')
    time.sleep(0.5)
    for times, version in (1, 2), (2, 1):
        host.install(f'tally_{version}')
        host.takes_over(version, times)
    check(host)


def stall(host):
    """A gather that does not end keeps its version, until a reload after its end."""
    host.logs('Tags enabled')
    open(f'{host.folder}/sent.stall', 'w').close()
    host.logs(r'\[inputs\.flood\] Collection took longer than expected')
    host.install('flood_2')
    host.reload()
    host.logs(r'\[inputs\.flood\] cannot start: its last gather does not come to an end')
    host.logs(r'\[outputs\.census\] runs 2\.0\.0 of .*memory')
    os.remove(f'{host.folder}/sent.stall')
    host.reload()
    host.logs(r'\[inputs\.flood\] runs 2\.0\.0 of .*memory')
    time.sleep(0.5)
    check(host)


def check(host):
    """Stops the program; returns how many points it had."""
    host.stop()
    sent = int(open(f'{host.folder}/sent').read())
    arrived = open(f'{host.folder}/arrived').read().split()
    assert sent > 0 and arrived == ['flood', str(sent), 'numbered', str(sent), 'total', str(sent)], \
        f'{sent} sent, {" ".join(arrived)}'
    told = r'.*(nothing was changed|will not leave its cave|gather does not come to an end).*'
    assert ' E! ' not in re.sub(told, '', host.log()), 'errors in the log'
    return sent


def attempt(host, deed):
    with host:
        try:
            deed(host)
        except AssertionError as failure:
            sys.exit(f'{failure}\n{host.log()[-6000:]}')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tickwork', required=True)
    parser.add_argument('--libraries', required=True)
    parser.add_argument('--swaps', type=int, default=100)
    options = parser.parse_args()
    def swaps(host):
        begin = time.monotonic()
        took = swap(host, options.swaps)
        sent = check(host)
        rate = sent / (time.monotonic() - begin)
        print(f'{options.swaps} swaps in {took:.1f} s, {sent} points in and out, {rate:.0f} points/s')

    attempt(Host(options.tickwork, options.libraries), swaps)
    attempt(Host(options.tickwork, options.libraries), stall)
    attempt(Host(options.tickwork, options.libraries, '--watch-config', 'notify'), watch)


main()
