/** The one serialisable result; every report is a pure function of it. */
import * as z from 'zod';
import { AnyFact } from './facts.js';
import { Finding } from './finding.js';
import { Gap } from './gap.js';
import { Profile } from './profile.js';
import { Recommendation } from './recommendation.js';
import { Maturity, Score } from './score.js';

export const ASSESSMENT_SCHEMA_VERSION = '1.0';

export const RepositoryAssessment = z.object({
  name: z.string(),
  commit: z.string(),
  branch: z.string(),
  /** ISO 8601, UTC; empty for an empty repository. */
  committedAt: z.string(),
  /** The address of its pages on the web, for links to lines; empty where no remote names one. */
  webUrl: z.string(),
  profile: Profile,
  findings: z.array(Finding),
  scores: z.array(Score),
  maturity: Maturity,
  facts: z.array(AnyFact),
  gaps: z.array(Gap),
  /** What a reader should know about the reading itself: uncommitted files that were not read, and the like. */
  notes: z.array(z.string()),
});
export type RepositoryAssessment = Omit<z.infer<typeof RepositoryAssessment>, 'facts'> & { facts: AnyFact[] };

export const RuleSummary = z.object({
  id: z.string(),
  pack: z.string(),
  title: z.string(),
  why: z.string(),
  fix: z.string(),
  severity: z.string(),
  level: z.int(),
  sources: z.array(z.object({ title: z.string(), url: z.string() })),
});
export type RuleSummary = z.infer<typeof RuleSummary>;

const PackSummary = z.object({ id: z.string(), title: z.string(), version: z.string(), about: z.string() });

export const Assessment = z.object({
  schemaVersion: z.literal(ASSESSMENT_SCHEMA_VERSION),
  tool: z.object({ name: z.literal('plimsoll'), version: z.string() }),
  /** The time of the newest scanned commit, ISO 8601 UTC: an assessment speaks of commits, so the same input gives the same bytes. */
  at: z.string(),
  targets: z.array(z.string()),
  repositories: z.array(RepositoryAssessment),
  /** Over all repositories: one score a pack, then `overall`. A pack to which nothing applies has none. */
  scores: z.array(Score),
  overall: Score.nullable(),
  maturity: Maturity,
  recommendations: z.array(Recommendation),
  /** The packs and rules that were asked, so that a report needs nothing else. */
  packs: z.array(PackSummary),
  rules: z.array(RuleSummary),
});
export type Assessment = Omit<z.infer<typeof Assessment>, 'repositories'> & {
  repositories: RepositoryAssessment[];
};
