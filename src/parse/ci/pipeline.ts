/** The shape into which pipelines of every CI system are read, and empty parts of it to fill. */

export interface NamedValue {
  name: string;
  value: string;
}

export interface PipelineTrigger {
  event: string;
  branches: string[];
  branchesIgnore: string[];
  tags: string[];
  tagsIgnore: string[];
  paths: string[];
  pathsIgnore: string[];
  types: string[];
  workflows: string[];
  line: number;
}

export interface PipelineStep {
  name: string;
  id: string;
  uses: string;
  run: string;
  condition: string;
  continueOnError: boolean;
  continueOnErrorWhen: string;
  shell: string;
  workingDirectory: string;
  with: NamedValue[];
  variables: NamedValue[];
  path: string;
  line: number;
  runLine: number;
}

export interface PipelineJob {
  id: string;
  title: string;
  needs: string[];
  condition: string;
  approval: boolean;
  approvalWhen: string;
  continueOnError: boolean;
  continueOnErrorWhen: string;
  environment: string;
  uses: string;
  with: NamedValue[];
  variables: NamedValue[];
  matrix: { name: string; values: string[] }[];
  concurrency: string;
  timeoutMinutes: number;
  steps: PipelineStep[];
  path: string;
  line: number;
}

/** Something that a file uses and that lies elsewhere. */
export interface UnseenPart {
  what: string;
  path: string;
  line: number;
  /** What can be seen is handed to it: it only adds to that. */
  wraps: boolean;
}

export function emptyJob(id: string, line: number): PipelineJob {
  return {
    id,
    title: '',
    needs: [],
    condition: '',
    approval: false,
    approvalWhen: '',
    continueOnError: false,
    continueOnErrorWhen: '',
    environment: '',
    uses: '',
    with: [],
    variables: [],
    matrix: [],
    concurrency: '',
    timeoutMinutes: 0,
    steps: [],
    path: '',
    line,
  };
}

export function emptyStep(line: number): PipelineStep {
  return {
    name: '',
    id: '',
    uses: '',
    run: '',
    condition: '',
    continueOnError: false,
    continueOnErrorWhen: '',
    shell: '',
    workingDirectory: '',
    with: [],
    variables: [],
    path: '',
    line,
    runLine: line,
  };
}

export function emptyTrigger(event: string, line: number): PipelineTrigger {
  return {
    event,
    branches: [],
    branchesIgnore: [],
    tags: [],
    tagsIgnore: [],
    paths: [],
    pathsIgnore: [],
    types: [],
    workflows: [],
    line,
  };
}
