#!/usr/bin/env bash
# Prints the path of a Python that has torch, safetensors and transformers, for tests/Conformance.
#
#   MEGATRON_BRIDGE_PYTHON=PATH          takes this one, after asking it whether it has what is needed
#   MEGATRON_BRIDGE_DEBIAN_MIRROR=URL    where Debian packages come from (default: where apt of this machine gets them)
#
# Without MEGATRON_BRIDGE_PYTHON it unpacks Debian sid's packages into a folder of the user's cache, once. Nothing is
# installed, mounted or changed outside that folder, and no root is needed: the interpreter is started through the
# dynamic loader of the folder, so that it sees its own libraries and the files of this machine.
# Needs apt-get, dpkg-deb and 1.5 GB; takes one to three minutes.
set -euo pipefail

packages=(
  python3-torch python3-safetensors python3-transformers python3-tokenizers python3-huggingface-hub python3-numpy
  python3-yaml
)
modules="torch, torch.distributed.checkpoint, safetensors.torch, transformers, tokenizers, huggingface_hub, numpy, yaml"
cache="${XDG_CACHE_HOME:-$(echo ~)/.cache}/megatron-bridge"
folder="$cache/conformance-python-1" # another number when this script makes something else

say() { echo "conformance-python: $*" >&2; }
die() {
  say "$*"
  exit 1
}

# Asks an interpreter for all modules and names the versions.
check() {
  "$1" - <<END
import $modules
from transformers import AutoModelForCausalLM, LlamaForCausalLM
print("Python with torch", torch.__version__, "transformers", transformers.__version__)
END
}

if [[ -n "${MEGATRON_BRIDGE_PYTHON:-}" ]]; then
  check "$MEGATRON_BRIDGE_PYTHON" >&2 || die "MEGATRON_BRIDGE_PYTHON=$MEGATRON_BRIDGE_PYTHON does not have all of: $modules."
  echo "$MEGATRON_BRIDGE_PYTHON"
  exit
fi

mkdir -p "$cache"
exec 9>"$folder.lock"
flock 9 # a second one waits, then finds the folder ready
if [[ -x "$folder/python" ]]; then
  echo "$folder/python"
  exit
fi

for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || die "$tool is not there; set MEGATRON_BRIDGE_PYTHON to a Python that has: $modules."
done
keyring=$(ls /usr/share/keyrings/debian-archive-keyring.{gpg,pgp} 2>/dev/null | head -n 1) ||
  [[ -n "$keyring" ]] || die "the keys of Debian are not there; install the package debian-archive-keyring."
mirror="${MEGATRON_BRIDGE_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
  grep -m 1 -E '/debian/?$' || true)}"
[[ -n "$mirror" ]] || die "apt has no Debian archive in its sources; set MEGATRON_BRIDGE_DEBIAN_MIRROR to the URL of one."

# Everything is made in a folder of another name, which a killed run leaves behind and the next one removes.
work="$folder.part"
rm -rf "$work"
mkdir -p "$work"/apt/{state/lists,cache/archives}/partial
: >"$work/apt/status" # as if nothing were installed: all dependencies come too
echo "deb [signed-by=$keyring] $mirror sid main" >"$work/apt/sources.list"
apt=(
  apt-get -qq -y
  -o "Dir::State=$work/apt/state"
  -o "Dir::State::status=$work/apt/status"
  -o "Dir::Cache=$work/apt/cache"
  -o "Dir::Etc::sourcelist=$work/apt/sources.list"
  -o Dir::Etc::sourceparts=/dev/null
  -o Dir::Etc::preferences=/dev/null
  -o Dir::Etc::preferencesparts=/dev/null
  -o Acquire::Languages=none
  -o Acquire::Retries=3
  -o Acquire::Check-Valid-Until=false # a mirror that stands still is good enough
  -o APT::Install-Recommends=false
  -o "APT::Sandbox::User=$(id -un)"
  -o Debug::NoLocking=true
)
say "getting Debian packages with their dependencies: ${packages[*]}"
"${apt[@]}" update >&2
"${apt[@]}" install --download-only "${packages[@]}" >&2
say "unpacking into $folder"
find "$work/apt/cache/archives" -name '*.deb' -print0 | xargs -0 -P 2 -I {} dpkg-deb -x {} "$work"
rm -rf "$work/apt"

cat >"$work/python" <<'END'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
lib=$(echo "$here"/usr/lib/*-linux-gnu)
# Tells Python that this script is its executable: processes that it starts work the same way.
PYTHONHOME="$here/usr" exec "$lib"/ld-linux-*.so.? \
  --library-path "$lib:$here/usr/lib:$lib/blas:$lib/lapack" --argv0 "$here/python" "$here/usr/bin/python3" "$@"
END
chmod +x "$work/python"
check "$work/python" >&2 || die "the packages are there, but Python does not find all of: $modules. See the message above."
mv "$work" "$folder"
echo "$folder/python"
