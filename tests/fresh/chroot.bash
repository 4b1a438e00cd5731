# SPDX-License-Identifier: MIT
# Sourced: a minimal Debian 12 in a folder, made by debootstrap. Needs root and debootstrap.
# The mirror is the one that this machine's apt uses, or $MIRROR.

# make_chroot ROOT: nothing but the base system, unless it is there already; its /proc and /dev are
# mounted until the script ends.
make_chroot() {
  chroot_root=$1
  local mirror
  mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)}
  if [ ! -e "$chroot_root/etc/debian_version" ]; then
    debootstrap --variant=minbase bookworm "$chroot_root" "$mirror" >"$chroot_root.log" 2>&1 ||
      { tail "$chroot_root.log"; exit 1; }
    rm -f "$chroot_root.log"
  fi
  # The network and its certificates are this machine's; nothing else is.
  cp /etc/resolv.conf "$chroot_root/etc/"
  mkdir -p "$chroot_root/usr/local/share/ca-certificates" "$chroot_root/etc/apt/apt.conf.d"
  cp /usr/local/share/ca-certificates/*.crt "$chroot_root/usr/local/share/ca-certificates/" 2>/dev/null || true
  mount_chroot
  trap unmount_chroot EXIT
}

mount_chroot() {
  mount -t proc proc "$chroot_root/proc"
  mount --rbind /dev "$chroot_root/dev"
  mount --make-rslave "$chroot_root/dev"
}

unmount_chroot() { umount -l "$chroot_root/proc" "$chroot_root/dev"; }

# inside COMMAND [VARIABLE=VALUE...]: a shell command in it, without this machine's environment.
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "${@:2}" chroot "$chroot_root" /bin/sh -c "$1"; }

# inside_alone COMMAND: the same without a network, so that well-known ports are free.
inside_alone() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    unshare --net sh -c 'ip link set lo up && exec chroot "$0" /bin/sh -c "$1"' "$chroot_root" "$1"
}
