#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Huibao authors
# SPDX-License-Identifier: Apache-2.0
"""What the house says of itself: metrics, the file for node_exporter, and the doctor's checks.

    test_observe.py BINARIES [--keep]

The metrics are read by promtool. Each check of the doctor that a running house can be brought to is made true
once, and goes away again.
"""
import argparse
import collections
import datetime
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile

from world import MAP_SIZE, PERIODS, STORM, World, anonymous_bytes, china_day, public_of, storm_world, yaml

FOUND, DENIED, AWAY, CONFLICT, PARTLY = 3, 4, 5, 6, 7
SAMPLE = re.compile(r'([a-z_]+)(?:\{(.*)\})? (\S+)')
# Labels that may be; none of them names a facility, a place or a person.
LABELS = {'program', 'version', 'result', 'rule', 'reason', 'le', 'memory', 'store', 'state'}


def expect(what, claim, *more):
    if not claim:
        sys.exit(f'expected: {what} {" ".join(map(str, more))}')
    print('ok', what, flush=True)


def read(text):
    """(name, labels) → value"""
    values = {}
    for line in text.splitlines():
        if line.startswith('#'):
            continue
        name, labels, value = SAMPLE.fullmatch(line).groups()
        key = name, frozenset(re.findall(r'([a-z_]+)="([^"]*)"', labels or ''))
        if key in values:
            sys.exit(f'{line}: twice')
        values[key] = float(value)
    return values


def value(values, name, **labels):
    return values.get((name, frozenset(labels.items())))


def promtool(text, *arguments):
    tool = shutil.which('promtool')
    if not tool:
        sys.exit('promtool is missing: scripts/setup installs it (package prometheus)')
    return subprocess.run([tool, *arguments], input=text, capture_output=True, text=True, check=False)


def metrics(world):
    return world.ctl('metrics').stdout


def check_metrics(world, facilities):
    text = metrics(world)
    checked = promtool(text, 'check', 'metrics')
    expect('promtool finds nothing', checked.returncode == 0 and not checked.stderr, checked.stderr)
    values = read(text)
    status = world.status()['ingestd']
    for result in ('accepted', 'unchanged', 'superseded', 'rejected', 'held', 'later'):
        expect(f'as many {result} as status says', value(values, 'huibao_ingest_reports_total', result=result) == status[result])
    expect('something was accepted', status['accepted'] > 0)
    commits = value(values, 'huibao_journal_commit_duration_seconds_count')
    expect('commits were timed', 0 < commits <= status['sequence'] and
           value(values, 'huibao_journal_commit_duration_seconds_sum') > 0)
    expect('every bucket counts the ones below', value(values, 'huibao_journal_commit_duration_seconds_bucket', le='+Inf') == commits)
    expect('the journal holds its entries', value(values, 'huibao_journal_entries') == status['sequence'])
    used = (world.folder / 'ingestd' / 'journal' / 'data.mdb').stat().st_size
    expect('used bytes are those of the file', value(values, 'huibao_lmdb_used_bytes', store='journal') == used,
           value(values, 'huibao_lmdb_used_bytes', store='journal'), used)
    for program in ('ingestd', 'aggregator'):
        told = value(values, 'huibao_memory_anonymous_bytes', program=program)
        expect(f'memory of {program}', abs(told - anonymous_bytes(world.pid(program))) < 8 << 20, told)
        expect(f'start of {program}', 0 <= datetime.datetime.now().timestamp() - value(
            values, 'huibao_start_time_seconds', program=program) < 600)
    expect('the aggregator follows', value(values, 'huibao_aggregate_state', state='following') == 1 and
           value(values, 'huibao_aggregate_lag_entries') == 0)
    used = {label for _, labels in values for label, _ in labels}
    expect('labels are of the known kinds', used <= LABELS, used - LABELS)
    expect('no facility and no key has a name there', not any(
        word in text for word in [*facilities, '440507', 'member0', '测试医院', 'first operator', str(world.folder)]))


def check_json(world):
    rows = world.rows('metrics')
    expect('the same as JSON', any(r['metric'] == 'huibao_journal_entries' and r['value'] for r in rows))


