/** Commands that make an environment from code, wherever people keep commands: found line by line, since what calls them may be a person. */
import { atLine } from '../../model/evidence.js';
import { defineCollector } from '../collector.js';

const KEEPS_COMMANDS =
  /(^|\/)((GNU)?[Mm]akefile|\.?[Jj]ustfile|[Tt]askfile(\.dist)?\.ya?ml|Rakefile|tasks\.py|fabfile\.py|package\.json|\.?mise\.toml|Jenkinsfile[^/]*|[^/]+\.(mk|just|sh|bash|ps1))$|(^|\/)(\.github|\.gitlab|\.circleci|\.buildkite|\.azure-?(devops|pipelines))\/.*\.ya?ml$|(^|\/)\.?(gitlab-ci|azure-pipelines|cloudbuild|buildspec)[^/]*\.ya?ml$|(^|\/)(bin|scripts?|ci|tools?|hack)\/([^/]+\/)*[^/.]+$/;
const TESTS = /(^|\/)(tests?|e2e|examples?)\//;

const COMMANDS: readonly (readonly [tool: string, RegExp])[] = [
  ['terragrunt', /\bterragrunt\b[^|;&]*\sapply(-all)?\b/],
  ['terraform', /(\b(terraform|tofu)\b|\$[({]?(tf|terraform|tofu)\w*[)}]?)[^|;&]*\sapply\b/i],
  ['pulumi', /\bpulumi\s[^|;&]*\bup\b/],
  ['cdk', /\bcdk\s[^|;&]*\bdeploy\b/],
  ['cloudformation', /\bcloudformation\s+(deploy|create-stack|update-stack)\b|\bsam deploy\b/],
  ['bicep', /\baz deployment \w+ create\b/],
  ['azd', /\bazd (up|provision)\b/],
  ['serverless', /\b(sls|serverless) deploy\b/],
  ['helmfile', /\bhelmfile\b[^|;&]*\s(apply|sync)\b/],
  ['ansible', /\bansible-playbook\s/],
];
/** A longer line is data, or was written to be slow to read. */
const LONGEST = 1000;
/** Said, not run: a comment, a message, a target's description. */
const SAID = /^\s*(#|\/\/|@?echo\b|printf\b|Write-Host\b)/;

export const environmentCommands = defineCollector({
  name: 'environment-commands',
  title: 'Environment commands',
  gives: ['environment-command'],
  reads: (path) => KEEPS_COMMANDS.test(path) && !TESTS.test(path),
  start(collection) {
    return {
      file({ path, lines }) {
        lines.forEach((line, i) => {
          if (line.length > LONGEST || SAID.test(line)) return;
          const code = line.replace(/\s#.*$/, '');
          const tool = COMMANDS.find(([, command]) => command.test(code))?.[0];
          if (!tool) return;
          const command = code
            .trim()
            .replace(/^(- )?(run|command|script): /, '')
            .slice(0, 120);
          collection.fact('environment-command', `${tool} in ${path}`, { tool, command }, [
            atLine(path, i + 1),
          ]);
        });
      },
    };
  },
});
