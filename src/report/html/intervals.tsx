/** The packs as a picture: each a bar from 0 to 100, solid as far as it is proven, hatched as far as it is possible. */
import { scaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';
import { percent } from '../../model/amounts.js';
import type { Score } from '../../model/score.js';
import { clean } from '../text.js';

const x = scaleLinear().domain([0, 1]).range([0, 100]);
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const at = (share: number) => `${Math.round(x(share) * 100) / 100}%`;

/** The hatching, drawn once and used by every bar. */
export function Patterns(): ReactNode {
  return (
    <svg className="patterns" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="hatch-ground" width="6" height="6" />
          <rect className="hatch-line" width="2" height="6" />
        </pattern>
      </defs>
    </svg>
  );
}

export function Bar({ score }: { score: Pick<Score, 'proven' | 'possible'> }): ReactNode {
  return (
    <svg className="bar" width="100%" height="16" aria-hidden="true">
      <rect className="bar-fails" width="100%" height="16" />
      <rect className="bar-possible" width={at(score.possible)} height="16" fill="url(#hatch)" />
      <rect className="bar-proven" width={at(score.proven)} height="16" />
      {TICKS.map((t) => (
        <line key={t} className="bar-tick" x1={at(t)} x2={at(t)} y1="0" y2="16" />
      ))}
    </svg>
  );
}

function Axis(): ReactNode {
  return (
    <svg className="axis" width="100%" height="14" aria-hidden="true">
      {TICKS.map((t) => (
        <text key={t} x={at(t)} y="11" textAnchor={t === 0 ? 'start' : t === 1 ? 'end' : 'middle'}>
          {Math.round(t * 100)}
        </text>
      ))}
    </svg>
  );
}

/** A table, so that whoever sees no picture reads the same numbers. */
export function Intervals({ scores, overall }: { scores: readonly Score[]; overall: Score }): ReactNode {
  return (
    <figure className="intervals">
      <table>
        <thead>
          <tr>
            <th scope="col">Practice</th>
            <th scope="col" className="bar-cell">
              <Axis />
            </th>
            <th scope="col" className="number">
              Proven
            </th>
            <th scope="col" className="number">
              Possible
            </th>
            <th scope="col" className="number">
              Rules decided
            </th>
          </tr>
        </thead>
        <tbody>
          {scores.map((score) => (
            <Row key={score.pack} score={score} />
          ))}
        </tbody>
        <tfoot>
          <Row score={overall} />
        </tfoot>
      </table>
      <figcaption>
        <span className="key">
          <svg width="22" height="12" aria-hidden="true">
            <rect className="bar-proven" width="22" height="12" />
          </svg>
          proven
        </span>
        <span className="key">
          <svg width="22" height="12" aria-hidden="true">
            <rect className="bar-possible" width="22" height="12" fill="url(#hatch)" />
          </svg>
          possible: it was not seen
        </span>
        <span className="key">
          <svg width="22" height="12" aria-hidden="true">
            <rect className="bar-fails" width="22" height="12" />
          </svg>
          fails
        </span>
      </figcaption>
    </figure>
  );
}

function Row({ score }: { score: Score }): ReactNode {
  return (
    <tr>
      <th scope="row">{clean(score.title)}</th>
      <td className="bar-cell">
        <Bar score={score} />
      </td>
      <td className="number strong" data-label="proven">
        {percent(score.proven)}
      </td>
      <td className="number" data-label="possible">
        {percent(score.possible)}
      </td>
      <td className="number muted" data-label="rules decided">
        {score.decided} of {score.applicable}
      </td>
    </tr>
  );
}