def check_file(world, path):
    files = [path.with_name(f'{name}.prom') for name in ('aggregator', 'ingestd')]
    # A new file is made beside the old one; what lies there for good is only these.
    world.await_true('the metrics files, and nothing half-made', lambda: sorted(path.parent.iterdir()) == files)
    expect('the file is for everybody to read', path.stat().st_mode & 0o777 == 0o644)
    checked = promtool(path.read_text('utf-8'), 'check', 'metrics')
    expect('promtool likes the file', checked.returncode == 0 and not checked.stderr, checked.stderr)


def check_counters(world, facilities):
    before = read(metrics(world))
    world.new_key('stranger')
    world.client_config('stranger')
    world.run('huibaoctl', 'status', '--config', world.folder / 'stranger.yaml', check=(DENIED,))
    world.run('storm', *world.storm_arguments(['zhangsan'], facilities[1:2], first_period=PERIODS[0], seed=3,
                                              **{**STORM, 'reports': 4, 'duplicates': 0, 'new_only': True}), check=None)
    after = read(metrics(world))

    def rise(name, **labels):
        return (value(after, name, **labels) or 0) - (value(before, name, **labels) or 0)
    expect('a stranger is counted', rise('huibao_handshakes_total', program='ingestd', result='denied') > 0)
    expect('a rejection is counted', rise('huibao_ingest_reports_total', result='rejected') > 0)


def doctor(world, *codes):
    done = world.ctl('doctor', '-o', 'json', check=codes)
    rows = json.loads(done.stdout)['rows']
    found = collections.defaultdict(dict)
    for row in rows:
        found[row['where']].setdefault(row['check'], []).append(row)
    return found


def state(found, where, check):
    return [row['state'] for row in found[where][check]]


def settings(world, name, **changed):
    """Rewrites NAME.yaml and tells the daemon."""
    path = world.folder / f'{name}.yaml'
    kept = dict(line.split(': ', 1) for line in path.read_text('utf-8').splitlines())
    kept = {key.replace('-', '_'): json.loads(text) for key, text in kept.items()}
    yaml(path, **{**kept, **changed})
    os.kill(world.pid(name), signal.SIGHUP)


def made_true(world, what, where, check, want, do, undo, code=0):
    """The check changes its state when something is done, and back when it is undone: soon, not at once."""
    do()
    world.await_true(what, lambda: want in state(doctor(world, 0, FOUND), where, check))
    row = next(r for r in doctor(world, code)[where][check] if r['state'] == want)
    expect(f'{what}: {row["found"]}; {row["advice_en"]}', row['advice_en'] and row['advice_zh'])
    undo()
    world.await_true(f'no longer {what}', lambda: want not in state(doctor(world, 0, FOUND), where, check))
    doctor(world, 0)


def next_years(world):
    """holidays.csv with days of this year and the next two: one of them may begin meanwhile."""
    path = world.catalog / 'holidays.csv'
    header = path.read_text('utf-8-sig').splitlines()[0]
    year = china_day().year
    path.write_text('\n'.join([header] + [f'{year + i}-10-01,closed,国庆节,National Day,a test' for i in range(3)]) + '\n', 'utf-8')
    os.kill(world.pid('ingestd'), signal.SIGHUP)


