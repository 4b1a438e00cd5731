# SPDX-License-Identifier: MIT
"""Tickwork installed to a scratch prefix, and a shell in which it comes first."""
import os
import re
import subprocess


class Failed(Exception):
    pass


class Shell:
    """Runs lines in a folder with the installed program first on the path."""

    def __init__(self, prefix, folder):
        self.folder = folder
        pkgconfig = os.path.join(prefix, 'lib', 'pkgconfig')
        self.environment = dict(
            os.environ, PATH=os.path.join(prefix, 'bin') + ':' + os.environ['PATH'],
            CMAKE_PREFIX_PATH=prefix, PKG_CONFIG_PATH=pkgconfig, HOME=folder,
            XDG_CACHE_HOME=os.path.join(folder, '.cache'))
        for home in ('CARGO_HOME', 'RUSTUP_HOME'):  # where a rustc of rustup looks
            default = os.path.join(os.path.expanduser('~'), '.' + home.split('_')[0].lower())
            self.environment.setdefault(home, default)

    def run(self, line, expect=None):
        if line.startswith('cd '):
            self.folder = os.path.join(self.folder, line[3:])
            return ''
        print(f'$ {line}', flush=True)
        done = subprocess.run(line, shell=True, cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        if done.returncode:
            raise Failed(f'exit code {done.returncode}:\n{done.stdout}')
        if expect and not re.search(expect, done.stdout):
            raise Failed(f'lacks {expect}:\n{done.stdout}')
        return done.stdout


def install(build, prefix):
    done = subprocess.run(['cmake', '--install', build, '--prefix', prefix], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failed(f'cmake --install:\n{done.stdout[-3000:]}')
