/** Decisions by an environment's name, found in code, scripts and templates. */
import { describe, expect, test } from 'vitest';
import { environmentConditions } from '../../../src/collect/environments/conditions.js';
import { collectFrom, places } from '../from-files.js';

async function found(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { facts } = await collectFrom([environmentConditions], files);
  return facts.flatMap((f) =>
    f.kind === 'environment-condition' ? places(f.evidence).map((at) => `${at} ${f.data.environment}`) : [],
  );
}

describe('code that asks for an environment by name is found where it does', () => {
  test.each([
    ['a.js', "if (process.env.NODE_ENV === 'production') {", 'production'],
    ['a.ts', 'const url = env.VERCEL_ENV !== "preview" ? a : b;', 'preview'],
    ['a.ts', "if ('staging' === process.env.APP_ENV) {", 'staging'],
    ['a.ts', "if (['production', 'staging'].includes(process.env.APP_ENV)) {", 'production'],
    ['a.ts', 'const u = `${process.env.NODE_ENV === "production" ? a : b}`;', 'production'],
    ['a.js', "if (app.get('env') === 'development') {", 'development'],
    ['a.tsx', 'if (import.meta.env.PROD) start();', 'production'],
    ['a.py', 'if os.environ["ENV"] == "prod":', 'production'],
    ['a.py', 'if os.getenv("APP_ENV", "dev") == "dev":', 'development'],
    ['a.py', 'if settings.ENVIRONMENT not in ["staging", "production"]:', 'staging'],
    ['a.py', 'if current_app.config["NOTIFY_ENVIRONMENT"] == "production":', 'production'],
    ['a.rb', 'config.force_ssl = Rails.env.production?', 'production'],
    ['a.rb', "if ENV['RAILS_ENV'] == 'staging'", 'staging'],
    ['a.rb', 'if %w[staging production].include?(Rails.env)', 'staging'],
    ['a.go', 'if os.Getenv("APP_ENV") == "prod" {', 'production'],
    ['a.go', 'if cfg.Environment != "production" {', 'production'],
    ['A.java', '@Profile("!prod")', 'production'],
    ['A.java', 'if ("prod".equals(environment)) {', 'production'],
    ['A.cs', 'if (env.IsDevelopment())', 'development'],
    ['a.php', "if (App::environment('production')) {", 'production'],
    ['a.php', "if (getenv('APP_ENV') === 'prod') {", 'production'],
    ['a.exs', 'if config_env() == :prod do', 'production'],
    ['a.sh', 'if [ "$ENVIRONMENT" = "prod" ]; then', 'production'],
    ['a.sh', 'if [[ ${APP_ENV:-dev} == staging ]]; then', 'staging'],
    ['Makefile', 'ifeq ($(ENV),prod)', 'production'],
    ['chart/templates/a.yaml', '{{- if eq .Values.global.environment "prod" }}', 'production'],
    ['values.gotmpl', '{{ if eq .Environment.Name "staging" }}', 'staging'],
    ['a.conf.j2', "{% if env == 'prod' %}", 'production'],
  ])('%s: %s', async (path, line, environment) => {
    expect(await found({ [path]: `\n${line}\n` })).toEqual([`${path}:2 ${environment}`]);
  });

  test('a switch counts where one of its cases is an environment', async () => {
    expect(
      await found({
        'a.ts': "switch (process.env.APP_ENV) {\n  case 'production':\n    break;\n}\n",
        'b.sh': 'case "$ENVIRONMENT" in\n  prod|production) deploy ;;\nesac\n',
        'c.go': 'switch env {\ncase "linux":\n}\n',
      }),
    ).toEqual(['a.ts:1 production', 'b.sh:1 production']);
  });
});

describe('what decides by no environment is left alone', () => {
  test.each([
    ['a.ts', "// if (process.env.NODE_ENV === 'production') {"],
    ['a.ts', `const text = "if (env === 'production')";`],
    ['a.ts', "start(); // env === 'production'"],
    ['a.py', '# if ENV == "prod":'],
    ['a.py', '"""\nif ENV == "prod":\n"""'],
    ['a.ts', "if (platform === 'production') {"],
    ['a.ts', "if (env.platform === 'production') {"],
    ['a.go', 'if env == "gcp" {'],
    ['a.ts', "const env = 'production';"],
    ['a.test.ts', "if (process.env.NODE_ENV === 'production') {"],
    ['cypress.config.ts', "const url = NODE_ENV === 'production' ? a : b;"],
    ['tests/a.py', 'if ENV == "prod":'],
    ['dist/a.js', "if (process.env.NODE_ENV === 'production') {"],
    ['README.md', "if (process.env.NODE_ENV === 'production') {"],
    ['chart/templates/a.yaml', '{{- if .Values.ingress.enabled }}'],
  ])('%s: %s', async (path, line) => {
    expect(await found({ [path]: `${line}\n` })).toEqual([]);
  });
});

test('a language that is not read leaves open what its code decides by', async () => {
  const { gaps } = await collectFrom([environmentConditions], { 'a.c': '', 'b.go': '' });
  expect(gaps).toMatchObject([{ kinds: ['environment-condition'], reason: 'not-supported' }]);
});
