#!/usr/bin/env bash
# Makes sure that both MPI launchers of Debian are there, for tests/Conformance; says so and goes on where that cannot be.
# Needs apt-get and root, but not when they are installed already.
set -euo pipefail

missing=()
command -v mpirun.openmpi >/dev/null || missing+=(openmpi-bin)
command -v mpirun.mpich >/dev/null || missing+=(mpich)
if [[ ${#missing[@]} == 0 ]]; then
  exit
fi

install=(apt-get install -y --no-install-recommends "${missing[@]}")
[[ $(id -u) == 0 ]] || install=(sudo -n "${install[@]}")
if ! DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null; then
  echo "mpi: ${missing[*]} could not be installed; the tests that need them are skipped." >&2
fi
