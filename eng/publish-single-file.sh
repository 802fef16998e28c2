#!/usr/bin/env bash
# Makes the command one self-contained file: trimmed, compiled ahead of time as far as it goes (ReadyToRun), with nothing to install.
# Usage: eng/publish-single-file.sh [FOLDER [RUNTIME]], for example artifacts/single linux-arm64; without a runtime, for this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
folder=${1:-artifacts/single}
dotnet publish src/Cli --configuration Release --output "$folder" ${2:+--runtime "$2"}
ls -l "$folder"
