#!/usr/bin/env bash
# Installs a headless LibreOffice Calc 25.2 or newer with its French locale, from Debian's backports where they are needed.
set -euo pipefail
recent() { command -v soffice >/dev/null && [ "$(soffice --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 25 ]; }
if recent; then exit 0; fi
command -v apt-get >/dev/null || { echo "Install LibreOffice 25.2 or newer, then run this again." >&2; exit 1; }
sudo=""; [ "$(id -u)" -eq 0 ] || sudo=sudo
. /etc/os-release
target=()
if [ "${VERSION_CODENAME:-}" = bookworm ]; then
  sources=/etc/apt/sources.list.d/debian.sources
  uri=$(sed -n 's/^URIs: //p' "$sources" | head -1)
  key=$(sed -n 's/^Signed-By: //p' "$sources" | head -1)
  printf 'Types: deb\nURIs: %s\nSuites: bookworm-backports\nComponents: main\nSigned-By: %s\n' "$uri" "$key" |
    $sudo tee /etc/apt/sources.list.d/backports.sources >/dev/null
  target=(-t bookworm-backports)
fi
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${target[@]}" \
  libreoffice-calc-nogui python3-uno libreoffice-script-provider-python libreoffice-l10n-fr poppler-utils >/dev/null
recent || { echo "LibreOffice is older than 25.2: $(soffice --version)" >&2; exit 1; }
