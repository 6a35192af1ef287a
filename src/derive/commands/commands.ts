/** What the steps of a pipeline really do: by what they run, followed into scripts, images and wrappers, never by a name. */
import { readShell, type ShellCommand, type ShellOptions } from '../../parse/shell/shell.js';
import type { Activity, Surroundings } from './activity.js';
import { copyAway, copyToStorage, gitCommand, overSsh, releaseCommand, webhook } from './away.js';
import { join } from './directories.js';
import { deliberateFailure } from './failing-step.js';
import { dockerCommand } from './images.js';
import { jvmTool } from './jvm.js';
import { recognise, sessionsTest } from './known.js';
import { monorepoTool } from './monorepo-tools.js';
import { composerCommand, packageManager, packageScript } from './package-scripts.js';
import { type JobSoFar, newJob, Reading, START, type Standing, type StepToRead } from './reading.js';
import { readyMadeStep } from './ready-made-step.js';
import { ownProgram, scriptFile } from './script-files.js';
import { countLastProgram, PLAIN, shellOptions } from './shell-options.js';
import { makeTargets, runnerTargets } from './targets.js';
import { bare } from './wrappers.js';

/** Longer commands are known by their beginning. */
const LONGEST_COMMAND = 4000;

/** Installs a cluster on the machine that it runs on. */
const INSTALLS_CLUSTER = /\bget\.(k3s\.io|k0s\.sh)\b/;

const DOCUMENTATION =
  /^(mkdocs|sphinx-build|mdbook|typedoc|docusaurus|vitepress|(start|build)?-?storybook|pdoc|cargo (doc|rustdoc)|doxygen|antora|zensical|javadoc)\b/;

const PREPARES = /^(kubectl|oc)\b.*\screate\s+(ns|namespace|secret|configmap|cm|serviceaccount|sa)\s/;
const DOCUMENTATION_FOLDER = /^(docs?|documentation|website)(\/|$)/;

/** The activities of a step, in the order in which they happen. */
export function activitiesOf(step: StepToRead, around: Surroundings, job: JobSoFar = newJob()): Activity[] {
  const reading = new Reading(step, around, job, readScript);
  if (step.run === '') return readyMadeStep(reading);
  const { run, shell, directory, runLine } = step;
  if (/^(python|node|perl|ruby)/.test(shell)) return [];
  const found = reading.shell(run, shellOptions(shell), { ...START, directory, line: runLine });
  return [...found, ...deliberateFailure(reading)];
}

function readScript(reading: Reading, text: string, options: ShellOptions, outer: Standing): Activity[] {
  const here = {};
  const commands = readShell(text, options);
  if (outer.depth === 0 && /^(pwsh|powershell)\b/.test(reading.step.shell)) countLastProgram(commands);
  return commands.flatMap((command, position) => {
    const counts = outer.fails && command.fails;
    const outermost = outer.depth === 0;
    const standing: Standing = {
      ...outer,
      directory: join(outer.directory, command.directory),
      line: outermost ? outer.line + command.line - 1 : outer.line,
      depth: outer.depth + 1,
      stops: counts && outer.stops && (!outermost || command.stops),
      fails: counts,
      guards: [
        ...(command.fails ? outer.guards : []),
        ...command.guards,
        ...(command.stops ? [{ list: here, position }] : []),
      ],
      within: [...outer.within, ...command.within, { list: here, position }],
      conditional: outer.conditional || command.conditional,
      said: outermost ? bare(reading, command.words, outer).join(' ') : outer.said,
    };
    return readCommand(reading, command.words, command, standing);
  });
}

