/** Commands in containers, and images with the tests that run while they are built. */
import type { Activity } from './activity.js';
import { shellWords, skipFlags } from './command-words.js';
import { join } from './directories.js';
import { recognise } from './known.js';
import type { Reading, Standing } from './reading.js';
import type { ActionDoes } from './ready-made/does.js';
import { PLAIN } from './shell-options.js';
import { TEST_SCRIPT } from './test-names.js';

const CONTAINER_VALUES =
  /^(-v|--volume|-e|--env|--name|-w|--workdir|-p|--publish|--network|--net|--entrypoint|-u|--user|--env-file|--mount|--platform|-h|--hostname|--add-host|--memory|-m|--cpus|--label|-l|--link|--ulimit|--shm-size|--restart|--pull|--gpus|--index|--tmpfs|--cap-add|--device|--dns|--volumes-from)$/;

export function dockerCommand(
  reading: Reading,
  rest: readonly string[],
  text: string,
  at: Standing,
): Activity[] {
  const words = skipFlags(rest, /^(--context|-c|-H|--host|--config|-l|--log-level)$/);
  const [verb = '', next = ''] = words;
  if (verb === 'context' && next === 'use') reading.job.remoteDocker = true;
  if (verb === 'run' || (verb === 'exec' && next !== '') || (verb === 'container' && next === 'run')) {
    const inner = skipFlags(words.slice(verb === 'container' ? 2 : 1), CONTAINER_VALUES).slice(1);
    const here = at.remote || reading.job.remoteDocker || rest[0] === '--context';
    if (here && verb === 'run') return reading.settle({ does: 'deploys' }, text, at);
    if (inner.length === 0) return [];
    return reading.shell(shellWords(inner), PLAIN, { ...at, directory: at.directory });
  }
  if (verb === 'compose') {
    const after = skipFlags(
      words.slice(1),
      /^(-f|--file|-p|--project-name|--profile|--env-file|--project-directory|--ansi)$/,
    );
    const [action = '', ...more] = after;
    if (action === 'run' || action === 'exec')
      return reading.shell(shellWords(skipFlags(more, CONTAINER_VALUES).slice(1)), PLAIN, at);
    if (action === 'push') return reading.settle({ does: 'publishes' }, text, at);
    if (
      action === 'up' &&
      (at.remote || reading.job.remoteDocker || rest[0]?.startsWith('--context') || rest[0] === '-H')
    )
      return reading.settle({ does: 'deploys' }, text, at);
    if (action === 'up' && /--exit-code-from|--abort-on-container-exit/.test(text)) {
      const service =
        /--exit-code-from[= ](\S+)/.exec(text)?.[1] ?? after.filter((w) => !w.startsWith('-')).join(' ');
      return TEST_SCRIPT.test(service) || /test|e2e|sut|spec/i.test(text)
        ? reading.settle({ does: 'tests' }, text, at)
        : [];
    }
    return action === 'build' ? reading.settle({ does: 'builds' }, text, at) : [];
  }
  const known = recognise(text.replace(/^podman/, 'docker'));
  const builds =
    /^(build|bake)$/.test(verb) ||
    (verb === 'buildx' && /^(build|bake|b)$/.test(next)) ||
    (verb === 'image' && next === 'build');
  const image =
    builds && next !== 'bake' && verb !== 'bake'
      ? testsOfImage(reading, buildArguments(words.slice(verb === 'build' ? 1 : 2)), at)
      : [];
  return [...image, ...(known && known.does !== 'nothing' ? reading.settle(known, text, at) : [])];
}

/** The tests that run while an image is built, in a stage that the built one depends on. */
export function testsOfImage(
  reading: Reading,
  build: NonNullable<ActionDoes['image']>,
  at: Standing,
): Activity[] {
  if (reading.foreign(at.directory)) return [];
  const context = /^(https?:|git@|\$|-$)/.test(build.context) ? undefined : join(at.directory, build.context);
  if (context === undefined) return [];
  const paths =
    build.file === ''
      ? [join(context, 'Dockerfile'), join(context, 'Containerfile')]
      : build.file.split('\n').flatMap((f) => [join(at.directory, f), join(context, f)]);
  const wanted = new Set(paths.map((p) => reading.inTree(p)));
  const files = reading.around.dockerfiles.filter((f) => wanted.has(f.path));
  const tested = files.map((f) => {
    const stage = f.data.stages.find((s) => s.name === build.target);
    const seen =
      f.data.commands.some((c) => c.stage === build.target) ||
      f.data.stages.at(-1) === stage ||
      build.target === '';
    if (!seen)
      return reading.unseen(
        `the stage ${build.target} of ${f.path}`,
        'what only this stage runs is not read',
        build.target,
        at,
      );
    return f.data.commands.flatMap((c) =>
      reading
        .shell(c.run.replace(/^--\S+\s+/g, ''), PLAIN, {
          ...at,
          said: '',
          directory: context,
          depth: at.depth + 1,
          stops: true,
          fails: true,
        })
        .filter((a) => a.does === 'tests' && a.fails)
        .map((a) => ({
          ...a,
          what: `${a.what} in ${f.path}`,
          stops: at.stops,
          guards: at.guards,
          within: at.within,
          fails: at.fails,
          partial: build.file.includes('\n'),
        })),
    );
  });
  const every = tested.every((t) => t.length > 0);
  return tested.flat().map((a) => ({ ...a, partial: a.partial && !every }));
}

/** The Dockerfile, context and stage of a `docker build`. */
function buildArguments(words: readonly string[]): NonNullable<ActionDoes['image']> {
  let file = '';
  let target = '';
  let context = '';
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const [flag = '', value] = word.split('=', 2);
    if (flag === '-f' || flag === '--file') file = value ?? words[++i] ?? '';
    else if (flag === '--target') target = value ?? words[++i] ?? '';
    else if (
      /^(-t|--tag|--build-arg|--platform|--label|--cache-from|--cache-to|--secret|--ssh|-o|--output|--progress|--network|--build-context|--builder|--iidfile|--metadata-file|--add-host|--annotation|--attest)$/.test(
        flag,
      ) &&
      value === undefined
    )
      i += 1;
    else if (!word.startsWith('-') || word === '-') context = word;
  }
  return { file, context: context || '.', target };
}
