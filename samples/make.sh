#!/bin/sh
# Makes the sample files anew from the npm package they come from, and checks them.
# Needs npm, node 18 or newer, tar, sha256sum. Writes beside itself.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent vega-datasets@3.2.1 >/dev/null
tar xzf vega-datasets-3.2.1.tgz
node "$here/make.mjs" "$work/package/data" "$here"
cd "$here"
for f in *.csv.gz; do
  printf '%s  %s\n' "$(gzip -dc "$f" | sha256sum | cut -d' ' -f1)" "${f%.gz}"
done > "$work/made"
diff "$work/made" CONTENT.sha256 && echo "samples: content is as recorded in CONTENT.sha256"
