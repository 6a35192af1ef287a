/** The platforms that pipelines and scripts deploy to, by the actions they use and the commands they run. */
import type { Evidence } from '../../model/evidence.js';
import { type FactData, factsOf } from '../../model/facts.js';
import type { Derivation } from '../derivation.js';
import { factList } from '../fact-list.js';
import { isAside } from '../repository.js';

type Category = FactData<'tool-use'>['category'];

interface Target {
  tool: string;
  category: Category;
  /** Actions, without their version. */
  uses?: RegExp;
  /** The words that a command starts with. */
  run?: RegExp;
  /** Packages that do nothing but deploy there. */
  needs?: RegExp;
}

const TARGETS: readonly Target[] = [
  {
    tool: 'app-engine',
    category: 'orchestrator',
    uses: /^(google-github-actions\/deploy-appengine|travis:gae)$/,
    run: /^gcloud (beta )?app deploy\b/,
  },
  { tool: 'app-runner', category: 'orchestrator', uses: /^awslabs\/amazon-app-runner-deploy$/ },
  {
    tool: 'app-service',
    category: 'orchestrator',
    uses: /^(azure\/webapps-deploy|task:Azure(WebApp|WebAppContainer|RmWebAppDeployment))$/i,
    run: /^az webapp (deploy|deployment|up|config container set)\b/,
  },
  {
    tool: 'cloud-run',
    category: 'orchestrator',
    uses: /^google-github-actions\/deploy-cloudrun$/,
    run: /^gcloud (beta )?run (deploy|services (update|replace))\b/,
  },
  {
    tool: 'cloudflare-workers',
    category: 'orchestrator',
    run: /^(npx |pnpm (dlx |exec )?|yarn )?wrangler (deploy|publish)\b/,
  },
  {
    tool: 'container-apps',
    category: 'orchestrator',
    uses: /^azure\/container-apps-deploy-action$/i,
    run: /^az containerapp (up|update|create|revision)\b/,
  },
  {
    tool: 'ecs',
    category: 'orchestrator',
    uses: /^(aws-actions\/amazon-ecs-deploy-task-definition|pipe:atlassian\/aws-ecs-deploy:.+|orb:circleci\/aws-ecs\/deploy-service-update)$/,
    run: /^(aws ecs (update-service|create-service|deploy|register-task-definition)|ecs-deploy|ecs deploy)\b/,
  },
  {
    tool: 'elastic-beanstalk',
    category: 'orchestrator',
    uses: /^(einaregilsson\/beanstalk-deploy|aws-actions\/aws-elasticbeanstalk-deploy|travis:elasticbeanstalk)$/,
    run: /^(eb deploy|aws elasticbeanstalk update-environment)\b/,
  },
  {
    tool: 'firebase',
    category: 'orchestrator',
    uses: /^(FirebaseExtended\/action-hosting-deploy|travis:firebase)$/i,
    run: /^(npx )?firebase deploy\b/,
  },
  { tool: 'fly', category: 'orchestrator', run: /^(flyctl|fly) deploy\b/ },
  {
    tool: 'heroku',
    category: 'orchestrator',
    uses: /^(akhileshns\/heroku-deploy|travis:heroku|pipe:atlassian\/heroku-deploy:.+|orb:circleci\/heroku\/deploy-via-git)$/i,
    run: /^(heroku container:release|git push (-f |--force )?(https:\/\/\S*git\.heroku\.com\S*|heroku))\b/,
  },
  { tool: 'kamal', category: 'orchestrator', run: /^(bundle exec )?(bin\/)?kamal (deploy|redeploy|setup)\b/ },
  {
    tool: 'kubernetes',
    category: 'orchestrator',
    uses: /^(azure\/k8s-deploy|task:KubernetesManifest)$/i,
    run: /^(kubectl( -\S+)* (apply|set image|rollout restart|rollout status)|helm( -\S+)* (upgrade|install))\b/,
  },
  {
    tool: 'lambda',
    category: 'orchestrator',
    uses: /^(aws-actions\/aws-lambda-deploy|travis:lambda)$/,
    run: /^aws lambda (update-function-code|publish-version)\b/,
  },
  {
    tool: 'netlify',
    category: 'orchestrator',
    needs: /^netlify(-cli)?$/,
    uses: /^(nwtgck\/actions-netlify|netlify\/actions\/cli)$/,
    run: /^(npx |pnpm (dlx |exec )?|yarn )?(netlify|netlify-cli) deploy\b/,
  },
  { tool: 'nomad', category: 'orchestrator', run: /^nomad (job )?run\b/ },
  { tool: 'railway', category: 'orchestrator', run: /^(npx )?(railway|@railway\/cli) up\b/ },
  { tool: 'swarm', category: 'orchestrator', run: /^docker (stack deploy|service update)\b/ },
  {
    tool: 'vercel',
    category: 'orchestrator',
    needs: /^vercel$/,
    uses: /^amondnet\/vercel-action$/,
    run: /^(npx |pnpm (dlx |exec )?|yarn )?vercel (deploy\b|--prod\b|(-\S+ )*--prebuilt)/,
  },
];

