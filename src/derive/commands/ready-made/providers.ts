/** What the deployment providers of Travis and AppVeyor do, by their names. */
import type { ActionDoes, Inputs } from './does.js';

const PUBLISHES =
  /^(npm|pypi|rubygems|releases|github|bintray|packagecloud|nuget|cargo|hackage|puppetforge|snap|chef[-_]supermarket|launchpad|anaconda|artifact|blob|azureblob|boxfuse|transifex|webdeploy\.package)$/;
const DEPLOYS =
  /^(s3|gcs|heroku|codedeploy|elasticbeanstalk|lambda|cloudfoundry|cloudfiles|gae|gleis|azure[-_]web[-_]apps|firebase|surge|netlify|convox|openshift|engineyard|hephy|scalingo|anynines|bluemixcloudfoundry|cloud66|cloudformation|opsworks|testfairy|catalyze|modulus|nodejitsu|environment|webdeploy|ftp|local|azurecs|azureappservice(zip)?|azurewebjob|agent|webhook)$/;

export function providerDoes(name: string, inputs: Inputs): ActionDoes {
  const plain = name.toLowerCase();
  if (plain === 'test') return { does: 'tests' };
  if (plain === 'pages') return { does: 'deploys', pages: true };
  if (plain === 'releases' && !['file', 'file_glob', 'files'].some((k) => inputs.has(k)))
    return { does: 'nothing' };
  if (PUBLISHES.test(plain)) return { does: 'publishes' };
  return DEPLOYS.test(plain) ? { does: 'deploys' } : { does: 'unknown', may: ['deploys'] };
}
