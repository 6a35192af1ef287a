/** The path to production as a drawing: what starts it, the job that does it, where it ends; an untested route is red and says so. */
import { linkHorizontal } from 'd3-shape';
import type { ReactNode } from 'react';
import { count, counted } from '../../model/amounts.js';
import type { RepositoryAssessment } from '../../model/assessment.js';
import { type Fact, type FactData, factsOf } from '../../model/facts.js';
import { type Place, placesOf } from '../links.js';
import { clean, cut, cutStart } from '../text.js';
import { sentence } from '../words.js';
import { Name, PlaceLink, Prose } from './parts.js';

type Path = FactData<'delivery-path'>;
type Gate = Path['gate'];

const TRIGGER_WORDS = {
  push: 'Push or merge',
  tag: 'Tag',
  manual: 'By hand',
  schedule: 'Schedule',
  release: 'Release',
  'pull-request': 'Pull request',
  other: 'Other event',
} as const satisfies Record<Path['trigger'], string>;

const GATE_WORDS = {
  untested: 'untested',
  unknown: 'not known',
  tested: 'tested',
} as const satisfies Record<Gate, string>;
const GATE_SIGNS = { untested: '✗', unknown: '?', tested: '✓' } as const satisfies Record<Gate, string>;
const GATES = Object.keys(GATE_WORDS) as Gate[];

function targetWords(path: Path): string {
  if (path.environment !== '') return path.environment;
  if (path.target === 'artifact') return 'Published artifact';
  return path.target === 'gitops' ? 'GitOps repository' : 'Environment without a name';
}

/** One job with one gate: the routes that go through it. */
interface Route {
  gate: Gate;
  job: string;
  pipeline: string;
  triggers: string[];
  targets: string[];
  place: Place | undefined;
}

const MOST_ROUTES = 14;
/** A longer list is folded. */
const MOST_LISTED = 12;

function routesOf(repository: RepositoryAssessment, paths: readonly Fact<'delivery-path'>[]): Route[] {
  const routes = new Map<string, Route>();
  for (const { data, evidence } of paths) {
    const key = JSON.stringify([data.gate, data.pipeline, data.job]);
    const route = routes.get(key) ?? {
      gate: data.gate,
      job: clean(data.job),
      pipeline: clean(data.pipeline),
      triggers: [],
      targets: [],
      place: placesOf(repository, evidence)[0],
    };
    route.triggers = [...new Set([...route.triggers, TRIGGER_WORDS[data.trigger]])];
    route.targets = [...new Set([...route.targets, clean(targetWords(data))])];
    routes.set(key, route);
  }
  return [...routes.values()].sort(
    (a, b) =>
      GATES.indexOf(a.gate) - GATES.indexOf(b.gate) ||
      Number(b.targets.includes('production')) - Number(a.targets.includes('production')) ||
      (a.targets[0] ?? '').localeCompare(b.targets[0] ?? '', 'en'),
  );
}

const WIDTH = 960;
const ROW = 62;
const BOX = 44;
const TOP = 34;
const TRIGGER = { x: 0, width: 150 };
const JOB = { x: 265, width: 260 };
/** The word of the gate stands on the way out of the job: the line stops before it and goes on behind it. */
const WORD = { gap: 10, width: 100 };
const JOB_END = JOB.x + JOB.width;
const TARGET = { x: 790, width: 170 };

/** Names beside what they are joined to: each at the mean of its rows, then pushed apart. */
function placed(names: readonly string[], rowsOf: (name: string) => number[]): Map<string, number> {
  const wanted = names
    .map((name) => {
      const rows = rowsOf(name);
      return { name, y: rows.reduce((sum, row) => sum + row, 0) / rows.length };
    })
    .sort((a, b) => a.y - b.y);
  const at = new Map<string, number>();
  let free = Number.NEGATIVE_INFINITY;
  for (const { name, y } of wanted) {
    const taken = Math.max(y, free);
    at.set(name, taken);
    free = taken + BOX + 10;
  }
  return at;
}

const curve = linkHorizontal<unknown, [number, number]>();
function curveBetween(source: [number, number], target: [number, number]): string {
  return curve({ source, target }) ?? '';
}

