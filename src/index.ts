/** The public API: the line itself and what it needs; everything else may change. */
export { assess } from './assess.js';
export { Assessment, type RepositoryAssessment } from './model/assessment.js';
export { UserError } from './model/errors.js';
export type { Pack, Rule } from './model/rule.js';
export { htmlReport } from './report/html/report.js';
export { jsonReport } from './report/json.js';
export { markdownReport } from './report/markdown.js';
export { terminalReport } from './report/terminal.js';
export { BUNDLED_RULES, loadPacks } from './rules/load.js';
export { memoryTree } from './source/memory.js';
export { openRepository } from './source/repository.js';
