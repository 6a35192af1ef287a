/** The terminal app: the scan while it runs, then the result; it turns keys into steps and holds nothing but focus. */
import { Box, useInput, useStdin, useStdout } from 'ink';
import { useEffect, useMemo, useReducer, useState } from 'react';
import type { Assessment } from '../model/assessment.js';
import { Colour } from './components/line.js';
import { findingsOf, listingOf, resultOpens } from './listing.js';
import { here, type Trail, type View, walk } from './navigation.js';
import type { ProgressState } from './progress.js';
import {
  type Excerpts,
  excerptsWanted,
  FindingScreen,
  findingLines,
  findingLinesThatFit,
} from './screens/finding.js';
import { KeysScreen } from './screens/keys.js';
import { ListScreen } from './screens/list.js';
import { ResultScreen } from './screens/result.js';
import { ScanningScreen } from './screens/scanning.js';
import { type Size, sizeOf } from './size.js';

export type ExportFormat = 'html' | 'markdown' | 'json';
const EXPORT_KEYS: Readonly<Record<string, ExportFormat>> = { h: 'html', m: 'markdown', j: 'json' };

/** What the app may ask of the one who starts it. */
export interface Asks {
  /** All lines of a file of the scanned commit, or undefined where it cannot be had; `line` is the one in question. */
  excerpt?: ((repository: string, path: string, line: number) => Promise<string[] | undefined>) | undefined;
  /** Writes the assessment and answers where to. */
  onExport?: ((format: ExportFormat) => Promise<string>) | undefined;
  /** Ctrl-C while the scan runs. */
  onInterrupt: () => void;
  onQuit: () => void;
}

export interface ScanAppProps extends Asks {
  title: string;
  colour: boolean;
  progress: ProgressState;
  /** Milliseconds since the start, or that the scan took. */
  elapsed: number;
  assessment: Assessment | undefined;
  /** The scan was ended: no key does anything any more. */
  stopped: boolean;
}

/** Terminals lower than this lose the end of a screen. */
const LOWEST = 24;

export function ScanApp(props: ScanAppProps) {
  const { title, colour, progress, elapsed, assessment, stopped } = props;
  const { columns, rows } = useSize();
  // Never as high as the terminal: a full one would be cleared, with what the reader had above, for every frame.
  const low = rows < LOWEST ? { height: Math.max(1, rows - 1), overflow: 'hidden' as const } : {};
  return (
    <Colour.Provider value={colour}>
      <Box width={columns} {...low}>
        <Box flexDirection="column" flexShrink={0} alignSelf="flex-start">
          {assessment ? (
            <Explorer {...props} {...{ assessment, columns, rows }} />
          ) : (
            <>
              {!stopped && <Interruptible onInterrupt={props.onInterrupt} />}
              <ScanningScreen {...{ title, progress, elapsed, stopped, columns, rows }} />
            </>
          )}
        </Box>
      </Box>
    </Colour.Provider>
  );
}

/** The terminal's size, also after it changes. */
function useSize(): Size {
  const { stdout } = useStdout();
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    stdout.on('resize', again);
    return () => {
      stdout.off('resize', again);
    };
  }, [stdout]);
  return sizeOf(stdout);
}

function Interruptible({ onInterrupt }: { onInterrupt: () => void }) {
  const { isRawModeSupported } = useStdin();
  useInput(
    (input, key) => {
      if (key.ctrl && input === 'c') onInterrupt();
    },
    { isActive: isRawModeSupported },
  );
  return null;
}

type ExplorerProps = ScanAppProps & Size & { assessment: Assessment };

