#!/bin/sh
# Run a part of a long run and say how long it took: part.sh "what it is" command …
# `part.sh --sums` prints all parts since `part.sh --begin`; some may have run beside others.
set -eu

parts=build/parts.txt

case $1 in
--begin)
    mkdir -p build
    date +%s >"$parts"
    exit 0
    ;;
--sums)
    printf '\nHow long each part took:\n'
    tail -n +2 "$parts" | awk -F '\t' '{ printf "%7d s  %s\n", $1, $2 }'
    printf '%7d s  in all\n' "$(($(date +%s) - $(head -n 1 "$parts")))"
    exit 0
    ;;
esac

what=$1
shift
printf '\n== %s\n' "$what"
began=$(date +%s)
code=0
"$@" || code=$?
took=$(($(date +%s) - began))
printf '%d\t%s\n' "$took" "$what" >>"$parts"
if [ "$code" -ne 0 ]; then
    echo "== $what: failed with code $code after $took s" >&2
    exit "$code"
fi
