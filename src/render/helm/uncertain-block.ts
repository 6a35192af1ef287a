/** What a block of a template might write or set, told from its text alone, where it is not known which branch runs. */
import type { Node, Pipe } from './parser.js';

export interface Cover {
  /** What to write around a mark so that it stands where the block's lines would. */
  before: string;
  after: string;
  /** Some branch writes something. */
  writes: boolean;
  /** Kinds of the objects that it declares as a whole. */
  kinds: string[];
  /** Variables that it sets or changes, which may be those of its surroundings. */
  assigned: string[];
}

/** Functions that change the map that they are given first. */
const CHANGES = /^(?:set|unset|(?:mustM|m)erge(?:Overwrite)?)$/;

type Block = Extract<Node, { body: Node[] }>;

export function coversOf(block: Block): Cover {
  const texts: string[] = [];
  const assigned = new Set<string>();
  let prints = false;
  const look = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      if (node.type === 'text') texts.push(node.text);
      else if (node.type === 'action' && isQuiet(node.pipe)) note(node.pipe);
      else if (node.type === 'action' || node.type === 'template') prints = true;
      else if ('body' in node) {
        note(node.pipe);
        look(node.body);
        look(node.otherwise);
      }
    }
  };
  const note = (pipe: Pipe) => {
    if (pipe.assigns) for (const name of pipe.variables) assigned.add(name);
    for (const [called, changed] of pipe.commands)
      if (called?.type === 'function' && CHANGES.test(called.name) && changed?.type === 'variable')
        assigned.add(changed.name);
  };
  look(block.body);
  look(block.otherwise);
  const whole = texts.join('');
  const writes = prints || whole.trim() !== '';
  const indent = /(?:^|\n)([ \t]*)(?=\S|$)/.exec(whole.replace(/^(?:[ \t]*\n)+(?=.)/s, '\n'))?.[1] ?? '';
  const broken = whole.includes('\n');
  // What may be further documents must not look like a part of the one before.
  const start = /^---/m.test(whole) ? '\n---\n' : `\n${indent}`;
  return {
    before: broken ? start : '',
    after: broken && /\n[ \t]*$/.test(whole) ? '\n' : '',
    writes,
    kinds: [...whole.matchAll(/^kind:[ \t]*["']?(\w+)/gm)].map((m) => m[1] ?? ''),
    assigned: [...assigned],
  };
}

/** It sets a variable and prints nothing. */
function isQuiet(pipe: Pipe): boolean {
  return pipe.variables.length > 0;
}
