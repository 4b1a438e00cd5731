# SPDX-License-Identifier: MIT
"""What the user reads about each bad plugin. Sentences are regular expressions."""
import dataclasses


@dataclasses.dataclass
class Case:
    name: str
    group: str
    libraries: list
    command: list
    expect: list
    code: object = None
    config: str = ''
    absent: list = dataclasses.field(default_factory=list)
    seconds: float = 0
    patience: float = 30
    again: object = None  # a second command in the same folder
    cores: bool = False  # whether processes may leave a core


def refused(name, sentence):
    """"tickwork list" names the file and the reason, and still lists the good one."""
    return Case(name, 'list', ['good', name], ['list', '--plugin-path', '@PLUGINS@'],
                [rf'{name}\.so: {sentence}', r'inputs\.good'], 0)


LIST = [
    refused('text_file', 'not an ELF file'),
    refused('truncated', 'truncated'),
    refused('other_machine', r'built for another machine \(aarch64\)'),
    refused('no_symbol', 'exports no tickwork_module_v1; not a Tickwork plugin'),
    refused('wrong_major', r'built for SDK 2 \(tickwork_module_v2\); this host speaks SDK 1'),
    refused('needs_newer_minor', r'needs SDK 1\.7, this host has 1\.2'),
    refused('size_zero', 'module.size is 0, expected at least 48'),
    refused('undefined_symbol',
            'undefined symbol missing_dep; link with -z defs to catch this at build time'),
    Case('crash_in_constructor', 'list', ['good', 'crash_in_constructor'],
         ['list', '--plugin-path', '@PLUGINS@'],
         [r'crash_in_constructor\.so: crashed while loading \(SIGSEGV in constructor\)$',
          r'inputs\.good'], 0, cores=False),
    Case('crash_leaves_a_core', 'list', ['good', 'crash_in_constructor'],
         ['list', '--plugin-path', '@PLUGINS@'],
         [r'crashed while loading \(SIGSEGV in constructor\), see core \S+', r'inputs\.good'], 0,
         cores=True),
    refused('null_gather', r'inputs\.null_gather: tw\.input/1 has no gather'),
    refused('null_write', r'outputs\.null_write: tw\.output/1 has no write'),
]


def config_check(name, libraries, config, expect, code=1):
    return Case(name, 'config', libraries,
                ['config', 'check', '--plugin-path', '@PLUGINS@', '@CONFIG@'], expect, code, config)


CONFIG = [
    config_check('good', ['good'], '[[inputs.good]]\ncolour = "blue"\n', [], 0),
    config_check('unknown_option', ['good'], '[[inputs.good]]\n  color = "blue"\n',
                 [r'bad\.toml:2:3: inputs\.good has no option "color"; did you mean "colour"\?']),
    config_check('wrong_type', ['good'], '[[inputs.good]]\ncolour = 7\n',
                 [r'bad\.toml:2:\d+: .*colour']),
    config_check('all_mistakes_at_once', ['good'],
                 '[[inputs.good]]\ncolour = 7\nsize = 1\n[[inputs.god]]\n',
                 [r'bad\.toml:2:', r'bad\.toml:3:', r'bad\.toml:4:.*did you mean "?inputs\.good']),
    config_check('duplicate_plugin_id', ['duplicate_id_a', 'duplicate_id_b'], '[[inputs.twin]]\n',
                 [r'inputs\.twin is in \S*duplicate_id_a\.so \(1\.2\.0\) and \S*duplicate_id_b\.so '
                  r'\(1\.3\.0\); name one as org\.example\.twin_a:inputs\.twin']),
    config_check('refused_plugin_is_named', ['inputs.null_gather=null_gather'], '[[inputs.null_gather]]\n',
                 [r'null_gather\.so was refused: inputs\.null_gather: tw\.input/1 has no gather']),
]