def check_doctor(world, textfiles):
    next_years(world)
    world.await_true('the new holidays', lambda: state(doctor(world, 0), 'ingestd', 'holidays') == ['ok'])
    well = doctor(world, 0)
    # The disk of whoever runs this test may be nearly full; that is not the house's doing.
    ill = [r for rows in well.values() for r in sum(rows.values(), []) if r['state'] != 'ok' and r['check'] not in OUTSIDE]
    expect('a house that is well', not ill, ill)
    expect('and no advice', not any(r['advice_zh'] for rows in well.values() for r in sum(rows.values(), []) if r['state'] == 'ok'))
    made_true(world, 'a key that others can read', 'ingestd', 'server-key', 'bad',
              lambda: (world.folder / 'server.key').chmod(0o644), lambda: (world.folder / 'server.key').chmod(0o600), FOUND)
    aside = textfiles.with_name('aside')
    made_true(world, 'no folder for the metrics', 'aggregator', 'metrics-file', 'warn',
              lambda: textfiles.rename(aside), lambda: aside.rename(textfiles))
    made_true(world, 'holidays that run out', 'ingestd', 'holidays', 'warn', lambda: past_year(world),
              lambda: next_years(world))
    made_true(world, 'a mute aggregator', 'ingestd', 'aggregator', 'warn',
              lambda: os.kill(world.pid('aggregator'), signal.SIGSTOP), lambda: os.kill(world.pid('aggregator'), signal.SIGCONT), FOUND)


def check_reload(world):
    """Settings that change at SIGHUP, those that do not, and a file with faults."""
    config = world.folder / 'ingestd.yaml'
    made_true(world, 'a disk below its floor', 'ingestd', 'disk', 'bad',
              lambda: settings(world, 'ingestd', disk_floor_bytes=1 << 60),
              lambda: settings(world, 'ingestd', disk_floor_bytes=64 << 20), FOUND)
    expect('what changed is logged', 'setting changed setting="disk-floor-bytes"' in world.log('ingestd'))
    before = config.read_text('utf-8')
    settings(world, 'ingestd', map_size_bytes=1 << 33)
    world.await_true('the log of a setting that needs a restart', lambda: 'setting changes with a restart only setting="map-size-bytes"'
                     in world.log('ingestd'))
    config.write_text(before + 'colour: red\ndisk-floor-bytes: 1\n', 'utf-8')
    os.kill(world.pid('ingestd'), signal.SIGHUP)
    lines = before.count('\n')
    for line, fault in ((1, 'unknown setting'), (2, 'setting written twice')):
        world.await_true(f'{fault} in the log', lambda: f'ingestd.yaml:{lines + line}:1: {fault}' in world.log('ingestd'))
    expect('a file with faults changes nothing', 'bad' not in state(doctor(world, 0), 'ingestd', 'disk'))
    config.write_text(before.replace('ingestd.prom', 'ingestd.txt'), 'utf-8')
    done = world.run('ingestd', '--config', config, '--check', check=(78,))
    expect('--check tells what makes no sense together', re.search(r'ingestd.yaml:\d+:1: must end in .prom', done.stderr), done.stderr)
    config.write_text(before, 'utf-8')
    os.kill(world.pid('ingestd'), signal.SIGHUP)
    for name in ('ingestd', 'aggregator'):
        wrong = world.folder / f'{name}-wrong.yaml'
        wrong.write_text(re.sub('(?m)^listen: .*', 'listen: http://10.0.0.8:7300', (world.folder / f'{name}.yaml').read_text('utf-8')), 'utf-8')
        done = world.run(name, '--config', wrong, '--check', check=(78,))
        expect(f'--check of {name} tells an address that cannot be listened on',
               re.search(r'-wrong.yaml:[23]:1: neither inherited nor tcp', done.stderr), done.stderr)


def check_keys_and_backup(world):
    soon = china_day(9)
    expect('a house without a copy is told so', state(doctor(world, 0), 'ingestd', 'backup') == ['warn'])
    world.run('huibao-journal', 'backup', world.folder / 'copy', '--journal', world.folder / 'ingestd' / 'journal',
              '--map-size-bytes', MAP_SIZE)
    expect('a fresh copy is well', state(doctor(world, 0), 'ingestd', 'backup') == ['ok'])
    public = public_of(world.new_key('short'))
    made_true(world, 'a key that ends soon', 'ingestd', 'keys', 'warn',
              lambda: world.ctl('key', 'add', 'short', '--public', public, '--role', 'reader', '--everywhere', '--until', soon),
              lambda: world.ctl('key', 'revoke', 'short'))
    old, new = (('key', 'add', 'heir', '--public', public_of(world.new_key(name)), '--role', 'reader', '--everywhere')
                for name in ('old', 'new'))
    made_true(world, 'a key without an heir', 'ingestd', 'keys', 'warn',
              lambda: world.ctl(*old, '--until', soon), lambda: world.ctl(*new))
    values = read(metrics(world))
    expect('keys by state', value(values, 'huibao_keys', state='revoked') == 1 and value(values, 'huibao_keys', state='replaced') == 1 and value(values, 'huibao_keys', state='valid') >= 4)
    expect('the copy has a time', value(values, 'huibao_backup_timestamp_seconds') > 0)


