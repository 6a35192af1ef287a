/** What well-known pipes of Bitbucket do, by their documentation; of others, what their names let one suspect. */
import type { ActionDoes, Inputs } from './does.js';
import { suspectedBy } from './suspected.js';

const PIPES: readonly (readonly [RegExp, (inputs: Inputs) => ActionDoes])[] = [
  [
    /(^|\/)(slack-notify|microsoft-teams-notify|opsgenie-send-alert|email-notify|telegram-notify|git-secrets-notify|bitbucket-upload-file|jira-\S+|yarn-cache|checkstyle-report|junit-report|trigger-pipeline)$/,
    (i) => (i.has('pipeline_name') ? suspectedBy(i.get('pipeline_name') ?? '') : { does: 'nothing' }),
  ],
  [
    /(^|\/)(git-secrets-scan|snyk-scan|whitesource-scan|security-scan|aqua-security\S*|trivy\S*|sonarcloud-scan|gitguardian\S*)$/,
    () => ({ does: 'scans' }),
  ],
  [
    /(^|\/)(aws-ecr-push-image|docker-publish|npm-publish|pypi-publish|azure-acr-push\S*|google-gcr-push\S*)$/,
    () => ({ does: 'publishes' }),
  ],
  [
    /(^|\/)(aws-cloudformation-deploy|azure-arm-deploy|azure-resource-manager-deploy|aws-sam-deploy)$/,
    () => ({ does: 'applies-iac' }),
  ],
  [/(^|\/)(ssh-run)$/, (i) => ({ does: 'nothing', script: i.get('command') ?? '', remote: true })],
  [
    /(^|\/)(kubectl-run)$|(^|\/)(aws-eks|google-gke|azure-aks)-kubectl-run$/,
    (i) => ({
      does: 'nothing',
      script: `kubectl ${i.get('kubectl_command') ?? ''} ${i.get('resource_path') ?? ''}`,
    }),
  ],
  [
    /(^|\/)([\w-]+-deploy|firebase-deploy|heroku-deploy|netlify-deploy|scp-deploy|rsync-deploy|ftp-deploy|sftp-deploy|aws-s3-deploy)$/,
    () => ({ does: 'deploys' }),
  ],
  [/(^|\/)azure-cli-run$/, (i) => ({ does: 'nothing', script: i.get('cli_command') ?? '' })],
];

export function pipeDoes(name: string, inputs: Inputs): ActionDoes {
  const bare = name.replace(/^docker:\/\//, '').replace(/:[^/:]*$/, '');
  return PIPES.find(([pattern]) => pattern.test(bare))?.[1](inputs) ?? suspectedBy(bare.replace(/^.*\//, ''));
}
