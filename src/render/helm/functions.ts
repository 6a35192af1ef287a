/** All functions that templates may call by name, and those whose results no file tells. */
import type { FunctionTable } from './arguments.js';
import { ENCODING_FUNCTIONS } from './functions-encoding.js';
import { LIST_FUNCTIONS } from './functions-lists.js';
import { LOGIC_FUNCTIONS } from './functions-logic.js';
import { MAP_FUNCTIONS } from './functions-maps.js';
import { NUMBER_FUNCTIONS } from './functions-numbers.js';
import { REGEX_FUNCTIONS } from './functions-regex.js';
import { STRING_FUNCTIONS } from './functions-strings.js';
import { SEMVER_FUNCTIONS } from './semver.js';

export const FUNCTIONS: FunctionTable = {
  ...ENCODING_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...LOGIC_FUNCTIONS,
  ...MAP_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...REGEX_FUNCTIONS,
  ...SEMVER_FUNCTIONS,
  ...STRING_FUNCTIONS,
  // Without leave to ask name servers, as is the rule, Helm gives nothing.
  getHostByName: () => '',
};

const NOT_TOLD: readonly (readonly [reason: string, names: string])[] = [
  [
    'depends on the time of rendering',
    'now date dateInZone date_in_zone dateModify date_modify mustDateModify must_date_modify htmlDate htmlDateInZone ago toDate mustToDate unixEpoch duration durationRound',
  ],
  [
    'is drawn at random',
    'randAlpha randAlphaNum randAscii randNumeric randBytes randInt uuidv4 shuffle htpasswd bcrypt encryptAES decryptAES derivePassword genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey buildCustomCert',
  ],
  ['depends on where it is rendered', 'env expandenv osBase osDir osExt osClean osIsAbs'],
  ['is not read', 'toToml fromToml'],
];

/** Why the result of a function is not told, by its name. */
export const UNTOLD: ReadonlyMap<string, string> = new Map(
  NOT_TOLD.flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason] as const)),
);

/** Functions that keep or choose among what they are given: an unknown argument leaves the rest of the result known. */
export const KEEPS_UNKNOWN: ReadonlySet<string> = new Set(
  'list tuple dict set append mustAppend push prepend mustPrepend concat default coalesce ternary required merge mustMerge mergeOverwrite mustMergeOverwrite'.split(
    ' ',
  ),
);
