/** The formats of a report, in alphabetical order: each makes a text of an assessment and of nothing else. */
import type { Assessment } from '../model/assessment.js';
import { type HtmlAssets, htmlReport } from './html/report.js';
import { jsonReport } from './json.js';
import { markdownReport } from './markdown.js';
import { type TerminalOptions, terminalReport } from './terminal.js';

interface ReportOptions extends TerminalOptions {
  assets: HtmlAssets;
}

export interface ReportFormat {
  name: string;
  render(assessment: Assessment, options: ReportOptions): string;
}

export const FORMATS = [
  { name: 'html', render: (assessment, { assets }) => htmlReport(assessment, assets) },
  { name: 'json', render: (assessment) => jsonReport(assessment) },
  { name: 'markdown', render: (assessment) => markdownReport(assessment) },
  { name: 'terminal', render: (assessment, options) => terminalReport(assessment, options) },
] as const satisfies ReportFormat[];
