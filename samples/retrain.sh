#!/bin/sh
# What the local stack starts when a retrain is granted. It trains nothing: it shows what a training gets,
# which is the command as JSON on its standard input, and what its last line has to be. Put your own in its
# place with runway.control.local.command in .runway/control.properties; see docs/schedulers.md.
set -eu
command=$(cat)
field() {
  printf '%s' "$command" | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"
}
echo "asked for: $command"
case $(field action) in
  ROLLBACK) version=$(field target_version) ;;
  *) version=$(field model_version)-$(date -u +%Y%m%d%H%M%S) ;;
esac
printf '{"new_version": "%s", "cost": 0.01}\n' "$version"
