#!/bin/sh
# Writes the files anew that follow from the families and the tests: the tables of derived recipes, the functions of recipes, the properties of
# providers, docs/models.md, docs/models, the skeleton that the tests compile, the public API (tests/Fixtures/api), examples (from eng/examples).
set -e
cd "$(dirname "$0")/.."

build() {
  dotnet build tests/Tests -v q --nologo
}

write() {
  MEGATRON_BRIDGE_REGENERATE=1 tests/Tests/bin/Debug/net10.0/MegatronBridge.Tests --no-progress --filter-class "$@"
}

sources() {
  git ls-files -z --cached --others --exclude-standard src | xargs -0 cat | cksum
}

# Writes what the program is built of; what else is written follows from it.
write_sources() {
  before=$(sources)
  write "$@" || echo "some of these hold only for what is built now"
  [ "$before" = "$(sources)" ] || build
}

[ "$1" = --no-build ] || build
write_sources '*DerivedTablesTests'
write_sources '*RecipeFunctionsTests' '*ProviderPropertiesTests'
write '*ModelsPageTests' '*FamilySkeletonTests' '*PublicApiTests' '*ExampleFilesTests' '*FamilyPageTests'
git add --intent-to-add src/Bridge/Recipes docs/models # so that a commit of all changes has files for what is new
