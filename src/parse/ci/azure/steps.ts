/** One step of an Azure pipeline: a script or a task. */

import { type Mapping, mapping, text } from '../../shape.js';
import type { YamlSources } from '../../yaml-sources.js';
import { emptyStep, type PipelineStep } from '../pipeline.js';
import { filled, type Scope, statusOf } from './scope.js';

/** `script` runs with the status of its last command; so does bash unless `set -e` is written. */
const SHELLS: Readonly<Record<string, string>> = {
  bash: 'bash {0}',
  powershell: 'powershell',
  pwsh: 'pwsh',
  script: 'bash {0}',
};

export function readStep(of: Mapping, scope: Scope, sources: YamlSources): PipelineStep | undefined {
  const key = ['script', 'bash', 'pwsh', 'powershell', 'task', 'publish', 'download'].find((k) => k in of);
  if (key === undefined || key === 'publish' || key === 'download') return undefined;
  const { path, line } = sources.at(of, key);
  const base: PipelineStep = {
    ...emptyStep(line),
    name: filled(text(of.displayName), scope),
    id: text(of.name),
    condition: statusOf(text(of.condition), scope),
    continueOnError: of.continueOnError === true || text(of.continueOnError) === 'true',
    variables: Object.entries(mapping(of.env)).map(([name, v]) => ({
      name,
      value: shellWords(filled(text(v), scope)),
    })),
    path,
  };
  if (key === 'task') return readTask(of, scope, base, sources);
  return {
    ...base,
    run: withSlashes(shellWords(filled(text(of[key]), scope))),
    shell: SHELLS[key] ?? '',
    workingDirectory: folder(filled(text(of.workingDirectory), scope)),
    runLine: sources.chunk(of, key, '').line,
  };
}

function readTask(of: Mapping, scope: Scope, base: PipelineStep, sources: YamlSources): PipelineStep {
  const task = text(of.task);
  const inputs = mapping(of.inputs);
  const input = (...names: string[]): string => {
    const found = Object.entries(inputs).find(([k]) => names.includes(k.toLowerCase()));
    return found ? shellWords(filled(text(found[1]), scope)) : '';
  };
  const kind = task.replace(/@.*$/, '').toLowerCase();
  const scriptKey = Object.keys(inputs).find((k) => /^(script|inline|inlinescript)$/i.test(k));
  const inline = /^(bash|powershell|shellscript|cmdline|azurecli|azurepowershell|pythonscript|ssh)$/.test(
    kind,
  );
  if (
    inline &&
    scriptKey !== undefined &&
    !/^filepath$/i.test(input('targettype')) &&
    kind !== 'pythonscript' &&
    kind !== 'ssh'
  ) {
    const bash = /^(bash|cmdline)$/.test(kind) || /bash/.test(input('scripttype'));
    return {
      ...base,
      run: input(scriptKey.toLowerCase()),
      shell: bash ? 'bash {0}' : 'pwsh',
      workingDirectory: folder(input('workingdirectory', 'cwd')),
      line: sources.at(inputs, scriptKey).line,
      runLine: sources.chunk(inputs, scriptKey, '').line,
    };
  }
  const file = input('filepath', 'scriptpath', 'scriptlocation');
  if (inline && file !== '' && kind !== 'ssh')
    return {
      ...base,
      run: `./${folder(file)} ${input('arguments', 'args', 'scriptarguments')}`.trim(),
      shell: 'bash',
      workingDirectory: folder(input('workingdirectory', 'cwd')),
    };
  return {
    ...base,
    uses: `task:${task}`,
    with: Object.entries(inputs).map(([name, v]) => ({ name, value: shellWords(filled(text(v), scope)) })),
  };
}

/** `$(Build.SourceBranch)` would read as a command in a shell: a variable by the name that the agent gives it. */
function shellWords(written: string): string {
  return written.replace(
    /\$\(([A-Za-z][\w.]*)\)/g,
    (_, name: string) => `\${${name.replaceAll('.', '_').toUpperCase()}}`,
  );
}

/** `eng\\build.cmd` on Windows: a script that a shell would read without its folders. */
function withSlashes(written: string): string {
  return written.replace(/^[ \t]*(?:call +)?[.\w-]*(?:\\[.\w-]+)+\.(?:cmd|bat|ps1)\b/gim, (path) =>
    path.replace(/^[ \t]*call +/i, '').replaceAll('\\', '/'),
  );
}

/** A folder from the one that the repository was checked out to. */
function folder(written: string): string {
  return written
    .replace(
      /^\$[({](?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY)[)}]\/?/i,
      '',
    )
    .replace(/^\.\//, '');
}