function Drawing({ routes, label }: { routes: readonly Route[]; label: string }): ReactNode {
  const rows = routes.map((route, i) => ({ ...route, y: TOP + BOX / 2 + i * ROW }));
  const names = (of: 'triggers' | 'targets') => [...new Set(rows.flatMap((r) => r[of]))];
  const rowsOf = (of: 'triggers' | 'targets') => (name: string) =>
    rows.filter((r) => r[of].includes(name)).map((r) => r.y);
  const triggers = placed(names('triggers'), rowsOf('triggers'));
  const targets = placed(names('targets'), rowsOf('targets'));
  const lowest = Math.max(...[...triggers.values(), ...targets.values(), ...rows.map((r) => r.y)]);
  const height = lowest + BOX / 2 + 6;
  return (
    <div className="map-scroll">
      <svg className="map" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={label}>
        <text className="map-head" x={TRIGGER.x} y="14">
          Starts with
        </text>
        <text className="map-head" x={JOB.x} y="14">
          Job and pipeline
        </text>
        <text className="map-head" x={TARGET.x} y="14">
          Reaches
        </text>
        {rows.map((row) => (
          <g key={`${row.gate} ${row.pipeline} ${row.job}`} className={`route ${row.gate}`}>
            {row.triggers.map((name) => (
              <path
                key={name}
                d={curveBetween([TRIGGER.x + TRIGGER.width, triggers.get(name) ?? row.y], [JOB.x, row.y])}
              />
            ))}
            <path d={`M${JOB_END},${row.y}h${WORD.gap}`} />
            {row.targets.map((name) => (
              <path
                key={name}
                d={curveBetween([JOB_END + WORD.width, row.y], [TARGET.x, targets.get(name) ?? row.y])}
              />
            ))}
            <rect x={JOB.x} y={row.y - BOX / 2} width={JOB.width} height={BOX} rx="3" />
            <text className="map-name" x={JOB.x + 14} y={row.y - 3}>
              {cut(row.job, 32)}
            </text>
            <text className="map-about" x={JOB.x + 14} y={row.y + 14}>
              {cutStart(row.pipeline, 36)}
            </text>
            <text className="map-gate" x={JOB_END + WORD.gap + 6} y={row.y + 4.5}>
              {GATE_SIGNS[row.gate]} {GATE_WORDS[row.gate]}
            </text>
          </g>
        ))}
        {[...triggers].map(([name, y]) => (
          <Node key={name} name={name} y={y} column={TRIGGER} />
        ))}
        {[...targets].map(([name, y]) => (
          <Node key={name} name={name} y={y} column={TARGET} />
        ))}
      </svg>
    </div>
  );
}

function Node({
  name,
  y,
  column,
}: {
  name: string;
  y: number;
  column: { x: number; width: number };
}): ReactNode {
  return (
    <g className="node">
      <rect x={column.x} y={y - 17} width={column.width} height="34" rx="17" />
      <text x={column.x + column.width / 2} y={y + 4.5} textAnchor="middle">
        {cut(name, 20)}
      </text>
    </g>
  );
}

/** In one sentence what the drawing shows, for a lead and for those who do not see it. */
function routesInWords(paths: readonly Path[]): string {
  const routes = `${counted(paths.length, 'route')} from a commit to an environment or a registry`;
  const parts = GATES.map((gate) => ({ gate, n: paths.filter((p) => p.gate === gate).length })).filter(
    (p) => p.n > 0,
  );
  const [only, ...others] = parts;
  if (only && others.length === 0) return `${routes}, ${only.n > 1 ? 'all ' : ''}${GATE_WORDS[only.gate]}.`;
  return `${routes}: ${parts.map((p) => `${count(p.n)} ${GATE_WORDS[p.gate]}`).join(', ')}.`;
}

export function DeliveryMap({
  repository,
  named,
}: {
  repository: RepositoryAssessment;
  named: boolean;
}): ReactNode {
  const paths = factsOf(repository.facts, 'delivery-path');
  const inDoubt = repository.gaps.some(
    (g) => g.kinds.includes('delivery-path') || g.kinds.includes('pipeline'),
  );
  const words = routesInWords(paths.map((p) => p.data));
  const routes = routesOf(repository, paths);
  return (
    <div className="delivery">
      {named && (
        <h3>
          <Name text={repository.name} />
        </h3>
      )}
      {paths.length === 0 ? (
        <p>
          No route to an environment or a registry was found in the files of this commit
          {inDoubt ? ', but some of the files that could hold one could not be read.' : '.'}
        </p>
      ) : (
        <>
          <p>
            {words}
            {inDoubt && ' Some of the files that could hold more could not be read.'}
          </p>
          <Drawing routes={routes.slice(0, MOST_ROUTES)} label={words} />
          {routes.length > MOST_ROUTES && (
            <p className="muted">
              The drawing shows {MOST_ROUTES} of {counted(routes.length, 'job')}, the untested ones to
              production first; the list has all.
            </p>
          )}
          <details open={paths.length <= MOST_LISTED}>
            <summary>The routes as a list</summary>
            <table className="routes">
              <thead>
                <tr>
                  <th scope="col">Starts with</th>
                  <th scope="col">Job</th>
                  <th scope="col">Reaches</th>
                  <th scope="col">Gate</th>
                  <th scope="col">Why</th>
                </tr>
              </thead>
              <tbody>
                {paths.map((path) => (
                  <RouteRow key={JSON.stringify(path)} repository={repository} path={path} />
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </div>
  );
}

function RouteRow({
  repository,
  path,
}: {
  repository: RepositoryAssessment;
  path: Fact<'delivery-path'>;
}): ReactNode {
  const { data } = path;
  const [place] = placesOf(repository, path.evidence);
  return (
    <tr>
      <td>{TRIGGER_WORDS[data.trigger]}</td>
      <td>
        <Name text={place ? data.job : `${data.pipeline} / ${data.job}`} />
        {place && (
          <div>
            <PlaceLink place={place} />
          </div>
        )}
      </td>
      <td>
        <Name text={targetWords(data)} />
        {data.approval && data.trigger !== 'manual' && <div className="muted">after an approval</div>}
        {data.serialised && <div className="muted">one at a time</div>}
      </td>
      <td>
        <span className={`mark gate-${data.gate}`}>
          <span aria-hidden="true">{GATE_SIGNS[data.gate]}</span> {GATE_WORDS[data.gate]}
        </span>
      </td>
      <td>
        <Prose text={sentence(data.reason)} />
      </td>
    </tr>
  );
}
