/** The line, top to bottom: a tree is read into facts, facts are joined, rules judge them, scores and recommendations come out. */
import { collect } from './collect/collect.js';
import { COLLECTORS } from './collect/index.js';
import { profileOf } from './derive/answers/profile.js';
import { derive } from './derive/index.js';
import { ASSESSMENT_SCHEMA_VERSION, type Assessment, type RepositoryAssessment } from './model/assessment.js';
import type { OnProgress } from './model/events.js';
import type { AnyFact } from './model/facts.js';
import type { Finding } from './model/finding.js';
import type { Gap } from './model/gap.js';
import type { Pack } from './model/rule.js';
import { recommend } from './recommend/recommend.js';
import { evaluate } from './rules/evaluate.js';
import { maturityOf } from './score/maturity.js';
import { scoreOverall, scorePacks } from './score/score.js';
import { committedAt, type Tree } from './source/tree.js';

/** What is known of one tree: facts collected and derived, and what could not be seen. */
export async function readTree(
  tree: Tree,
  onProgress: OnProgress = () => {},
): Promise<{ facts: AnyFact[]; gaps: Gap[] }> {
  return derive(await collect(tree, COLLECTORS, onProgress), tree.head);
}

/** One repository, judged by the packs. */
async function assessRepository(
  tree: Tree,
  loading: readonly Pack[] | Promise<readonly Pack[]>,
  onProgress: OnProgress,
): Promise<RepositoryAssessment> {
  const { head } = tree;
  onProgress({ type: 'opened', repository: head.name, branch: head.branch, commit: head.commit });
  const { facts, gaps } = await readTree(tree, onProgress);
  const packs = await loading;
  const findings = await evaluate(packs, facts, gaps, head.name);
  onProgress({
    type: 'evaluated',
    repository: head.name,
    rules: packs.reduce((n, p) => n + p.rules.length, 0),
    findings: findings.length,
  });
  return {
    name: head.name,
    commit: head.commit,
    branch: head.branch,
    committedAt: committedAt(head),
    webUrl: head.webUrl,
    profile: profileOf(facts, gaps),
    findings,
    scores: scorePacks(packs, findings),
    maturity: maturityOf(packs, findings),
    facts,
    gaps,
    notes: notesOn(tree),
  };
}

function notesOn({ head }: Tree): string[] {
  const notes: string[] = [];
  if (head.commit === '') notes.push('The repository has no commits yet: there was nothing to read.');
  if (head.dirtyFiles > 0) {
    const files = head.dirtyFiles === 1 ? '1 file differs' : `${head.dirtyFiles} files differ`;
    notes.push(`${files} from the commit; only what is committed was read.`);
  }
  if (head.shallow) notes.push('The copy is shallow: its history is not complete.');
  return notes;
}

/**
 * Assesses trees one after another; the same trees and packs give the same assessment, byte for byte.
 * `open` is called when a tree's turn comes, so that one is in memory at a time. The packs may still be loading: they are
 * waited for when the first tree has been read.
 */
export async function assess(
  targets: readonly { target: string; open: () => Promise<Tree> }[],
  loading: readonly Pack[] | Promise<readonly Pack[]>,
  options: { version: string; onProgress?: OnProgress },
): Promise<Assessment> {
  const onProgress = options.onProgress ?? (() => {});
  const repositories: RepositoryAssessment[] = [];
  for (const { open } of targets)
    repositories.push(await assessRepository(await open(), loading, onProgress));
  const packs = await loading;
  const findings: Finding[] = repositories.flatMap((r) => r.findings);
  const provenOf = (some: readonly Finding[]) => scoreOverall(packs, some)?.proven ?? 0;
  onProgress({ type: 'finished', repositories: repositories.length });
  return {
    schemaVersion: ASSESSMENT_SCHEMA_VERSION,
    tool: { name: 'plimsoll', version: options.version },
    at:
      repositories
        .map((r) => r.committedAt)
        .sort()
        .at(-1) ?? '',
    targets: targets.map((t) => t.target),
    repositories,
    scores: scorePacks(packs, findings),
    overall: scoreOverall(packs, findings),
    maturity: maturityOf(packs, findings),
    recommendations: recommend(packs, findings, provenOf),
    packs: packs.map(({ id, title, version, about }) => ({ id, title, version, about: about.trim() })),
    rules: packs.flatMap((p) =>
      p.rules.map((r) => ({
        id: r.id,
        pack: r.pack,
        title: r.title,
        why: r.why.trim(),
        fix: r.fix.trim(),
        severity: r.severity,
        level: r.level ?? 0,
        sources: r.sources.map((s) => ({ title: s.title, url: s.url ?? '' })),
      })),
    ),
  };
}
