#!/bin/sh
# Run a part of a long run and say how long it took: part.sh "what it is" command …
# `part.sh --sums` prints all parts since `part.sh --begin`.
set -eu

parts=build/parts.txt

case $1 in
--begin)
    mkdir -p build
    : >"$parts"
    exit 0
    ;;
--sums)
    printf '\nHow long each part took:\n'
    awk -F '\t' '{ printf "%7d s  %s\n", $1, $2; sum += $1 } END { printf "%7d s  in all\n", sum }' "$parts"
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
