#!/usr/bin/env bash
# Makes the pictures of the web page again, of a running Inkstream: ops/docs/images/web-*.png. Needs chromium, chromium-driver and ImageMagick.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
CI=true mvn -B -ntp verify -pl ops -am -Dit.test='WebPageIT#screenshots' -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
  -Dfailsafe.failIfNoSpecifiedTests=false -Djacoco.skip "-Dinkstream.screenshots=$PWD/ops/docs/images"
mogrify -strip +dither -colors 64 -define png:compression-level=9 ops/docs/images/web-*.png
