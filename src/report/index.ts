/**
 * The formats of a report, in alphabetical order: each makes a text of an assessment and of nothing else.
 * A format is loaded when it is asked for, since the HTML report alone takes as long to load as a small scan.
 */
import type { Assessment } from '../model/assessment.js';
import type { HtmlAssets } from './html/report.js';
import type { TerminalOptions } from './terminal.js';

interface ReportOptions extends TerminalOptions {
  assets: HtmlAssets;
}

interface ReportFormat {
  name: string;
  load(): Promise<(assessment: Assessment, options: ReportOptions) => string>;
}

export const FORMATS = [
  {
    name: 'html',
    async load() {
      const { htmlReport } = await import('./html/report.js');
      return (assessment, { assets }) => htmlReport(assessment, assets);
    },
  },
  { name: 'json', load: async () => (await import('./json.js')).jsonReport },
  { name: 'markdown', load: async () => (await import('./markdown.js')).markdownReport },
  { name: 'terminal', load: async () => (await import('./terminal.js')).terminalReport },
] as const satisfies ReportFormat[];
