#!/bin/sh
# Writes the files anew that follow from the families and the tests: docs/models.md, docs/models, the properties of providers, the functions of
# recipes, the skeleton that the tests compile, the public API (tests/Fixtures/api), examples (from eng/examples).
set -e
cd "$(dirname "$0")/.."
[ "$1" = --no-build ] || dotnet build tests/Tests -v q --nologo
MEGATRON_BRIDGE_REGENERATE=1 tests/Tests/bin/Debug/net10.0/MegatronBridge.Tests --no-progress \
  --filter-class '*ModelsPageTests' '*FamilySkeletonTests' '*ProviderPropertiesTests' '*RecipeFunctionsTests' '*PublicApiTests' '*ExampleFilesTests' '*FamilyPageTests'
