/** A step that uses something ready-made: an action, orb, task, pipe or plugin. */
import { type Activity, isOwnRepository } from './activity.js';
import { clean } from './directories.js';
import { testsOfImage } from './images.js';
import { type Reading, START, type Standing } from './reading.js';
import { holdsDocumentation, startsCluster } from './ready-made/actions.js';
import { readyMadeDoes } from './ready-made/ready-made.js';

/** Says of what system something ready-made is; people do not write it. */
const PREFIX = /^(gitlab|gitlab-include|template|orb|task|pipe|jenkins|plugin|tekton|image|travis|appveyor):/;

export function readyMadeStep(reading: Reading): Activity[] {
  const { uses, inputs, line } = reading.step;
  const name = uses.split('@')[0] ?? '';
  const at: Standing = { ...START, line, depth: 1, said: uses.replace(/@.*$/, '').replace(PREFIX, '') };
  if (uses.startsWith('docker://')) return [];
  if (startsCluster(name)) {
    reading.job.throwAwayCluster = true;
    return [];
  }
  if (/^actions\/checkout$/.test(name)) checkout(reading);
  if (name === 'actions/upload-pages-artifact' && holdsDocumentation(inputs.get('path') ?? ''))
    reading.job.builtDocs = true;
  const does = readyMadeDoes(name, inputs);
  if (does.pages && reading.job.builtDocs) return [];
  const what = uses;
  const found: Activity[] = [];
  if (does.image) found.push(...testsOfImage(reading, does.image, at));
  if (does.script) {
    const directory = does.directory ?? '';
    found.push(
      ...reading.shell(
        does.script,
        { errexit: true, pipefail: false },
        { ...at, directory, remote: does.remote === true },
      ),
    );
  }
  if (name === 're-actors/alls-green') {
    const skipped = inputs.get('allowed-skips') ? '' : " || contains(needs.*.result, 'skipped')";
    return [
      reading.activity({ does: 'fails', when: `contains(needs.*.result, 'failure')${skipped}` }, what, at),
    ];
  }
  if (does.does === 'nothing' || (does.script && found.length > 0)) return found;
  return [...found, ...reading.settle(does, what, at)];
}

function checkout(reading: Reading): void {
  const { inputs } = reading.step;
  const repository = inputs.get('repository') ?? '';
  const own = isOwnRepository(repository, reading.around.repository);
  const folder = clean(inputs.get('path') ?? '');
  if (!own) reading.job.foreign.add(folder);
  else {
    reading.job.foreign.delete(folder);
    reading.job.own = folder;
  }
}
