#!/bin/sh
# Puts the plugin where hosts look, or takes it away again. Nothing else is touched.
set -eu

name=@name@
version=@version@
program=@program@
formats=@formats@

usage() {
    cat <<END
Installs $name $version.

  ./install.sh                    for you alone: ~/.clap, ~/.vst3 and ~/.local/bin
  ./install.sh --system           for all users: /usr/lib/clap, /usr/lib/vst3 and /usr/bin
  ./install.sh --formats LIST     some of: $formats (a comma between them)
  ./install.sh --uninstall        takes it away; with --system and --formats as above

Presets are left alone.
END
}

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

place=user
action=install
chosen=$formats
while [ $# -gt 0 ]; do
    case $1 in
    --user) place=user ;;
    --system) place=system ;;
    --uninstall) action=uninstall ;;
    --formats)
        [ $# -gt 1 ] || fail "--formats needs some of: $formats"
        chosen=$(echo "$2" | tr ',' ' ')
        shift
        ;;
    --formats=*) chosen=$(echo "${1#--formats=}" | tr ',' ' ') ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "there is no option $1; --help lists them" ;;
    esac
    shift
done
for format in $chosen; do
    case " $formats " in
    *" $format "*) ;;
    *) fail "there is no format $format in this package; it has: $formats" ;;
    esac
done
[ -n "$chosen" ] || fail "--formats needs some of: $formats"

if [ "$place" = system ]; then
    clap=${DESTDIR:-}/usr/lib/clap
    vst3=${DESTDIR:-}/usr/lib/vst3
    standalone=${DESTDIR:-}/usr/bin
else
    [ -n "${HOME:-}" ] || fail "could not tell where your plugins go: HOME is not set"
    clap=$HOME/.clap
    vst3=$HOME/.vst3
    standalone=$HOME/.local/bin
fi
here=$(cd "$(dirname "$0")" && pwd)
umask 022

folder_of() {
    case $1 in
    clap) folder=$clap file=$name.clap ;;
    vst3) folder=$vst3 file=$name.vst3 ;;
    standalone) folder=$standalone file=$program ;;
    esac
}

# A host that scans meanwhile sees the old one or the new one, and one that has the old one loaded keeps it.
install_one() {
    mkdir -p "$folder" || fail "could not make $folder; for all users, run it as root: sudo ./install.sh --system"
    [ -w "$folder" ] || fail "$folder cannot be written; for all users, run it as root: sudo ./install.sh --system"
    incoming=$folder/.$file.incoming
    outgoing=$folder/.$file.outgoing
    rm -rf "$incoming" "$outgoing"
    cp -R "$here/$file" "$incoming"
    if [ -d "$incoming" ] && [ -e "$folder/$file" ]; then
        mv "$folder/$file" "$outgoing"
    fi
    mv -f "$incoming" "$folder/$file"
    rm -rf "$outgoing"
    echo "installed  $folder/$file"
}

uninstall_one() {
    if [ -e "$folder/$file" ] || [ -L "$folder/$file" ]; then
        rm -rf "${folder:?}/$file"
        echo "removed    $folder/$file"
    else
        echo "not there  $folder/$file"
    fi
}

for format in $chosen; do
    folder_of "$format"
    "${action}_one"
done

if [ "$action" = uninstall ]; then
    echo "Your presets and settings are where they were."
    exit 0
fi
echo "Let your DAW look for plugins again."
case " $chosen " in
*" standalone "*)
    case ":$PATH:" in
    *":$standalone:"*) echo "Without a DAW: $program" ;;
    *) echo "Without a DAW: $standalone/$program" ;;
    esac
    ;;
esac
if command -v ldconfig >/dev/null 2>&1 || [ -x /sbin/ldconfig ]; then
    libraries=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
    case $libraries in
    *libwebkit2gtk-4.1.so.0*) ;;
    *) echo "Its window needs WebKitGTK: libwebkit2gtk-4.1-0 (Debian, Ubuntu), webkit2gtk4.1 (Fedora), webkit2gtk-4.1 (Arch)." ;;
    esac
fi
