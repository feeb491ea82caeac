#!/usr/bin/env bash
# What the action runs: every input is a variable, and never part of the script.
set -euo pipefail
mapfile -t files < <(printf '%s\n' "$SUBMISSIONS" | sed '/^[[:space:]]*$/d')
options=(--manifest "$MANIFEST" --out "$OUT" --format "$FORMATS" --github)
[ -z "${POLICY:-}" ] || options+=(--policy "$POLICY")
[ -z "${TIMES:-}" ] || options+=(--times "$TIMES")
[ -z "${FAIL_UNDER:-}" ] || options+=(--fail-under "$FAIL_UNDER")
echo "results=$OUT/results.json" >>"${GITHUB_OUTPUT:-/dev/null}"
grader grade "${options[@]}" -- "${files[@]}"
