/** What the commands accept, as the command line hands it to them. */

export const FORMATS = ['terminal', 'json', 'html', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** What several commands accept. */
export interface OutputOptions {
  format: Format;
  output?: string;
  input: boolean;
  quiet?: boolean;
}
export interface ScanOptions extends OutputOptions {
  rev?: string;
  rules?: string[];
  failUnder?: number;
}
export interface ReportOptions extends OutputOptions {
  from: string;
}