PARTS = ['versions.txt', 'ingestd-status.json', 'aggregator-status.json', 'ingestd-settings.json', 'aggregator-settings.json',
         'keys.json', 'metrics.prom', 'doctor.json', 'log.txt', 'MANIFEST.txt']


def kept_secret(world, facilities):
    """What no bundle may hold: bodies, keys, names, codes."""
    secrets = {name.encode() for name in (*facilities, 'member0', 'member1', 'zhangsan', 'short', '测试医院',
                                          'tests load past years', '440507')}
    for row in world.rows('key', 'list'):
        secrets |= {row['public_key'].encode(), row['enrolment_code'].encode()}
    for path in world.folder.glob('*.key'):
        secrets |= {line.partition(':')[2].strip(' "\n').encode() for line in path.read_text('utf-8').splitlines()}
    bodies = 0
    for line in world.dump().read_text('utf-8').splitlines():
        body = json.loads(line).get('body')
        if body:
            bodies += 1
            raw = bytes.fromhex(body)
            secrets |= {body.encode()[:64], raw[:40] if len(raw) > 40 else raw}
    expect('there are bodies, keys and names to look for', bodies > 20 and len(secrets) > 60, bodies, len(secrets))
    return {secret for secret in secrets if len(secret) > 3}


def check_support(world, facilities):
    bundle = world.folder / 'bundle.tar'
    done = world.ctl('support', bundle, '--log', world.folder / 'ingestd.log')
    with tarfile.open(bundle) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}
    expect('every part is there', sorted(members) == sorted(PARTS), sorted(members))
    manifest = members['MANIFEST.txt'].decode()
    expect('the manifest names every part', all(name in manifest for name in PARTS[:-1]) and 'Not inside' in manifest)
    expect('and is what the person sees', manifest == done.stdout)
    expect('the parts can be read', json.loads(members['ingestd-status.json'])['rows'][0]['accepted'] > 0 and
           json.loads(members['aggregator-settings.json'])['rows'] and
           any(row['check'] == 'disk' for row in json.loads(members['doctor.json'])['rows']) and b'ready' in members['log.txt'])
    expect('the metrics are clean', promtool(members['metrics.prom'].decode(), 'check', 'metrics').returncode == 0)
    told = json.loads(members['ingestd-status.json'])
    expect('the head is told', told['as_of']['chain'] and told['as_of']['sequence'] == world.status()['ingestd']['sequence'])
    expect('keys have a number, a role and days', set(json.loads(members['keys.json'])['rows'][0]) ==
           {'number', 'role', 'state', 'from', 'until'})
    content = bundle.read_bytes()
    leaks = [secret for secret in kept_secret(world, facilities) if secret in content]
    expect('no body, key or name is inside', not leaks, leaks[:5])
    expect('nobody else can read it', bundle.stat().st_mode & 0o777 == 0o600)
    check_limited_support(world)
    expect('it is never written over', world.ctl('support', bundle, check=None).returncode == CONFLICT)


def check_limited_support(world):
    """Whoever may not ask for all of it hears why; whoever gets the bundle does not hear how far his key reaches."""
    world.ctl('key', 'add', 'narrow', '--public', public_of(world.new_key('narrow')), '--role', 'reader', '--area', '440507')
    world.client_config('narrow')
    world.await_followed()
    done = world.run('huibaoctl', 'support', world.folder / 'narrow.tar', '--config', world.folder / 'narrow.yaml', check=(PARTLY,))
    expect('the person hears why', 'limited to' in done.stderr and '440507' in done.stderr, done.stderr)
    expect('the bundle does not', b'440507' not in (world.folder / 'narrow.tar').read_bytes())


