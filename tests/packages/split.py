#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every installed file is in a package, and in one only; every set has its package for Debian and
RPM, which depends on the packages of what it configures.

usage: split.py --build BUILD --root SOURCE"""
import argparse
import fnmatch
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

mistakes = []


def expect(fine, sentence):
    if not fine:
        mistakes.append(sentence)


def installed(folder):
    """Files as they lie in a package: the prefix is /usr, with /etc and units beside it."""
    for parent, _, files in os.walk(folder):
        for name in files:
            path = os.path.relpath(os.path.join(parent, name), folder)
            yield re.sub(r'^usr/(etc/|lib/systemd/)', r'\1', path)


def lists_of_debian(root):
    """(package, pattern) of the lists that are written by hand."""
    for path in glob.glob(f'{root}/packaging/debian/*.install'):
        package = os.path.basename(path)[:-len('.install')]
        for line in open(path).read().split():
            yield package, line


def needed(library):
    return subprocess.run(['readelf', '-d', library], capture_output=True, text=True).stdout


def holds(pattern, path):
    return fnmatch.fnmatch(path, pattern.replace('usr/lib/*/', 'usr/lib/')) or \
        fnmatch.fnmatch(path, pattern.replace('usr/lib/*/', 'usr/lib/') + '/*')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True)
    parser.add_argument('--root', required=True)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix='tickwork-split-')
    try:
        subprocess.run(['cmake', '--install', options.build, '--prefix', f'{folder}/usr'],
                       check=True, stdout=subprocess.DEVNULL)
        text = subprocess.run([f'{options.root}/packaging/split', folder, 'usr/lib'], check=True,
                              capture_output=True, text=True).stdout
        rows = [line.split(' ') for line in text.splitlines()]
        judge(options.root, folder, rows)
    finally:
        shutil.rmtree(folder)
    sys.exit('\n'.join(mistakes) or 0)


def judge(root, folder, rows):
    lists = list(lists_of_debian(root)) + [(p, path) for what, p, path in rows if what == 'file']
    for path in installed(folder):
        owners = sorted({package for package, pattern in lists if holds(pattern, path)})
        shared = path.startswith('etc/tickwork/tasks/') and owners == ['tickwork-kapacitor', 'tickwork-tick']
        expect(len(owners) == 1 or shared, f'{path} is in {owners or "no package"}')
    for what, package, path in rows:
        if what == 'file' and package == 'tickwork-plugins' and path.endswith('.so'):
            expect(not re.search('libcurl|libssl|libcrypto', needed(f'{folder}/{path}')),
                   f'{path} needs an HTTP library and is in {package}')
    control = open(f'{root}/packaging/debian/control').read()
    spec = open(f'{root}/packaging/rpm/tickwork.spec').read()
    for file in glob.glob(f'{root}/configs/sets/*.toml'):
        name = os.path.basename(file)[:-len('.toml')]
        depends = [other for what, package, other in rows
                   if what == 'depends' and package == f'tickwork-{name}']
        expect(f'Package: tickwork-{name}\n' in control, f'debian/control has no tickwork-{name}')
        expect(f'%set_package {name} ' in spec, f'tickwork.spec has no {name}')
        expect(depends, f'tickwork-{name} depends on no plugins')


main()
