#!/bin/sh
# What the local stack starts when a retrain is granted. It trains nothing: it shows what a training gets,
# which is the command as JSON on its standard input, that it registers what it has made, with the command's id
# as what made it, and what its last line has to be. Its arguments are a `runway` that asks this stack. Put your
# own in its place with runway.control.local.command in .runway/control.properties; see docs/schedulers.md.
set -eu
command=$(cat)
field() {
  printf '%s' "$command" | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"
}
echo "asked for: $command"
case $(field action) in
  ROLLBACK) version=$(field target_version) ;;
  *)
    version=$(field model_version)-$(date -u +%Y%m%d%H%M%S)
    "$@" versions create "$(field model_id)" "$version" --training-run "$RUNWAY_COMMAND_ID"
    ;;
esac
printf '{"new_version": "%s", "cost": 0.01}\n' "$version"
