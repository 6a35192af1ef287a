/** Files that tools write, by their paths: they say nothing of how wide a change is or what it is about. */

const GENERATED =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|go\.sum|go\.work\.sum|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|packages\.lock\.json|mix\.lock|\.terraform\.lock\.hcl|gradle\.lockfile|jsonnetfile\.lock\.json)$|[._]pb(\.gw)?\.go$|_pb2(_grpc)?\.pyi?$|_pb\.[jt]s$|\.(min\.(js|css)|snap|map|designer\.cs|g\.dart)$|[._-](generated|gen)\.[a-z]+$|(^|\/)(dist|generated|__generated__|gen|zz_generated[^/]*)(\/|$)/i;

export function isGenerated(path: string): boolean {
  return GENERATED.test(path);
}
