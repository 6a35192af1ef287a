/** Where a reader can go and look: every fact and every finding bears at least one of these. */
import * as z from 'zod';

/** A place in a file of the scanned commit. `line` counts from 1; `field` says which field of the fact the line gives. */
export const FileEvidence = z.object({
  type: z.literal('file'),
  path: z.string(),
  line: z.int().min(1),
  column: z.int().min(1).optional(),
  endLine: z.int().min(1).optional(),
  field: z.string().optional(),
});
/** A commit of the history; `at` is ISO 8601, UTC. */
const CommitEvidence = z.object({ type: z.literal('commit'), sha: z.string(), at: z.string() });
/** A field as GitHub answered it. */
const GithubEvidence = z.object({ type: z.literal('github'), url: z.string(), field: z.string() });
/** What a person said in the interview. */
const AnswerEvidence = z.object({
  type: z.literal('answer'),
  question: z.string(),
  by: z.string().optional(),
  at: z.string(),
});

export const Evidence = z.discriminatedUnion('type', [
  FileEvidence,
  CommitEvidence,
  GithubEvidence,
  AnswerEvidence,
]);
export type Evidence = z.infer<typeof Evidence>;
export type FileEvidence = z.infer<typeof FileEvidence>;

/** A line of a file as evidence. */
export function atLine(path: string, line: number, field?: string): FileEvidence {
  return field === undefined ? { type: 'file', path, line } : { type: 'file', path, line, field };
}
