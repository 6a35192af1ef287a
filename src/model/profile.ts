/** The profile of a repository: exactly the keys of the labelled corpus, so that the scan can be compared with careful readers. */
import * as z from 'zod';

export const PROFILE_SETS = [
  'ci',
  'iac',
  'config_management',
  'orchestrators',
  'k8s_packaging',
  'gitops',
  'monorepo_tools',
  'observability',
  'secrets',
  'environments',
] as const;
export const PROFILE_PRACTICES = [
  'is_monorepo',
  'tests_present',
  'tests_in_ci',
  'deploys_from_ci',
  'tests_before_deploy',
  'deploy_on_merge',
  'manual_promotion',
  'pull_request_environment',
  'local_compose',
  'config_per_environment',
  'base_apps_split',
  'environment_conditionals',
  'remote_state',
  'iac_in_ci',
  'monitors_cpu',
  'monitors_memory',
  'monitors_disk',
  'monitors_network',
  'collects_logs',
  'watches_costs',
  'has_alerts',
  'gitops_automated_sync',
  'images_pinned',
  'readiness_probes',
  'disruption_budget',
  'multi_zone',
  'autoscaling',
  'backups',
  'codeowners',
  'dependency_updates',
  'security_scanning',
] as const;

export type ProfileSet = (typeof PROFILE_SETS)[number];
export type ProfilePractice = (typeof PROFILE_PRACTICES)[number];

const line = z.object({ path: z.string(), line: z.int().min(1) });
export const Practice = z.object({
  answer: z.enum(['yes', 'no', 'na', 'unknown']),
  evidence: z.array(line),
  /** One sentence; never empty where the answer is unknown. */
  why: z.string(),
});
export type Practice = z.infer<typeof Practice>;

export const Profile = z.object({
  ...(Object.fromEntries(PROFILE_SETS.map((k) => [k, z.array(z.string())])) as Record<
    ProfileSet,
    z.ZodArray<z.ZodString>
  >),
  ...(Object.fromEntries(PROFILE_PRACTICES.map((k) => [k, Practice])) as Record<
    ProfilePractice,
    typeof Practice
  >),
  workloads: z.object({
    total: z.int().min(0),
    two_or_more: z.int().min(0),
    evidence: z.array(line),
    why: z.string(),
  }),
});
export type Profile = z.infer<typeof Profile>;
