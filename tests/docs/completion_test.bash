#!/usr/bin/env bash
# Does completion offer what the programs take? Usage: completion_test.bash PREMURA PREMURAD
set -uo pipefail
premura=$1
premurad=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=../../completions/premura.bash
source "$root/completions/premura.bash" || exit 1
failed=0

# Completes the last of the words, as bash splits them, and prints the answers, sorted, on one line.
complete_words() {
  COMP_WORDS=("$@")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  "_${COMP_WORDS[0]}"
  [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd ' '
}

# expect 'ANSWERS' WORDS...
expect() {
  local wanted=$1 found
  shift
  found=$(complete_words "$@")
  [ "$found" = "$wanted" ] && return
  echo "completing: $*"
  echo "  expected: $wanted"
  echo "  found:    $found"
  failed=1
}

# The options that a program's help lists, sorted, on one line.
options_of() {
  "$@" --help | sed -n 's/^  \(-[^ {]*\).*/\1/p' | tr ',' '\n' | LC_ALL=C sort | paste -sd ' '
}

subcommands=$("$premura" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | LC_ALL=C sort | paste -sd ' ')
expect "$subcommands" premura ""
expect "$(options_of "$premura")" premura -
for command in $subcommands; do
  expect "$(options_of "$premura" "$command")" premura "$command" -
done
expect "$(options_of "$premurad")" premurad -

expect "check" premura c
expect "check" premura --colour never c
expect "check" premura --colour = never c
expect "--format" premura check --f
expect "json text" premura check --format ""
expect "json" premura check --format = j
expect "json junit" premura test --format j
expect "strict" premura test --coverage = ""
expect "arrival event-time" premura backtest --by ""
expect "auto csv jsonl" premura backtest --input ""
expect "" premura backtest --from ""
expect "always auto never" premura --colour = ""
expect "max" premura feed --speed m
expect "add disable enable hash link list password" premura account ""
expect "agent lead ops" premura account add anna --role ""
expect "--file" premura account disable --f
expect "" premura feed --to ""
expect "--check-config" premurad --che

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir "my rules"
touch rules.yaml premura.yml events.jsonl events.jsonl.zst orders.csv payload.txt
expect "my rules premura.yml rules.yaml" premura check ""
expect "rules.yaml" premura check --format json r
expect "my rules premura.yml rules.yaml" premura test tests --rules ""
expect "events.jsonl events.jsonl.zst my rules" premura feed ""
expect "rules.yaml" premura test --coverage r
expect "events.jsonl events.jsonl.zst my rules orders.csv" premura backtest ""
expect "my rules premura.yml rules.yaml" premura backtest orders.csv --rules "my rules" --compare-with ""
expect "events.jsonl events.jsonl.zst my rules orders.csv" premura backtest --config rules.yaml ""
expect "my rules" premura backtest orders.csv --html m
expect "my rules premura.yml rules.yaml" premura map payload.txt --mapping ""
expect "my rules premura.yml rules.yaml" premura map payload.txt --mapping rules.yaml ""
expect "payload.txt premura.yml" premura map p
expect "preview" premura message ""
expect "html json text" premura message preview x --format ""
expect "call chat email sms" premura message preview x --channel ""
expect "my rules premura.yml rules.yaml" premura message preview x --config ""
expect "" premura watch p
expect "my rules premura.yml rules.yaml" premurad -c ""
expect "premura.yml" premurad --config = p

[ $failed -eq 0 ] && echo "completion offers what the programs take"
exit $failed