export const deployTargets: Derivation = {
  name: 'deploy-targets',
  gives: ['tool-use'],
  derive(facts, _gaps, repository) {
    const found = new Map<string, { target: Target; evidence: Evidence[] }>();
    const see = (target: Target, path: string, line: number) => {
      const entry = found.get(target.tool) ?? { target, evidence: [] };
      if (entry.evidence.length < 5) entry.evidence.push({ type: 'file', path, line });
      found.set(target.tool, entry);
    };
    const commandsOf = (run: string, path: string, line: number, lines = true) => {
      for (const [offset, written] of run.split('\n').entries())
        for (const part of written.split(/&&|\|\||;|\|/)) {
          const command = plain(part);
          for (const target of TARGETS)
            if (target.run?.test(command)) see(target, path, lines ? line + offset : line);
        }
    };
    for (const { data } of factsOf(facts, 'pipeline'))
      for (const step of data.jobs.flatMap((job) => job.steps)) {
        const action = step.uses.split('@')[0] ?? '';
        for (const target of TARGETS)
          if (target.uses?.test(action)) see(target, step.path || data.path, step.line);
        // What is only tried on a throw-away cluster is deployed nowhere.
        if (!onThrowAway(data)) commandsOf(step.run, step.path || data.path, step.runLine);
      }
    for (const script of factsOf(facts, 'script')) {
      const [first] = script.evidence;
      if (first?.type === 'file' && !isAside(script))
        commandsOf(script.data.run, first.path, first.line, false);
    }
    for (const { data, evidence } of factsOf(facts, 'package'))
      for (const first of evidence.slice(0, 1)) {
        if (first.type !== 'file') continue;
        for (const script of data.scripts) commandsOf(script.run, first.path, script.line, false);
        for (const target of TARGETS)
          if (data.dependencies.some((d) => target.needs?.test(d))) see(target, first.path, first.line);
      }
    const out = factList(repository);
    const known = new Set(factsOf(facts, 'tool-use').map((f) => f.data.tool));
    for (const [tool, { target, evidence }] of found) {
      if (known.has(tool)) continue;
      out.add('tool-use', tool, { tool, category: target.category }, evidence);
    }
    return { facts: out.facts, gaps: [] };
  },
};

/** A command without what stands before it: variables, `sudo`, `exec`, the marks of Make. */
function plain(written: string): string {
  return written
    .trim()
    .replace(/^[@+(-]+\s*/, '')
    .replace(/^((sudo|exec|time|then|do|else)\s+|[A-Z_][A-Z0-9_]*=\S*\s+)*/, '')
    .replace(/\s+/g, ' ');
}

const THROW_AWAY =
  /^(helm\/kind-action|engineerd\/setup-kind|medyagh\/setup-minikube|manusa\/actions-setup-minikube|AbsaOSS\/k3d-action)$/i;

function onThrowAway(pipeline: FactData<'pipeline'>): boolean {
  return pipeline.jobs.some((job) =>
    job.steps.some(
      (s) =>
        THROW_AWAY.test(s.uses.split('@')[0] ?? '') ||
        /\b(kind create cluster|minikube start|k3d cluster create)\b/.test(s.run),
    ),
  );
}