def check_training(base):
    """A training house says so to whoever looks after it."""
    with World(base.binaries) as world:
        config = world.folder / 'ingestd.yaml'
        config.write_text(config.read_text('utf-8') + 'training: true\n', 'utf-8')
        world.start()
        expect('training is a warning', state(doctor(world, 0), 'ingestd', 'training') == ['warn'])
        text = metrics(world)
        expect('and a metric, in a text that is still one', value(read(text), 'huibao_training') == 1 and text.startswith('# ') and
               promtool(text, 'check', 'metrics').returncode == 0)


def past_year(world):
    path = world.catalog / 'holidays.csv'
    header = path.read_text('utf-8').splitlines()[0]
    path.write_text(f'{header}\n2015-10-01,closed,国庆节,National Day,a test\n', 'utf-8')
    os.kill(world.pid('ingestd'), signal.SIGHUP)


OUTSIDE = {'disk', 'backup', 'witness'}


def check_limited(world):
    """Whoever sees one area only is refused, and not told that the daemons are down."""
    key = world.new_key('county')
    world.ctl('key', 'add', 'county', '--public', public_of(key), '--role', 'reader', '--area', '440507')
    config = world.client_config('county')
    world.await_followed()
    for verb in ('doctor', 'metrics'):
        done = world.run('huibaoctl', '--config', config, verb, check=(DENIED,))
        expect(f'{verb} names what is seen: {done.stderr}', 'limited to 440507' in done.stderr and 'ingestd: ingestd' not in done.stderr)
        expect(f'{verb} says nothing else', done.stdout == '')


def check_away(world):
    world.stop('aggregator')
    found = doctor(world, FOUND)
    expect('a daemon that is down is found', 'bad' in state(found, 'huibaoctl', 'connection'))
    done = world.ctl('metrics', check=(AWAY,))
    expect('the other one is still read', 'huibao_journal_entries' in done.stdout and 'aggregator' in done.stderr)
    manifest = world.ctl('support', world.folder / 'partly.tar', check=(PARTLY,)).stdout
    expect('the manifest names the holes', re.search('aggregator-status.json +NOT THERE', manifest) and
           re.search('metrics.prom +NOT OF BOTH', manifest), manifest)
    chinese = world.ctl('doctor', '--lang', 'zh', check=(FOUND,)).stdout
    expect('doctor speaks Chinese', '连接' in chinese and '故障' in chinese and '处理办法' in chinese)


def trial(world):
    textfiles = world.folder / 'textfiles'
    textfiles.mkdir()
    for name in ('ingestd', 'aggregator'):
        path = world.folder / f'{name}.yaml'
        path.write_text(path.read_text('utf-8') + f'metrics-file: "{textfiles}/{name}.prom"\n', 'utf-8')
    members, facilities = storm_world(world, members=2, facilities=8)
    world.add_collector('zhangsan', '--facility', facilities[0])
    storm = world.storm(members, facilities, first_period=PERIODS[0], seed=7, **{**STORM, 'reports': 60, 'new_only': True})
    storm.communicate(timeout=120)
    world.await_followed()
    check_metrics(world, facilities)
    check_json(world)
    check_counters(world, facilities)
    check_file(world, textfiles / 'ingestd.prom')
    check_doctor(world, textfiles)
    check_keys_and_backup(world)
    check_support(world, facilities)
    check_reload(world)
    expect('no training elsewhere', 'training' not in doctor(world, 0)['ingestd'])
    check_training(world)
    check_limited(world)
    check_away(world)
    before = (textfiles / 'ingestd.prom').stat().st_mtime_ns
    expect('a clean stop', world.stop('ingestd') == 0)
    expect('the file tells the end', (textfiles / 'ingestd.prom').stat().st_mtime_ns > before)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binaries')
    parser.add_argument('--keep', action='store_true')
    arguments = parser.parse_args()
    with World(arguments.binaries, keep=arguments.keep) as world:
        trial(world)


if __name__ == '__main__':
    main()
