/** The same events as plain lines, for pipes and CI: a few for each repository, each written once. */

import { count, counted } from '../model/amounts.js';
import type { ProgressEvent } from '../model/events.js';
import { month, printable } from './wording.js';

/** The line that an event is worth, without its end; undefined for those that only move a bar. */
export function logLine(event: ProgressEvent): string | undefined {
  const line = wordsFor(event);
  return line === undefined ? undefined : printable(line);
}

function wordsFor(event: ProgressEvent): string | undefined {
  switch (event.type) {
    case 'opened':
      return ['reading', event.repository, event.branch, event.commit.slice(0, 7)].filter(Boolean).join(' ');
    case 'listed':
      return `${event.repository}: ${counted(event.files, 'file')}, ${count(event.wanted)} to read`;
    case 'history':
      // Without its beginning the history is still being walked.
      if (event.since === '') return undefined;
      return `${event.repository}: ${counted(event.commits, 'commit')}, ${counted(event.people, 'person', 'people')}, since ${month(event.since)}`;
    case 'evaluated':
      return `${event.repository}: ${counted(event.rules, 'rule')} asked, ${counted(event.findings, 'finding')}`;
    case 'read':
    case 'collected':
    case 'finished':
      return undefined;
  }
}
