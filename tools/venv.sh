#!/bin/sh
# Make a virtual environment in the folder $1, with the first Python of 3.11 or newer that is found ($PYTHON, if set,
# is the only one tried), and say clearly what to install where that cannot be done. Needs no root.
set -eu

folder=$1
candidates=${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# One that is there and works is kept, whoever made it.
if is_new_enough "$folder/bin/python" && "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=
for candidate in $candidates; do
    if is_new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "no python3")
    echo "poolaudit needs Python 3.11 or newer; tried: $candidates (python3 is: $found)." >&2
    echo "Install one (on Debian: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12" >&2
    exit 1
fi

if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv --clear "$folder"
elif "$python" -m pip --python "$python" --version >/dev/null 2>&1; then
    "$python" -m venv --clear --without-pip "$folder"
    "$python" -m pip --quiet --python "$folder/bin/python" install pip
else
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    echo "$python has no module ensurepip, which a virtual environment needs; Debian has it in a package of its own:" >&2
    echo "    apt-get install $version-venv     (or python3-venv)" >&2
    echo "Or name another Python that has it: make PYTHON=/path/to/python3.12" >&2
    exit 1
fi