def check(name, test, sentence, libraries=None, code=1, severity='error'):
    return Case(name, 'check', [libraries or name],
                ['check', '@PLUGINS@/' + (libraries or name) + '.so'],
                [rf'{test} +\S+\n(.*\n)*? +{severity}: .*{sentence}'], code, absent=[r'crashed with'])


CHECK = [
    Case('good', 'check', ['good'], ['check', '@PLUGINS@/good.so'], [r'tickwork-check 1\.0: (\d+)/\1\n'],
         0, absent=['error']),
    check('text_file', 'elf-readable', 'not an ELF file'),
    check('truncated', 'elf-readable', 'truncated'),
    check('no_symbol', 'elf-readable', 'exports no tickwork_module_v1'),
    check('wrong_major', 'elf-readable', 'built for SDK 2'),
    check('undefined_symbol', 'resolves-now', 'undefined symbol missing_dep'),
    check('size_zero', 'sizes', 'module.size is 0, expected at least 48'),
    check('needs_newer_minor', 'sizes', r'needs SDK 1\.7, this host has 1\.2'),
    check('null_gather', 'sizes', r'tw\.input/1 has no gather'),
    check('exports_more', 'one-symbol', r'exports _Z5parsePKc'),
    check('gnu_unique', 'no-unique', 'STB_GNU_UNIQUE; compile with -fno-gnu-unique', 'exports_more'),
    check('busy_at_load_prints', 'no-output', r'loading printed \d+ bytes', 'busy_at_load'),
    check('busy_at_load_threads', 'no-threads-at-load', 'loading started 1 thread', 'busy_at_load'),
    check('bad_tables_ext', 'known-exts', r'tw\.inptu/1 is not an extension', 'bad_tables'),
    check('bad_tables_default', 'options', 'option every: its default "soon" must be a duration',
          'bad_tables'),
    check('bad_tables_doc', 'options', 'option names has a doc of several lines', 'bad_tables'),
    check('writable_tables', 'constant-tables', 'writable memory'),
    check('throws', 'input-points-valid', 'gather threw .*boom through the boundary'),
    check('bad_points', 'input-points-valid', 'is not finite'),
    Case('hangs_in_stop', 'check', ['hangs_in_stop'],
         ['check', '--only', 'start-stop|old-host', '@PLUGINS@/hangs_in_stop.so'],
         [r'start-stop-start +FAILED\n +error: did not end in 10 s \(stop of inputs\.hangs\)',
          r'old-host +FAILED\n +error: did not end in 2 s'], 1),
    Case('hangs_in_gather', 'check', ['hangs_in_gather'],
         ['check', '--only', 'stop-in-time', '@PLUGINS@/hangs_in_gather.so'],
         [r'gather does not return within 4 s of being asked to stop'], 1),
    check('leaves_thread', 'threads-joined', r'inputs\.leaves_thread left 1 thread'),
    check('leaves_file', 'fds-closed', r'inputs\.leaves_file left 2 descriptor'),
    check('leaks', 'create-destroy', r'inputs\.leaks: create and destroy leak about \d+ bytes'),
    check('lies_about_success', 'output-counts', 'wrote 990 of 1000, returned OK'),
    check('keeps_pointer', 'output-borrow', 'read freed batch memory'),
    Case('emits_after_stop', 'check', ['emits_after_stop'],
         ['check', '--only', 'no-emit', '@PLUGINS@/emits_after_stop.so'],
         [r'error: inputs\.emits_after_stop emitted while it was not started'], 1),
    check('wall_clock', 'input-clock', "stamps \"stamped\" with the machine's clock"),
    check('invents_tokens', 'processor-conserves', 'has the token 1000001 that nobody gave'),
    check('splits_badly', 'parser-split', 'other points when cut into pieces'),
    check('reads_beyond', 'parser-fuzz', r'used \d+ of \d+ bytes'),
    check('forgets', 'storage-crash', r'kill -9 after \d+ points were acknowledged, 0 are there'),
    check('forgets_reads', 'storage-readback', r'wrote "host=a time=2000000000 v=2", read it back 0 times',
          'forgets'),
    check('deaf_query', 'query-cancel', 'goes on for 2 s after cancel'),
    check('deaf_query_deadline', 'query-deadline', 'goes on after its deadline', 'deaf_query'),
    check('bad_panel', 'panel-manifest', 'element "gauge" has no hyphen'),
    check('calls_exit_warning', 'no-forbidden-imports', 'imports exit', 'calls_exit', 1, 'warning'),
    Case('calls_exit', 'check', ['calls_exit'], ['check', '@PLUGINS@/calls_exit.so'],
         [r'bad-config +FAILED\n +error: ended the process with exit code 1 \(create of '
          r'inputs\.calls_exit with colour = ""\)'], 1),
    Case('segfault', 'check', ['segfault'], ['check', '--only', 'points-valid', '@PLUGINS@/segfault.so'],
         [r'crashed with SIGSEGV \(gather of inputs\.segfault\)'], 1),
    Case('noexcept_throws', 'check', ['noexcept_throws'],
         ['check', '--only', 'points-valid', '@PLUGINS@/noexcept_throws.so'],
         [r'crashed with SIGABRT \(gather of inputs\.noexcept_throws\)'], 1),
    Case('trusts_snapshot', 'check', ['trusts_snapshot'],
         ['check', '--only', 'snapshot', '@PLUGINS@/trusts_snapshot.so'],
         [r'crashed with SIGSEGV \(load of \d+ random bytes'], 1),
    Case('crash_in_constructor', 'check', ['crash_in_constructor'],
         ['check', '@PLUGINS@/crash_in_constructor.so'],
         [r'resolves-now +FAILED\n +error: crashed with SIGSEGV \(loading\)', r'sizes +not run'], 1),
    Case('json', 'check', ['leaks'], ['check', '--format', 'json', '--only', 'create-destroy',
                                      '@PLUGINS@/leaks.so'],
         [r'"test":"create-destroy","result":"FAILED"', r'"severity":"error"'], 1),
    Case('junit', 'check', ['leaks'], ['check', '--format', 'junit', '--only', 'create-destroy',
                                       '@PLUGINS@/leaks.so'],
         [r'<testsuite name="\S+" tests="1" failures="1">', r'<failure message="inputs\.leaks'], 1),
    Case('no_file', 'check', [], ['check', '@PLUGINS@/nothing.so'], ['cannot read .*nothing.so'], 2),
    Case('wrong_usage', 'check', ['good'], ['check', '--only', '(', '@PLUGINS@/good.so'],
         ['--only is not a regular expression'], 2),
]

