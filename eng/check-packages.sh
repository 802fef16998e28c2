#!/usr/bin/env bash
# Proves the packages: they are made, the tool is installed from them and alone, and says the version that they have.
# Usage: eng/check-packages.sh [options of dotnet pack], such as --no-build after a build.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
eng/pack.sh "$folder/packages" --verbosity quiet "$@"
version=$(sed -nE 's/^ *<Version>(.*)<\/Version>$/\1/p' Directory.Build.props)
for package in MegatronBridge MegatronBridge.Storage MegatronBridge.Cpu MegatronBridge.Cli; do
  ls "$folder/packages/$package.$version.nupkg" "$folder/packages/$package.$version.snupkg"
done

# The cache of packages is a new one, lest it have this version of the tool from another commit.
NUGET_PACKAGES="$folder/cache" dotnet tool install MegatronBridge.Cli \
  --tool-path "$folder/tools" --source "$folder/packages" --version "$version" </dev/null
told=$("$folder/tools/megatron-bridge" --version)
echo "megatron-bridge --version: $told"
[[ "$told" == "$version"* || "$told" == "megatron-bridge $version"* ]]
