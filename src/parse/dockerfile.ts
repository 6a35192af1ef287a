/** Dockerfile text -> its stages with base images, commands, user and health check, each with its line. */
import type { DockerfileParser, Instruction } from 'dockerfile-ast';
import { withVariables } from './variables.js';

export interface Stage {
  /** Its name, or its number from 0 as BuildKit counts. */
  name: string;
  /** The base as named, with the defaults of ARG put in: an image, an earlier stage or `scratch`. */
  image: string;
  /** The earlier stage that it starts from, or -1. */
  base: number;
  line: number;
  /** Images outside of the file that it copies from or mounts. */
  borrows: { image: string; line: number }[];
  /** Earlier stages that it copies from or mounts. */
  takesFrom: number[];
  /** Files and folders of its context that it copies or mounts, as written. */
  takes: string[];
  /** As written, without flags; the line is that of the first command. */
  commands: { run: string; line: number }[];
  /** The last USER; line 0 for none. */
  user: { name: string; line: number };
  /** The last HEALTHCHECK; line 0 for none. */
  healthcheck: { on: boolean; line: number };
}

export interface Dockerfile {
  stages: Stage[];
  /** Why it could not be read; empty where it could. */
  error: string;
}

let parser: typeof DockerfileParser | undefined;

/** Loads the parser, once. */
export async function prepareDockerfile(): Promise<void> {
  parser ??= (await import('dockerfile-ast')).DockerfileParser;
}

/** After `prepareDockerfile` has been awaited. What cannot be read has no stages and an error. */
export function parseDockerfile(text: string): Dockerfile {
  if (!parser) throw new Error('parseDockerfile needs prepareDockerfile to be awaited first');
  try {
    const stages = stagesOf(parser.parse(text).getInstructions());
    return { stages, error: stages.length > 0 ? '' : 'it has no FROM' };
  } catch (error) {
    return { stages: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/** The last stage and those it starts from or copies from: what BuildKit builds. In the order of the file. */
export function builtStages(stages: readonly Stage[]): Stage[] {
  const needed = new Set<number>();
  const open = [stages.length - 1];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const stage = stages[i];
    if (!stage || needed.has(i)) continue;
    needed.add(i);
    open.push(stage.base, ...stage.takesFrom);
  }
  return stages.filter((_, i) => needed.has(i));
}

/** The last stage and those it starts from, from it to the first: the nearest that sets something wins. */
export function lineage(stages: readonly Stage[]): Stage[] {
  const line: Stage[] = [];
  for (let stage = stages.at(-1); stage; stage = stages[stage.base]) line.push(stage);
  return line;
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const stages: Stage[] = [];
  const globals = new Map<string, string>();
  let locals = new Map<string, string>();
  const numberOf = (name: string) => stages.findLastIndex((s) => s.name.toLowerCase() === name.toLowerCase());

  for (const instruction of instructions) {
    const stage = stages.at(-1);
    const line = instruction.getRange().start.line + 1;
    switch (instruction.getKeyword()) {
      case 'FROM': {
        const [image = '', as = '', name = ''] = wordsOf(instruction);
        const resolved = withVariables(image, globals);
        stages.push({
          name: as.toUpperCase() === 'AS' && name !== '' ? name : String(stages.length),
          image: resolved,
          base: /^\d+$/.test(resolved) ? -1 : numberOf(resolved),
          line,
          borrows: [],
          takesFrom: [],
          takes: [],
          commands: [],
          user: { name: '', line: 0 },
          healthcheck: { on: false, line: 0 },
        });
        locals = new Map(globals);
        break;
      }
      case 'ARG':
      case 'ENV': {
        const values = stage ? locals : globals;
        for (const [name, value] of assignments(instruction)) values.set(name, withVariables(value, values));
        break;
      }
      case 'COPY':
      case 'ADD':
      case 'RUN': {
        if (!stage) break;
        for (const from of sourcesOf(instruction)) {
          const name = withVariables(from, globals);
          const number = /^\d+$/.test(name) ? Number(name) : numberOf(name);
          if (number >= 0 && number < stages.length - 1) stage.takesFrom.push(number);
          else if (!/^\d+$/.test(name)) stage.borrows.push({ image: name, line });
        }
        stage.takes.push(...contextOf(instruction));
        if (instruction.getKeyword() !== 'RUN') break;
        const start = instruction.getArgumentsRange()?.start.line ?? line - 1;
        stage.commands.push({ run: instruction.getRawArgumentsContent() ?? '', line: start + 1 });
        break;
      }
      case 'USER':
        if (stage) stage.user = { name: withVariables(wordsOf(instruction)[0] ?? '', locals), line };
        break;
      case 'HEALTHCHECK':
        if (stage) stage.healthcheck = { on: wordsOf(instruction)[0]?.toUpperCase() !== 'NONE', line };
        break;
    }
  }
  return stages;
}

function wordsOf(instruction: Instruction): string[] {
  const words = instruction.getArguments().map((a) => a.getValue());
  return words.filter((word) => !word.startsWith('--')).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}

/** `A=1 B="x y"`; ENV also knows the old form `A x`. A name without a value has none. */
function assignments(instruction: Instruction): [string, string][] {
  const words = wordsOf(instruction);
  const [first = '', ...rest] = words;
  if (instruction.getKeyword() === 'ENV' && !first.includes('=')) return [[first, rest.join(' ')]];
  return words.flatMap((word): [string, string][] => {
    const at = word.indexOf('=');
    return at > 0 ? [[word.slice(0, at), word.slice(at + 1).replace(/^(["'])(.*)\1$/, '$2')]] : [];
  });
}

/** What `COPY` and `ADD` take from the context, and `.` for a mount of it; what lies elsewhere or in the file itself is left out. */
function contextOf(instruction: Instruction): string[] {
  const text = instruction.getTextContent();
  if (instruction.getKeyword() === 'RUN') return /--mount=(?!\S*from=)\S*type=bind/.test(text) ? ['.'] : [];
  if (/^\w+(?:[\s\\]+--\S+)*?[\s\\]+--from=/.test(text)) return [];
  const words = wordsOf(instruction).flatMap((w) => w.replace(/^\[|\]$/g, '').split(','));
  return words
    .map((w) => w.trim().replace(/^["']|["']$/g, ''))
    .slice(0, -1)
    .filter((w) => w !== '' && !/^<<|^[a-z+]+:\/\/|^git@/.test(w));
}

/** The stages and images that `COPY --from=` and `RUN --mount=...,from=` name. */
function sourcesOf(instruction: Instruction): string[] {
  const flags = /^\w+((?:[\s\\]+--\S+)*)/.exec(instruction.getTextContent())?.[1] ?? '';
  const wanted = instruction.getKeyword() === 'RUN' ? /--mount=(?:\S*,)?from=([^\s,]+)/g : /--from=(\S+)/g;
  return [...flags.matchAll(wanted)].map((m) => m[1] ?? '');
}
