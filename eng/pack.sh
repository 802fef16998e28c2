#!/usr/bin/env bash
# Makes the NuGet packages, with symbols: the libraries, and the command as a .NET tool. The same commit gives the same bytes.
# Usage: eng/pack.sh [FOLDER] [options of dotnet pack]; the folder is artifacts/packages unless another is given.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=artifacts/packages
if [[ $# -gt 0 && "$1" != -* ]]; then folder=$1 && shift; fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) # the time in the archives
export SOURCE_DATE_EPOCH CI=true DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet pack MegatronBridge.slnx --configuration Release --output "$folder" "$@"
