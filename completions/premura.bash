# Completion of premura and premurad for bash. It needs nothing but bash itself; tests/docs/completion_test.bash
# compares it with --help.

# Words of a list that begin with what is written.
_premura_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# Folders, and files whose names match the pattern.
_premura_files() {
  local path
  COMPREPLY=()
  while IFS= read -r path; do
    # shellcheck disable=SC2053
    if [[ -d $path || $path == $1 ]]; then COMPREPLY+=("$path"); fi
  done < <(compgen -f -- "$cur")
  # Outside a completion, as in a test, there is nothing to set.
  compopt -o filenames 2>/dev/null
  return 0
}

# The word at hand, and the option whose value it is: in `--format=te` they are `te` and `--format`, and `assigned` says that
# the equals sign stands there.
_premura_place() {
  assigned=
  cur=${COMP_WORDS[COMP_CWORD]}
  before=
  if ((COMP_CWORD > 0)); then before=${COMP_WORDS[COMP_CWORD - 1]}; fi
  if [[ $cur == = ]]; then
    cur=
    assigned=1
  elif [[ $before == = ]] && ((COMP_CWORD > 1)); then
    before=${COMP_WORDS[COMP_CWORD - 2]}
    assigned=1
  fi
}

# Which command has been written so far, and which option with several values was the last one.
_premura_scan() {
  local word i skip=
  command=
  open=
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    if [[ $word == = ]]; then skip=1; continue; fi
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      --colour | --color) [[ ${COMP_WORDS[i + 1]} == = ]] || skip=1 ;;
      --mapping | --rules | --config) open=$word ;;
      -*) open= ;;
      *) if [[ -z $command ]]; then command=$word; fi ;;
    esac
  done
}

_premura() {
  local cur before assigned command open
  _premura_place
  _premura_scan
  local help="-h --help --help-all"
  local colours="auto always never"

  case $before in
    --colour | --color) _premura_words "$colours"; return ;;
    --format)
      case $command in
        test) _premura_words "text json junit" ;;
        message) _premura_words "text json html" ;;
        *) _premura_words "text json" ;;
      esac
      return
      ;;
    --coverage) if [[ -n $assigned ]]; then _premura_words "strict"; return; fi ;;
    --lang | --language) _premura_words "en it"; return ;;
    --role) _premura_words "agent lead ops"; return ;;
    --file) _premura_files '*.y?(a)ml'; return ;;
    --by) _premura_words "arrival event-time"; return ;;
    --input) _premura_words "auto jsonl csv"; return ;;
    --channel) _premura_words "email sms chat call"; return ;;
    --facts) _premura_files '*.json'; return ;;
    --html | --actions) _premura_files '*'; return ;;
    --speed) _premura_words "max"; return ;;
    --aftermath | --against | --agents | --and-then | --arrival-from | --at | --calls-per-hour | --explain | --from | --header | \
      --kafka | --key | --max-new-late | --name | --property | --rule | --tenant | --to | --token | --topic | --until | --warm-up | --zone)
      COMPREPLY=()
      return
      ;;
  esac

  if [[ -z $command ]]; then
    if [[ $cur == -* ]]; then
      _premura_words "$help --version --colour --color"
    else
      _premura_words "account check test backtest diff explain feed map message reload watch"
    fi
    return
  fi

  if [[ $cur == -* ]]; then
    case $command in
      account)
        if [[ $before == account ]]; then
          _premura_words "$help"
        else
          _premura_words "$help --file --name --role --tenant --language --without-password --session-key-file --to \
            --minutes"
        fi
        ;;
      check) _premura_words "$help --format --explain" ;;
      test) _premura_words "$help --rules --config --format --coverage" ;;
      backtest)
        _premura_words "$help --rules --config --compare-with --by --from --to --warm-up --aftermath --until --tenant \
          --against --trial-as-live --agents --calls-per-hour --input --arrival-from --kafka --topic --property --html \
          --actions --json --days --quiet"
        ;;
      diff) _premura_words "$help --on --config --at --topic --arrival-from --token --json --quiet" ;;
      explain)
        _premura_words "$help --tenant --lang --format --from --token --events --topic --at --rules --config --rule \
          --all-rules"
        ;;
      feed)
        _premura_words "$help --speed --to --kafka --topic --property --token --and-then --until --quiet"
        ;;
      message) _premura_words "$help --config --tenant --lang --channel --facts --format" ;;
      map) _premura_words "$help --mapping --topic --header --key --json" ;;
      reload) _premura_words "$help --to --token --yes --max-new-late --json" ;;
      watch) _premura_words "$help --from --token --json --from-start --zone" ;;
    esac
    return
  fi

  local yaml='*.y?(a)ml'
  case $command in
    account)
      if [[ $before == account ]]; then
        _premura_words "add password disable enable link list hash"
      else
        COMPREPLY=()
      fi
      ;;
    check | test) _premura_files "$yaml" ;;
    diff)
      case $before in
        --on) _premura_files '*.@(json|jsonl|ndjson|csv|zst)' ;;
        *) _premura_files "$yaml" ;;
      esac
      ;;
    backtest)
      case $before in
        --rules | --config | --compare-with) _premura_files "$yaml" ;;
        *) _premura_files '*.@(json|jsonl|ndjson|csv|zst)' ;;
      esac
      ;;
    explain)
      case $before in
        --rules | --config) _premura_files "$yaml" ;;
        --events) _premura_files '*.@(json|jsonl|ndjson|csv|zst)' ;;
        *) COMPREPLY=() ;;
      esac
      ;;
    feed) _premura_files '*.@(json|jsonl|ndjson|zst)' ;;
    message)
      if [[ -n $open ]]; then
        _premura_files "$yaml"
      elif [[ $before == message ]]; then
        _premura_words "preview"
      fi
      ;;
    map)
      if [[ -n $open ]]; then
        _premura_files "$yaml"
      else
        _premura_files '*'
      fi
      ;;
    *) COMPREPLY=() ;;
  esac
}

_premurad() {
  local cur before assigned
  _premura_place
  case $before in
    -c | --config)
      _premura_files '*.y?(a)ml'
      return
      ;;
  esac
  _premura_words "-h --help -c --config --check-config --show-settings --version"
}

complete -F _premura premura
complete -F _premurad premurad