/** The result and all that can be opened from it. */
function Explorer({ assessment, elapsed, excerpt, onExport, onQuit, columns, rows }: ExplorerProps) {
  const { isRawModeSupported } = useStdin();
  const [trail, step] = useReducer(walk, assessment, startingPlace);
  const [exporting, setExporting] = useState(false);
  const [notice, setNotice] = useState('');
  const { view, selected } = here(trail);
  const listing = useMemo(() => listingOf(assessment, view), [assessment, view]);
  const finding = view.screen === 'finding' ? findingsOf(assessment, view.rule)[view.at] : undefined;
  const excerpts = useExcerpts(finding, excerpt);

  const opens: (View | undefined)[] =
    view.screen === 'result' ? resultOpens(assessment) : (listing?.entries.map((e) => e.opens) ?? []);
  // A text moves by lines until its end is seen, a list by entries.
  const steps = finding
    ? Math.max(1, findingLines(assessment, finding, excerpts, columns).length - findingLinesThatFit(rows) + 1)
    : opens.length;

  const exportAs = (key: string) => {
    setExporting(false);
    const format = EXPORT_KEYS[key];
    if (format === undefined || !onExport) return setNotice('');
    setNotice('writing');
    onExport(format).then(
      (where) => setNotice(`written: ${where}`),
      (error: unknown) => setNotice(`not written: ${error instanceof Error ? error.message : String(error)}`),
    );
  };
  const move = (by: number) => step({ type: 'move', by, count: steps });
  const open = (next: View | undefined) => {
    if (next && next.screen !== view.screen) step({ type: 'open', view: next });
  };
  const turn = (by: number) => {
    if (view.screen !== 'finding') return;
    const at = view.at + by;
    if (findingsOf(assessment, view.rule)[at]) step({ type: 'turn', view: { ...view, at } });
  };
  const press = (key: string) => {
    if (exporting) return exportAs(key);
    setNotice('');
    switch (key) {
      case 'j':
        return move(1);
      case 'k':
        return move(-1);
      case '\r':
        return open(opens[selected]);
      case 'n':
        return turn(1);
      case 'p':
        return turn(-1);
      case 'l':
        return open({ screen: 'levels' });
      case 'u':
        return open({ screen: 'unseen' });
      case '?':
        return open({ screen: 'keys' });
      case 'e':
        return onExport ? setExporting(true) : undefined;
      case 'q':
        return onQuit();
    }
  };
  useInput(
    (input, key) => {
      const page = Math.max(1, Math.floor(rows / 2));
      if (key.ctrl && input === 'c') return onQuit();
      if (key.downArrow) return move(1);
      if (key.upArrow) return move(-1);
      if (key.pageDown) return move(page);
      if (key.pageUp) return move(-page);
      if (key.home) return move(-steps);
      if (key.end) return move(steps);
      if (key.return || key.rightArrow) return press('\r');
      if (key.escape || key.leftArrow) {
        if (exporting) return setExporting(false);
        setNotice('');
        return step({ type: 'back' });
      }
      // Keys typed faster than they are read come together.
      if (!key.ctrl && !key.meta) for (const char of input) press(char);
    },
    { isActive: isRawModeSupported },
  );

  const said = exporting ? 'export as: h HTML, m Markdown, j JSON' : notice;
  const size = { columns, rows };
  if (view.screen === 'keys') return <KeysScreen columns={columns} />;
  if (view.screen === 'finding')
    return (
      <FindingScreen
        {...{ assessment, excerpts, ...size }}
        rule={view.rule}
        at={view.at}
        from={selected}
        notice={said}
      />
    );
  if (listing) return <ListScreen {...{ listing, selected, ...size }} notice={said} />;
  return <ResultScreen {...{ assessment, elapsed, selected, ...size }} notice={said} />;
}

/** On the result, with the first thing to do selected. */
function startingPlace(assessment: Assessment): Trail {
  const firstToDo = resultOpens(assessment).findIndex((view) => view.screen === 'rule');
  return [{ view: { screen: 'result' }, selected: Math.max(0, firstToDo) }];
}

/** Asks for the files of a finding when it is shown; what comes late for another finding is dropped. */
function useExcerpts(
  finding: ReturnType<typeof findingsOf>[number] | undefined,
  excerpt: Asks['excerpt'],
): Excerpts {
  const [excerpts, setExcerpts] = useState<Excerpts>(new Map());
  useEffect(() => {
    let left = false;
    setExcerpts(new Map());
    if (finding && excerpt)
      for (const { path, line } of excerptsWanted(finding))
        excerpt(finding.subject.repository, path, line).then(
          (lines) => {
            if (lines && !left) setExcerpts((known) => new Map(known).set(path, lines));
          },
          // A file that cannot be had is named without its lines.
          () => {},
        );
    return () => {
      left = true;
    };
  }, [finding, excerpt]);
  return excerpts;
}
