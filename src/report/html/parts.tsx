/** The smallest parts of the page: prose of a pack, names of strangers, places of evidence, outcomes. React escapes them all. */
import { Fragment, type ReactNode } from 'react';
import { count } from '../../model/amounts.js';
import type { Outcome } from '../../model/rule.js';
import type { Place } from '../links.js';
import { clean } from '../text.js';
import { OUTCOME_SIGNS, OUTCOME_WORDS } from '../words.js';

/** The words of a pack: text between backticks is code. */
export function Prose({ text }: { text: string }): ReactNode {
  return clean(text)
    .split(/(`[^`]+`)/)
    .map((part, i) => {
      const isCode = part.length > 2 && part.startsWith('`');
      // biome-ignore lint/suspicious/noArrayIndexKey: the page is written once and never changes
      return isCode ? <code key={i}>{part.slice(1, -1)}</code> : <Fragment key={i}>{part}</Fragment>;
    });
}

/** A name from the repository; its direction of writing stays its own. */
export function Name({ text }: { text: string }): ReactNode {
  return <bdi>{clean(text)}</bdi>;
}

/** A path that may go on to a next line behind a slash. */
function Breakable({ text }: { text: string }): ReactNode {
  return text.split(/(?<=\/)/).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the page is written once and never changes
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

export function PlaceLink({ place }: { place: Place }): ReactNode {
  const text = (
    <code>
      <Breakable text={place.text} />
    </code>
  );
  return place.url ? (
    <a className="place" href={place.url} rel="noreferrer">
      {text}
    </a>
  ) : (
    <span className="place">{text}</span>
  );
}

export function Places({ places, most }: { places: readonly Place[]; most: number }): ReactNode {
  if (places.length === 0) return null;
  const more = places.length - most;
  return (
    <ul className="places">
      {places.slice(0, most).map((place) => (
        <li key={place.text}>
          <PlaceLink place={place} />
        </li>
      ))}
      {more > 0 && <li className="muted">and {count(more)} more</li>}
    </ul>
  );
}

export function OutcomeMark({ outcome }: { outcome: Outcome }): ReactNode {
  return (
    <span className={`mark ${outcome}`}>
      <span aria-hidden="true">{OUTCOME_SIGNS[outcome]}</span> {OUTCOME_WORDS[outcome]}
    </span>
  );
}

/** A section that the contents name; `id` is its address within the page. */
export function Section({ id, title, lead, children }: SectionProps): ReactNode {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead && <p className="lead">{lead}</p>}
      {children}
    </section>
  );
}
interface SectionProps {
  id: string;
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}
