import { describe, expect, it } from 'vitest';
import { assess } from '../src/assess.js';
import { Assessment } from '../src/model/assessment.js';
import type { ProgressEvent } from '../src/model/events.js';
import { jsonReport } from '../src/report/json.js';
import { memoryTree } from '../src/source/memory.js';
import type { Tree } from '../src/source/tree.js';
import { pack, rule } from './builders.js';

const WORKFLOW = 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n';
const README = rule({
  id: 'a-readme-exists',
  pass: 'documents.exists(d, d.about == "readme")',
  severity: 'high',
  level: 1,
});
const JOBS = rule({ id: 'pipelines-have-jobs', subject: 'pipeline', pass: 'size(subject.jobs) > 0' });
const PACKS = [pack('p', [README, JOBS])];

function target(name: string, files: Record<string, string>, at = '2026-01-05T10:00:00Z') {
  const commits = [
    { message: 'Begin', author: 'Ada <ada@example.com>', at, touches: Object.keys(files), merge: false },
  ];
  return { target: `../${name}`, open: async (): Promise<Tree> => memoryTree({ name, files, commits }) };
}
const SHOP = () => target('shop', { '.github/workflows/ci.yml': WORKFLOW, 'README.md': '# Shop\n' });
const BARE = () => target('bare', { 'main.js': '1\n' }, '2026-02-01T10:00:00Z');

describe('an assessment', () => {
  it('judges each repository by each rule, with what was found and where', async () => {
    const { repositories } = await assess([SHOP()], PACKS, { version: '1.0.0' });
    expect(repositories[0]?.findings).toMatchObject([
      { rule: 'a-readme-exists', outcome: 'pass', subject: { kind: 'repository', name: 'shop' } },
      {
        rule: 'pipelines-have-jobs',
        outcome: 'pass',
        subject: { kind: 'pipeline', repository: 'shop' },
        evidence: expect.arrayContaining([{ type: 'file', path: '.github/workflows/ci.yml', line: 1 }]),
      },
    ]);
    expect(repositories[0]?.facts.map((f) => f.kind)).toContain('pipeline');
    expect(repositories[0]).toMatchObject({ committedAt: '2026-01-05T10:00:00.000Z', notes: [], gaps: [] });
  });

  it('counts several repositories together, and bears the time of the newest commit', async () => {
    const both = await assess([BARE(), SHOP()], PACKS, { version: '1.0.0' });
    expect(both.targets).toEqual(['../bare', '../shop']);
    expect(both.at).toBe('2026-02-01T10:00:00.000Z');
    const proven = both.repositories.map((r) => r.scores[0]?.proven);
    expect(proven).toEqual([0, 1]);
    expect(both.overall?.proven).toBeGreaterThan(0);
    expect(both.overall?.proven).toBeLessThan(1);
    expect(both.recommendations.map((r) => r.rule)).toEqual(['a-readme-exists']);
    expect(both.maturity.level).toBe(0);
  });

  it('opens a repository only when its turn comes, and closes it before the next', async () => {
    const steps: string[] = [];
    const traced = ({ target: name, open }: ReturnType<typeof SHOP>) => ({
      target: name,
      async open(): Promise<Tree> {
        steps.push(`open ${name}`);
        return { ...(await open()), close: () => steps.push(`close ${name}`) };
      },
    });
    await assess([traced(SHOP()), traced(BARE())], PACKS, { version: '1.0.0' });
    expect(steps).toEqual(['open ../shop', 'close ../shop', 'open ../bare', 'close ../bare']);
  });

  it('is the same again, byte for byte, and parses as what it is', async () => {
    const once = async () => jsonReport(await assess([SHOP(), BARE()], PACKS, { version: '1.0.0' }));
    const text = await once();
    expect(await once()).toBe(text);
    expect(Assessment.parse(JSON.parse(text))).toEqual(JSON.parse(text));
  });

  it.each([
    [{ dirtyFiles: 1 }, '1 file differs from the commit; only what is committed was read.'],
    [{ dirtyFiles: 12 }, '12 files differ from the commit; only what is committed was read.'],
    [{ shallow: true }, 'The copy is shallow: its history is not complete.'],
    [{ commit: '', committedAt: 0 }, 'The repository has no commits yet: there was nothing to read.'],
  ])('notes of a repository with %o: %s', async (head, note) => {
    const { target: name, open } = BARE();
    const changed = async (): Promise<Tree> => {
      const tree = await open();
      return { ...tree, head: { ...tree.head, ...head } };
    };
    const { repositories } = await assess([{ target: name, open: changed }], PACKS, { version: '1.0.0' });
    expect(repositories[0]?.notes).toEqual([note]);
  });

  it('tells its steps in order', async () => {
    const events: ProgressEvent[] = [];
    await assess([SHOP()], PACKS, { version: '1.0.0', onProgress: (e) => events.push(e) });
    expect(events.map((e) => e.type)).toEqual([
      'opened',
      'listed',
      'read',
      'history',
      'collected',
      'evaluated',
      'finished',
    ]);
    expect(events.at(-2)).toEqual({ type: 'evaluated', repository: 'shop', rules: 2, findings: 2 });
    expect(events.at(-1)).toEqual({ type: 'finished', repositories: 1 });
  });

  it('carries the rules that were asked, so that a report needs nothing else', async () => {
    const { rules, tool } = await assess([BARE()], PACKS, { version: '1.0.0' });
    expect(tool).toEqual({ name: 'plimsoll', version: '1.0.0' });
    expect(rules).toMatchObject([
      { id: 'a-readme-exists', pack: 'p', severity: 'high', level: 1, why: 'because', fix: 'do it' },
      {
        id: 'pipelines-have-jobs',
        pack: 'p',
        severity: 'medium',
        level: 0,
        sources: [{ title: 'a source', url: '' }],
      },
    ]);
  });
});
