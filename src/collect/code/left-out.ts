/** Which files are not the company's own: vendored trees and test data. They are counted and named, not read. */

/** Files over this size are not read; they are named as over the limit. Bytes. */
export const SIZE_LIMIT = 2 * 1024 * 1024;

const VENDORED =
  /(^|\/)(node_modules|bower_components|vendor|third_party|thirdparty|third-party|\.terraform|\.yarn\/(?:releases|plugins|cache)|\.venv|site-packages|Godeps|Pods|jsonnetbundler_vendor)\//;
const TEST_DATA =
  /(^|\/)(testdata|test-data|test_data|test-fixtures|test_fixtures|testfixtures|fixtures|__fixtures__|__snapshots__|__mocks__|golden|snapshots)\//;

export function leftOut(path: string): 'vendored' | 'test-data' | undefined {
  if (VENDORED.test(path)) return 'vendored';
  if (TEST_DATA.test(path)) return 'test-data';
  return undefined;
}
