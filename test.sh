#!/usr/bin/env bash
# Builds everything, checks the formatting and runs all tests.
# The last line is 'N passed, N failed, N skipped'; the exit code is 0 only if nothing failed.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Bounds on hangs, not on speed: what takes longer hangs, however busy the machine is. A test that runs for the first
# is named where its project is stopped after the second.
long_running=900
export hang_after=7200

log=$(mktemp -d)
# A test's database server is another user, who must find its folder in here.
chmod a+x "$log"
trap 'rm -rf "$log"' EXIT

# Ends the script where no test can run: the broken step counts as one failed test.
give_up() {
    echo
    echo "FAILED: $1"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

# The test projects of the solution, as paths.
test_projects() {
    tr '\\' '/' < AsyncOpt.sln | grep -o 'tests/[^"]*\.Tests\.csproj' | sort -u
}

# --- Restore.
dotnet restore AsyncOpt.sln -v q > "$log/restore" 2>&1 || {
    cat "$log/restore"
    give_up "packages could not be restored"
}

# --- Build, warnings as errors.
dotnet build AsyncOpt.sln -c Release --no-restore -v q -warnaserror > "$log/build" 2>&1 || {
    grep -E 'error|warning' "$log/build" | sort -u || cat "$log/build"
    give_up "AsyncOpt.sln does not build"
}
echo "AsyncOpt.sln builds without warnings."

# --- Formatting.
misformatted=0
for part in whitespace style; do
    dotnet format "$part" AsyncOpt.sln --no-restore --verify-no-changes > "$log/format" 2>&1 && continue
    misformatted=1
    sort -u "$log/format"
    echo "FAILED: dotnet format $part AsyncOpt.sln would change files"
done
[ $misformatted = 0 ] && echo "The formatting is as .editorconfig says."

# --- Tests, two projects at a time. Each is a program of its own that writes a report, and has a folder of its own for
# temporary files, where it must leave nothing.
run_tests() {
    name=$(basename "$1" .csproj)
    limit=
    command -v timeout > /dev/null && limit="timeout -k 10 $hang_after"
    mkdir -p "$2/$name.tmp"
    TMPDIR=$2/$name.tmp $limit "artifacts/bin/$name/release/AsyncOpt.$name" -noLogo -noColor -noAutoReporters -reporter quiet \
        -longRunning "$3" -result-xml "$2/$name.xml" > "$2/$name.out" 2>&1 < /dev/null
    echo $? > "$2/$name.code"
}
export -f run_tests
test_projects | xargs -P 2 -I{} bash -c 'run_tests "$1" "$2" "$3"' run_tests {} "$log" "$long_running"

# A number of the report's head: <assembly ... passed="12" ...>.
count() {
    value=$(grep -o '<assembly [^>]*>' "$1" 2>/dev/null | head -1 | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p")
    echo "${value:-0}"
}

passed=0 failed=$misformatted skipped=0
: > "$log/skipped"
echo
for project in $(test_projects); do
    name=$(basename "$project" .csproj)
    report=$log/$name.xml
    p=$(count "$report" passed) s=$(count "$report" skipped)
    f=$(($(count "$report" failed) + $(count "$report" errors)))
    code=$(cat "$log/$name.code" 2>/dev/null || echo 1)
    # A program that crashed or ran out of time may leave no report, or one that counts no failure.
    if [ "$code" != 0 ] && [ "$f" = 0 ]; then
        f=1
        echo "$name ended with exit code $code$([ "$code" = 124 ] && echo ": it hung and was stopped after $hang_after s")"
    fi
    litter=$(ls -A "$log/$name.tmp" 2>/dev/null)
    if [ -n "$litter" ] && [ "$f" = 0 ]; then
        f=1
        echo "$name left behind in the temporary folder:" $litter
    fi
    printf '%-20s %5d passed %5d failed %5d skipped\n' "$name" "$p" "$f" "$s"
    if [ "$f" != 0 ]; then
        # What the runner said, without the skipped tests: each is a line ending in [SKIP] and deeper lines after it.
        awk '{ match($0, /^ */); depth = RLENGTH }
             / \[SKIP\]$/ { skip = depth; next }
             skip && depth > skip { next }
             { skip = 0; print "    " $0 }' "$log/$name.out"
    fi
    # One test a line; then its class and reason.
    awk '{ gsub(/<test /, "\n&"); print }' "$report" 2>/dev/null | grep '^<test .*result="Skip"' |
        sed 's/.* type="\([^"]*\)".*<reason>\(.*\)<\/reason>.*/\1: \2/
             s/<!\[CDATA\[//; s/\]\]>//; s/^AsyncOpt\.//; s/: set ASYNCOPT_DATA.*//' >> "$log/skipped"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

if [ -s "$log/skipped" ]; then
    echo
    echo "Skipped (how many, where, why; data comes by ASYNCOPT_DATA or 'asyncopt data get'):"
    # One line a class: its skipped tests and their different reasons.
    sort "$log/skipped" | awk '
        { where = $0; sub(/: .*/, "", where); why = substr($0, length(where) + 3) }
        where != last { if (n) printf "%5d %s: %s\n", n, last, all; n = 0; all = ""; seen = ""; last = where }
        { n++ }
        why != seen { all = all (all == "" ? "" : "; ") why; seen = why }
        END { printf "%5d %s: %s\n", n, last, all }'
fi
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