function readCommand(
  reading: Reading,
  given: readonly string[],
  command: ShellCommand,
  at: Standing,
): Activity[] {
  const words = bare(reading, given, at);
  const [program = '', ...rest] = words;
  if (program === '') return [];
  const text = words.join(' ').slice(0, LONGEST_COMMAND);
  const nested = (inner: string, more: Partial<Standing> = {}, options: ShellOptions = PLAIN) =>
    reading.shell(inner, options, { ...at, ...more });

  if (
    /^(echo|printf|cat|tee|export|local|true|false|:|test|\[|\[\[|\(\(|grep|sed|awk|jq|yq|curl|wget|sleep|mkdir|cp|mv|rm|ls|chmod|date|read|set|exit|return|cd|pushd|popd|source|\.)$/.test(
      program,
    )
  ) {
    if (program === 'source' || program === '.') return scriptFile(reading, rest[0] ?? '', at);
    if (program === 'curl' || program === 'wget') {
      if (INSTALLS_CLUSTER.test(text) && !at.remote) reading.job.throwAwayCluster = true;
      return webhook(reading, text, at);
    }
    return [];
  }
  if (/^(bash|sh|zsh|dash|ash)$/.test(program)) {
    const inline = rest.findIndex((w) => /^-[a-z]*c[a-z]*$/.test(w));
    if (inline !== -1)
      return nested(rest[inline + 1] ?? '', {}, shellOptions(`sh ${rest.slice(0, inline + 1).join(' ')} -`));
    const file = rest.find((w) => !w.startsWith('-') && !/^(pipefail|errexit)$/.test(w));
    if (file) return scriptFile(reading, file, at);
    return command.input ? nested(command.input) : [];
  }
  if (program === 'eval') return nested(rest.join(' '));
  if (program === 'ssh') return overSsh(reading, rest, command, at);
  if (/^(make|gmake)$/.test(program)) return makeTargets(reading, rest, at);
  if (program === 'just' || program === 'task' || program === 'go-task')
    return runnerTargets(reading, program === 'just' ? 'just' : 'task', rest, at);
  if (/^(npm|pnpm|yarn|bun)$/.test(program)) return packageManager(reading, program, rest, text, at);
  if (program === 'composer') return composerCommand(reading, rest, text, at);
  if (/^(turbo|nx|lerna|rush|ultra|wsrun)$/.test(program))
    return monorepoTool(reading, program, rest, text, at);
  if (/^(npm-run-all|npm-run-all2|run-s|run-p)$/.test(program))
    return rest
      .filter((w) => !w.startsWith('-'))
      .flatMap((name) => packageScript(reading, name, at, { any: false }));
  if (program === 'concurrently')
    return rest
      .filter((w) => !w.startsWith('-'))
      .flatMap((inner) => (inner.includes(' ') ? nested(inner) : []));
  if (/^(docker|podman)$/.test(program)) return dockerCommand(reading, rest, text, at);
  if (program === 'docker-compose' || program === 'podman-compose')
    return dockerCommand(reading, ['compose', ...rest], text, at);
  if (/^(mvn|mvnw|gradle|gradlew)$/.test(program))
    return jvmTool(reading, program.startsWith('mvn') ? 'mvn' : 'gradle', rest, at);
  if (program === 'git') return gitCommand(reading, rest, at);
  if (program === 'gh' || program === 'hub') return releaseCommand(reading, rest, text, at);
  if (/^(rsync|scp|sftp|lftp|ncftpput)$/.test(program)) return copyAway(reading, program, rest, at);
  if (/^(aws|gsutil|gcloud|az|s3cmd|s5cmd|rclone|azcopy)$/.test(program)) {
    const site = copyToStorage(reading, program, rest, text, at);
    if (site) return site;
  }
  if (
    /^(kind|minikube|k3d|k3s|microk8s|ctlptl|vcluster)$/.test(program) &&
    /\b(create|start|up|server|connect)\b/.test(text)
  ) {
    reading.job.throwAwayCluster = true;
    return [];
  }
  if (/^(tox|nox)$/.test(program) && !sessionsTest(words)) return reading.settle({ does: 'lints' }, text, at);
  if (program === 'mkdocs' && rest[0] === 'gh-deploy') return [];
  if (DOCUMENTATION.test(text) || (/\bbuild\b/.test(at.said) && DOCUMENTATION_FOLDER.test(at.directory)))
    reading.job.builtDocs = true;
  if (program === 'buildkite-agent' && rest[0] === 'pipeline' && rest[1] === 'upload') {
    const because = 'the steps that it adds are made while it runs';
    return [reading.activity({ does: 'unknown', may: ['tests', 'deploys'], because }, text, at)];
  }
  if (program === 'gh-pages')
    return reading.settle({ does: reading.job.builtDocs ? 'nothing' : 'deploys' }, text, at);

  // A namespace or a secret, written so that it may be there already: what runs comes after.
  if (/^(kubectl|oc)$/.test(program) && PREPARES.test(command.reads)) return [];
  const known = recognise(text);
  if (known) {
    const releases = /^(npm|pnpm|yarn)/.test(program);
    return releases || known.does === 'nothing'
      ? []
      : [...reading.settle({ does: known.also }, text, at), ...reading.settle(known, text, at)];
  }
  if (program.includes('/') || /\.(sh|bash)$/.test(program)) return scriptFile(reading, program, at);
  if (/^(python|node|ruby|perl|php|tsx|ts-node|deno|bun|pwsh|powershell)$/.test(program))
    return ownProgram(reading, program, rest, at);
  return [];
}
