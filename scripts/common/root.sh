# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Debian roots of their own, with amd64's and i386's packages. Sourced by common.sh.
#
# An ordinary user makes and enters them in a user namespace, of which he is root; for the other users in
# there he needs some identities of his own (/etc/subuid, newuidmap).

# The command that runs another with root's rights over such roots; none for root.
root_rights=()
((EUID == 0)) || root_rights=(unshare --user --map-root-user --map-auto --mount)

# why_no_root
# Prints why roots cannot be entered here; nothing if they can.
why_no_root() {
    local apart=(--mount --pid --fork --ipc --uts --net)

    if [[ $(dpkg --print-architecture 2>/dev/null) != amd64 ]]; then
        echo "roots with Debian's packages of amd64 and i386 take a Debian system of amd64"
    elif ((EUID != 0)) && ! "${root_rights[@]}" true 2>/dev/null; then
        echo "ordinary users may not have a user namespace with more than one user here (unshare --map-auto:" \
            "package uidmap, /etc/subuid)"
    elif ! "${root_rights[@]}" unshare "${apart[@]}" sh -c 'mount -t proc proc /proc' 2>/dev/null; then
        echo "this system does not allow mount and network namespaces (unshare --mount --net)"
    fi
}

# remove_root DIRECTORY
remove_root() {
    "${root_rights[@]}" rm -rf --one-file-system -- "$1"
}

# make_root [--mirror ADDRESS] DIRECTORY SUITE PACKAGE...
# A root with this release of Debian's and these packages, without those they only recommend. Nothing is
# done if it is there already with just these. It gets its name when it is whole.
make_root() {
    local mirror='' directory suite made why options

    if [[ $1 == --mirror ]]; then
        mirror=$2
        shift 2
    fi
    directory=$1 suite=$2
    shift 2
    made=$(printf '%s\n' "$suite" "$@")
    if [[ -e $directory/.made ]]; then
        [[ $(<"$directory/.made") != "$made" ]] || return 0
        log "the root $directory has other packages"
    elif [[ -d $directory && $(ls -A -- "$directory") ]]; then
        fail "$directory is in the way of a root: it has something else"
    fi
    why=$(why_no_root)
    [[ -z $why ]] || fail "no root can be made: $why"
    need_packages mmdebstrap util-linux iproute2
    mirror=$(debian_mirror "$mirror")
    log "setting up $suite in $directory"
    mkdir -p -- "${directory%/*}" || fail "cannot write to ${directory%/*}"
    remove_root "$directory.new"
    options=$(temporary file)
    apt-config dump | grep -iE '^Acquire::[a-z]+::proxy(::[^ ]+)? ' >"$options" || :
    "${root_rights[@]}" mmdebstrap --mode=root --variant=apt --architectures=amd64,i386 \
        --components=main --include="$(IFS=, && echo "$*")" --aptopt="$options" \
        --aptopt='Acquire::Languages "none"' "$suite" "$directory.new" "$mirror" >&2 || {
        rm -f -- "$options"
        fail "mmdebstrap failed"
    }
    rm -f -- "$options"
    printf '%s\n' "$made" >"$directory.new/.made"
    remove_root "$directory"
    mv -T -- "$directory.new" "$directory" || fail "cannot write to ${directory%/*}"
}

# in_root DIRECTORY [--network] COMMAND...
# Runs it in the root, in namespaces of its own: nothing that it mounts or starts outlives it. It has no
# network but its own loopback, unless with --network.
in_root() {
    local directory=$1 apart=(--net) network=''

    shift
    if [[ $1 == --network ]]; then
        apart=() network=true
        shift
    fi
    # User namespaces cannot be made inside a changed root; root does without. The root is mounted
    # on itself, since what is mounted inside can be kept private only if / is a mount.
    # shellcheck disable=SC2016 # the inner shell's own arguments
    "${root_rights[@]}" unshare --mount --propagation private --pid --fork --kill-child --ipc --uts \
        "${apart[@]}" bash -euc '
            root=$1 network=$2
            shift 2
            mount --rbind "$root" "$root"
            mount -t proc proc "$root/proc"
            if [[ $network ]]; then
                cat /etc/resolv.conf >"$root/etc/resolv.conf"
                mount --rbind /sys "$root/sys"
            else
                mount -t sysfs sysfs "$root/sys"
                ip link set lo up
            fi
            mount --rbind /dev "$root/dev"
            mount -t tmpfs tmpfs "$root/dev/shm"
            exec chroot "$root" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 CI=true \
                DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} \
                PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
        ' in_root "$directory" "$network" "$@" </dev/null
}

# copy_sources DIRECTORY
# The source tree as it is becomes the root's /project; what was built in there stays.
copy_sources() {
    local project=$1/project

    log "copying the sources"
    remove_root "$project.new"
    mkdir -- "$project.new" || fail "cannot write to $1"
    # shellcheck disable=SC2154 # of common.sh
    tar -C "$project_root" -c --exclude=./build --exclude=./.git . |
        tar -C "$project.new" -x --no-same-owner
    # What was built the last time is still good for most.
    if [[ -d $project/build ]]; then
        mv -- "$project/build" "$project.new/build"
    fi
    remove_root "$project"
    mv -- "$project.new" "$project"
}
