// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of the files that are read
import { describe, expect, test } from 'vitest';
import { holdsSecret } from '../../src/parse/secret-file.js';

// Made up for this test: they open nothing.
const RANDOM = 'k7Qm2Zx9Lp4Rt8Vw1Ns6';
const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA'.repeat(2);

describe('a .env file', () => {
  test.each([
    `API_KEY=${RANDOM}`,
    `export STRIPE_SECRET="${RANDOM}"`,
    `DB_PASSWORD='${RANDOM}'`,
    `DATABASE_URL=postgres://app:${RANDOM}@db.acme.io:5432/app`,
    `WHATEVER=ghp_${'a1B2'.repeat(9)}`,
  ])('holds a secret: %s', (line) => expect(holdsSecret('.env', `PORT=1\n${line}\n`)).toBe(2));

  test.each([
    'DB_PASSWORD=',
    'DB_PASSWORD=postgres',
    'API_KEY=your-api-key-goes-here-123',
    'SECRET_KEY=changeme1234567890abc',
    'API_KEY=${VAULT_API_KEY_2024_PROD}',
    `API_KEY=encrypted:${RANDOM}`,
    `NEXT_PUBLIC_API_KEY=${RANDOM}`,
    `TOKEN_ISSUER=${RANDOM}`,
    `AWS_ACCESS_KEY_ID=${RANDOM}`,
    'TOKEN_PATH=/var/run/secrets/token-2024-abcd',
    'DATABASE_URL=postgres://postgres:postgres123456@localhost:5432/app',
    `DATABASE_URL=postgres://app:${RANDOM}@db:5432/app`,
    'IMAGE_TAG=sha-0a1b2c3d4e5f60718293',
    'ACCESS_TOKEN_EXPIRES_IN=15minutes-and-30s',
    'SECRET=aaaaaaaaaaaaaaaa1',
    '# API_KEY=abc',
  ])('holds none: %s', (line) => expect(holdsSecret('web/.env.production', line)).toBe(0));
});

test('a private key is one with a body, in the clear', () => {
  expect(holdsSecret('a.pem', `junk\n-----BEGIN EC PRIVATE KEY-----\n${BODY}\n`)).toBe(2);
  expect(holdsSecret('a.pem', `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${BODY}\n`)).toBe(0);
  expect(holdsSecret('a.key', `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${BODY}\n`)).toBe(
    0,
  );
  expect(holdsSecret('a.key', '-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n')).toBe(
    0,
  );
  expect(holdsSecret('a.pem', `-----BEGIN CERTIFICATE-----\n${BODY}\n`)).toBe(0);
});

test('state, cloud keys and registries’ tokens are found in their own formats', () => {
  expect(holdsSecret('terraform.tfstate', '{"version": 4, "resources": [{"type": "x"}]}')).toBe(1);
  expect(holdsSecret('terraform.tfstate', '{"version": 4, "resources": []}')).toBe(0);
  const account = {
    type: 'service_account',
    private_key: `-----BEGIN PRIVATE KEY-----\n${BODY}${BODY}${BODY}`,
  };
  expect(holdsSecret('service-account.json', JSON.stringify(account, null, 1))).toBe(3);
  expect(holdsSecret('credentials.json', '{"private_key": "<here>"}')).toBe(0);
  expect(holdsSecret('.npmrc', `registry=x\n//registry.npmjs.org/:_authToken=${RANDOM}`)).toBe(2);
  expect(holdsSecret('.npmrc', '//registry.npmjs.org/:_authToken=${NPM_TOKEN}')).toBe(0);
  expect(holdsSecret('.env', `sops_version=3\nAPI_KEY=${RANDOM}`)).toBe(0);
});
