/** The handbook's fixed words: the eight operations, the three modes, the dilemmas and principles that a rule can serve. */

export const OPERATIONS = {
  provision: 'provision infrastructure',
  secure: 'secure the system',
  deploy: 'deploy workloads',
  monitor: 'monitor the system',
  recover: 'recover from issues',
  scale: 'scale up or down',
  'track-changes': 'track and test changes',
  automate: 'automate processes',
} as const;
export type Operation = keyof typeof OPERATIONS;
export const OPERATION_NAMES = Object.keys(OPERATIONS) as [Operation, ...Operation[]];

/** How a DevOps engineer serves a need: gives tools and knowledge, does it, or automates what repeats. */
export const MODES = ['enable', 'do', 'automate'] as const;
export type Mode = (typeof MODES)[number];

/** What to focus on when (dilemmas), and what always holds. Keys are cited by rules; words are for people. */
export const DILEMMAS = {
  'alone-and-simple': 'Alone and simple: put it in a container and run the tests after every commit',
  'new-environments-fast': 'New environments fast: one-click environments from code and a deployment tool',
  'many-changes-end-to-end':
    'End-to-end tests for many changes: keep what is shared apart from each environment',
  'unify-workloads':
    'Deploy, monitor, scale, configure and secure every workload the same way: an orchestrator',
  'many-moving-parts':
    'Many moving parts and a need for certainty: GitOps and a monorepo, the sooner the better',
  'developers-operate':
    'The development team does DevOps: infrastructure in code and full documentation on how to operate it',
  'always-git': 'Always: keep code in Git',
  'always-monitor': 'Always: monitor CPU, memory, disk, network, application logs and cloud costs',
  'always-available': 'Always: build for high availability',
  'always-test': 'Always: test before deploying',
  'atomic-commits': 'Goal: atomic commits, so that what was tested is what runs',
} as const;
export type Dilemma = keyof typeof DILEMMAS;
export const DILEMMA_NAMES = Object.keys(DILEMMAS) as [Dilemma, ...Dilemma[]];
