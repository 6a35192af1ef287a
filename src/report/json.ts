/** The assessment as JSON: the saved form that every other report can be made from again. */
import type { Assessment, RepositoryAssessment } from '../model/assessment.js';

/** Keys in one order however the assessment came to be: what identifies comes first, long lists come last. */
export function jsonReport(assessment: Assessment): string {
  const ordered = {
    schemaVersion: assessment.schemaVersion,
    tool: { name: assessment.tool.name, version: assessment.tool.version },
    at: assessment.at,
    targets: assessment.targets,
    overall: assessment.overall,
    maturity: assessment.maturity,
    scores: assessment.scores,
    recommendations: assessment.recommendations,
    repositories: assessment.repositories.map(repositoryInOrder),
    packs: assessment.packs,
    rules: assessment.rules,
  } satisfies Record<keyof Assessment, unknown>;
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function repositoryInOrder(repository: RepositoryAssessment): RepositoryAssessment {
  return {
    name: repository.name,
    commit: repository.commit,
    branch: repository.branch,
    committedAt: repository.committedAt,
    webUrl: repository.webUrl,
    maturity: repository.maturity,
    scores: repository.scores,
    notes: repository.notes,
    profile: repository.profile,
    findings: repository.findings,
    gaps: repository.gaps,
    facts: repository.facts,
  } satisfies Record<keyof RepositoryAssessment, unknown>;
}
