/** The terminal app: the scan while it runs, then the result; it turns keys into steps and holds nothing but focus. */
import { Box, useInput, useStdin, useStdout } from 'ink';
import { useEffect, useMemo, useReducer, useState } from 'react';
import type { Assessment } from '../model/assessment.js';
import type { Finding } from '../model/finding.js';
import { Colour } from './components/line.js';
import { findingsOf, listingOf, resultOpens } from './listing.js';
import { here, type Step, type Trail, type View, walk } from './navigation.js';
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

type ExportFormat = 'html' | 'markdown' | 'json';
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
  const trail = useLive<Trail>(() => startingPlace(assessment));
  const exporting = useLive(() => false);
  const notice = useLive(() => '');
  const { view, selected } = here(trail.now());
  const listing = useMemo(() => listingOf(assessment, view), [assessment, view]);
  const finding = findingIn(assessment, view);
  const excerpts = useExcerpts(finding, excerpt);

  const exportAs = (key: string) => {
    exporting.set(false);
    const format = EXPORT_KEYS[key];
    if (format === undefined || !onExport) return notice.set('');
    notice.set('writing');
    onExport(format).then(
      (where) => notice.set(`written: ${where}`),
      (error: unknown) =>
        notice.set(`not written: ${error instanceof Error ? error.message : String(error)}`),
    );
  };
  const step = (next: Step) => trail.set(walk(trail.now(), next));
  const move = (by: number) => {
    const place = here(trail.now());
    const shown = findingIn(assessment, place.view);
    // A text moves by lines until its end is seen, a list by entries.
    const count = shown
      ? findingLines(assessment, shown, excerpts, columns).length - findingLinesThatFit(rows) + 1
      : opensFrom(assessment, place.view).length;
    step({ type: 'move', by, count });
  };
  const open = (next: View | undefined) => {
    if (next && next.screen !== here(trail.now()).view.screen) step({ type: 'open', view: next });
  };
  const turn = (by: number) => {
    const place = here(trail.now());
    if (place.view.screen !== 'finding') return;
    const next = { ...place.view, at: place.view.at + by };
    if (findingIn(assessment, next)) step({ type: 'turn', view: next });
  };
  const press = (key: string) => {
    if (exporting.now()) return exportAs(key);
    notice.set('');
    switch (key) {
      case 'j':
        return move(1);
      case 'k':
        return move(-1);
      case '\r': {
        const place = here(trail.now());
        return open(opensFrom(assessment, place.view)[place.selected]);
      }
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
        return exporting.set(onExport !== undefined);
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
      if (key.home) return move(Number.NEGATIVE_INFINITY);
      if (key.end) return move(Number.POSITIVE_INFINITY);
      if (key.return || key.rightArrow) return press('\r');
      if (key.escape || key.leftArrow) {
        notice.set('');
        return exporting.now() ? exporting.set(false) : step({ type: 'back' });
      }
      // Keys typed faster than they are read come together.
      if (!key.ctrl && !key.meta) for (const char of input) press(char);
    },
    { isActive: isRawModeSupported },
  );

  const said = exporting.now() ? 'export as: h HTML, m Markdown, j JSON' : notice.now();
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

/** State that is read as it is now, not as it was when last drawn: the next key may come before the next frame. */
function useLive<T>(initial: () => T): { now: () => T; set: (value: T) => void } {
  const [cell] = useState(() => ({ value: initial() }));
  const [, draw] = useReducer((n: number) => n + 1, 0);
  return {
    now: () => cell.value,
    set(value) {
      if (value === cell.value) return;
      cell.value = value;
      draw();
    },
  };
}

function findingIn(assessment: Assessment, view: View): Finding | undefined {
  return view.screen === 'finding' ? findingsOf(assessment, view.rule)[view.at] : undefined;
}

/** What Enter opens at each entry of a view. */
function opensFrom(assessment: Assessment, view: View): (View | undefined)[] {
  if (view.screen === 'result') return resultOpens(assessment);
  return listingOf(assessment, view)?.entries.map((entry) => entry.opens) ?? [];
}

/** On the result, with the first thing to do selected. */
function startingPlace(assessment: Assessment): Trail {
  const firstToDo = resultOpens(assessment).findIndex((view) => view.screen === 'rule');
  return [{ view: { screen: 'result' }, selected: Math.max(0, firstToDo) }];
}

/** Asks for the files of a finding when it is shown; what comes late for another finding is dropped. */
function useExcerpts(finding: Finding | undefined, excerpt: Asks['excerpt']): Excerpts {
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
