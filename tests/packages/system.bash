# SPDX-License-Identifier: MIT
# Sourced: a minimal Debian 12 whose apt knows the packages of packaging/deb. Needs root and
# those packages in build/deb/packages.

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
packages=${PACKAGES:-$source/build/deb/packages}
# shellcheck source=tests/fresh/chroot.bash
source "$source/tests/fresh/chroot.bash"
apt="DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends"

# offer FOLDER: its packages are what apt finds in /packages.
offer() {
  rm -rf "$chroot_root/packages"
  mkdir "$chroot_root/packages"
  cp "$1"/*.deb "$chroot_root/packages/"
  (cd "$chroot_root/packages" && dpkg-scanpackages --multiversion . 2>/dev/null >Packages)
  inside "apt-get -qq update -o Dir::Etc::sourcelist=/etc/apt/sources.list.d/tickwork.list -o Dir::Etc::sourceparts=- \
    -o APT::Get::List-Cleanup=0"
}

# make_system ROOT [PACKAGE...]: the system with these packages and none of Tickwork's.
make_system() {
  local root=$1
  shift
  ls "$packages"/*.deb >/dev/null || { echo "no packages in $packages; packaging/deb makes them" >&2; exit 1; }
  "$source/packaging/install-packages" "$source/packaging/packages-proof"
  make_chroot "$root"
  echo 'deb [trusted=yes] file:/packages ./' >"$root/etc/apt/sources.list.d/tickwork.list"
  mkdir -p "$root/packages"
  touch "$root/packages/Packages"
  # An earlier run may have ended in the middle.
  inside "$apt purge 'tickwork*' >/dev/null 2>&1; rm -rf /var/lib/tickwork"
  inside "apt-get -qq update && $apt install $* >/dev/null && $apt autoremove --purge >/dev/null"
  offer "$packages"
  rm -rf "$root/tests"
  cp -r "$source/packaging/debian/tests" "$root/tests"
}

# install_libraries: those that the packages depend on, and none of the packages.
install_libraries() {
  inside "$apt install tickwork-tick tickwork-sdk-dev >/dev/null 2>&1 &&
    apt-mark manual \$(dpkg-query -W -f '\${Package} ' 'lib*') >/dev/null && $apt purge 'tickwork*' >/dev/null 2>&1"
  forget
}

# Everything on the disk but what dpkg, apt and the system's databases write for every package.
files() {
  inside "find / -xdev -path /proc -prune -o -path /dev -prune -o -path /packages -prune -o \
    -path /tests -prune -o -path /tmp -prune -o -path /var/log -prune -o -path /var/cache/apt -prune -o -path /var/lib/apt -prune -o \
    -path /var/lib/dpkg -prune -o -path /var/cache/ldconfig -prune -o -path /var/cache/debconf -prune -o -print" |
    grep -vE '^/etc/(ld.so.cache|(passwd|group|shadow|gshadow)-?)$|^/etc/\.pwd\.lock$' | sort
}

# purge: every package of Tickwork and what came with it.
purge() { inside "$apt purge 'tickwork*' >/dev/null 2>&1 && $apt autoremove --purge >/dev/null 2>&1"; }

# forget: the data and the user, which a purge leaves.
forget() { inside "rm -rf /var/lib/tickwork; userdel tickwork 2>/dev/null || true"; }
