/** What a step does that uses something ready-made, by the system that it comes from: the prefix of its name says which. */
import { actionDoes } from './actions.js';
import { taskDoes } from './azure-tasks.js';
import type { ActionDoes, Inputs } from './does.js';
import { jenkinsStepDoes } from './jenkins-steps.js';
import { orbDoes } from './orbs.js';
import { pipeDoes } from './pipes.js';
import { catalogueTaskDoes, imageDoes, pluginDoes } from './plugins.js';
import { providerDoes } from './providers.js';
import { suspectedBy } from './suspected.js';

export function readyMadeDoes(name: string, inputs: Inputs): ActionDoes {
  const [prefix = '', rest = ''] =
    /^(appveyor|gitlab|gitlab-include|image|jenkins|orb|pipe|plugin|task|tekton|template|travis):/.test(name)
      ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
      : [];
  switch (prefix) {
    case 'appveyor':
    case 'travis':
      return providerDoes(rest, inputs);
    case 'gitlab':
      return rest === 'pages' ? { does: 'deploys', pages: true } : { does: 'scans' };
    case 'gitlab-include':
    case 'template':
      return suspectedBy(rest);
    case 'image':
      return imageDoes(rest, inputs);
    case 'jenkins':
      return jenkinsStepDoes(rest, inputs);
    case 'orb':
      return orbDoes(rest, inputs);
    case 'task':
      return taskDoes(rest, inputs);
    case 'pipe':
      return pipeDoes(rest, inputs);
    case 'plugin':
      return pluginDoes(rest, inputs);
    case 'tekton':
      return catalogueTaskDoes(rest, inputs);
    default:
      return actionDoes(name, inputs);
  }
}
