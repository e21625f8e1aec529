# Runs a command on a bare machine, whose folder is given first, in namespaces that end with it:
#
#     unshare --mount --pid --fork sh enter.sh FOLDER DIRECTORY COMMAND [FROM:TO:HOW …]
#
# Each of the last arguments shows a place of this machine within the folder: HOW is `ro` or `rw`.
set -eu
root=$1 directory=$2 command=$3
shift 3

mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"

for place in "$@"; do
    from=${place%%:*} rest=${place#*:}
    to=$root${rest%:*} how=${rest##*:}
    if [ -d "$from" ]; then
        mkdir -p "$to"
    else
        mkdir -p "$(dirname "$to")"
        touch "$to"
    fi
    mount --bind "$from" "$to"
    if [ "$how" = ro ]; then
        mount -o remount,bind,ro "$to"
    fi
done

# The shell stays the first process, which takes in the orphans of the others. Ctrl-C is for the command alone, and a trap lets
# the shell report how that ended.
exec chroot "$root" /bin/sh -c 'trap : INT; cd "$0" && sh -c "exec $1"; exit $?' "$directory" "$command"