AGENT = '[agent]\ninterval = "300ms"\nround_interval = false\nomit_hostname = true\n' \
        'statedir = "@STATE@"\n'


def service(name, libraries, config, expect, seconds=1.5, code=0, **more):
    """"tickwork run" with a good neighbour, ended by SIGTERM."""
    return Case(name, 'run', ['good', *libraries], ['run', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
                expect, code, AGENT + '[[inputs.good]]\n' + config, seconds=seconds, **more)


RUN = [
    Case('throws_once', 'run', ['good', 'throws'],
         ['run', '--test', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
         [r'inputs\.throws.*threw std::runtime_error: boom', r'plain v=1'], 1,
         AGENT + '[[inputs.good]]\n[[inputs.throws]]\n'),
    Case('bad_points', 'run', ['bad_points'],
         ['run', '--test', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
         [r'inputs\.bad_points', r'good_one v=1'], None, AGENT + '[[inputs.bad_points]]\n',
         absent=['nan', 'NaN=']),
    Case('create_fails', 'run', ['good', 'create_fails'],
         ['run', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
         [r'inputs\.create_fails', 'colour must be blue', r'bad\.toml:\d+'], 1,
         AGENT + '[[inputs.good]]\n[[inputs.create_fails]]\n'),
    Case('start_fails', 'run', ['good', 'start_fails'],
         ['run', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
         [r'inputs\.start_fails', 'cannot connect to nowhere:1'], 1,
         AGENT + '[[inputs.good]]\n[[inputs.start_fails]]\n'),
    Case('unknown_option', 'run', ['good'], ['run', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
         [r'bad\.toml:\d+:\d+: inputs\.good has no option "color"'], 1,
         AGENT + '[[inputs.good]]\ncolor = "blue"\n'),
    service('throws', ['throws'], '[[inputs.throws]]\n',
            [r'inputs\.throws.*threw std::runtime_error: boom']),
    service('slow_gather', ['slow_gather'], '[[inputs.slow]]\n', [r'inputs\.slow.*interval'], 2.5),
    service('leaves_thread', ['leaves_thread'], '[[inputs.leaves_thread]]\n', []),
    service('hangs_in_stop', ['hangs_in_stop'], '[[inputs.hangs]]\n',
            [r'inputs\.hangs.*did not stop in 10 s at \S*sleep\S* \(libc.* < hangs_in_stop\.so\+0x.*; abandoned'],
            1, 3, patience=40),
    service('hangs_in_gather', ['hangs_in_gather'], '[[inputs.hangs_in_gather]]\n',
            [r'inputs\.hangs_in_gather.*did not stop in 10 s at \S*sleep\S* \(libc.* < '
             r'hangs_in_gather\.so\+0x.*; abandoned'], 1, 3, patience=40),
    service('segfault_isolated', ['segfault'], '[[inputs.segfault]]\nisolate = true\n',
            [r'\[inputs\.segfault\] exited on SIGSEGV; restarting it in']),
    service('noexcept_throws_isolated', ['noexcept_throws'],
            '[[inputs.noexcept_throws]]\nisolate = true\n',
            [r'\[inputs\.noexcept_throws\] exited on SIGABRT; restarting it in']),
    service('throws_isolated', ['throws'], '[[inputs.throws]]\nisolate = true\n',
            [r'\[inputs\.throws\] threw std::runtime_error: boom; restarting it in']),
    service('calls_exit_isolated', ['calls_exit'],
            '[[inputs.calls_exit]]\nisolate = true\ncolour = "blue"\n',
            [r'bad\.toml:\d+:\d+: inputs\.calls_exit: exited with code 1 in create'], code=1),
    service('hangs_in_stop_isolated', ['hangs_in_stop'], '[[inputs.hangs]]\nisolate = true\n',
            [r'\[inputs\.hangs\] did not stop in \S+ m?s; its process was ended'], absent=['abandoned'],
            patience=40),
    service('hangs_in_gather_isolated', ['hangs_in_gather'],
            '[[inputs.hangs_in_gather]]\nisolate = true\n',
            [r'\[inputs\.hangs_in_gather\] did not stop in \S+ m?s; its process was ended'],
            absent=['abandoned'], patience=40),
    service('segfault', ['segfault'], '[[inputs.segfault]]\n', [], 2, None,
            again=Case('segfault', 'run', [], ['run', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
                       [r'last run did not stop cleanly.*inputs\.segfault',
                        r'\[inputs\.segfault\] crashed the last run \(SIGSEGV in gather\); it runs '
                        r'isolated now', r'\[inputs\.segfault\] exited on SIGSEGV; restarting it'],
                       0, seconds=1.5)),
    service('noexcept_throws', ['noexcept_throws'], '[[inputs.noexcept_throws]]\n', [], 2, None,
            again=Case('noexcept_throws', 'run', [],
                       ['run', '--plugin-path', '@PLUGINS@', '-c', '@CONFIG@'],
                       [r'\[inputs\.noexcept_throws\] crashed the last run \(SIGABRT in gather\); it '
                        r'runs isolated now'], 0, seconds=1)),
]

ALL = LIST + CONFIG + CHECK + RUN
