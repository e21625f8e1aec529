//! Which file systems do not tell of changes: those whose files may be changed elsewhere, by another computer or by the one
//! that this is a guest of.

use std::path::Path;
#[cfg(any(target_os = "linux", test))]
use std::path::PathBuf;

/// The kinds of such file systems, as Linux and macOS name them, but for those of FUSE.
#[cfg(any(target_os = "linux", target_os = "macos", test))]
const REMOTE_KINDS: [&str; 27] = [
    "9p",
    "acfs",
    "afpfs",
    "afs",
    "ceph",
    "cifs",
    "coda",
    "drvfs",
    "fakeowner",
    "gfs2",
    "glusterfs",
    "grpcfuse",
    "kafs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "osxfs",
    "prl_fs",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
    "vmhgfs",
    "webdav",
];

/// What kind of file system a path is on, if that does not tell of all changes.
#[cfg(target_os = "linux")]
pub(super) fn silent_kind(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    kind_of(path, mounts.lines().filter_map(linux_mount))
}

/// What kind of file system a path is on, if that does not tell of all changes.
#[cfg(target_os = "macos")]
pub(super) fn silent_kind(path: &Path) -> Option<String> {
    let mounts = std::process::Command::new("/sbin/mount").output().ok()?;
    let mounts = String::from_utf8_lossy(&mounts.stdout).into_owned();
    kind_of(path, mounts.lines().filter_map(macos_mount))
}

/// What kind of file system a path is on, if that does not tell of all changes: a share, also behind a drive's letter.
#[cfg(windows)]
pub(super) fn silent_kind(path: &Path) -> Option<String> {
    use std::path::{Component, Prefix};

    let Some(Component::Prefix(prefix)) = path.components().next() else { return None };
    matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)).then(|| "a network share".to_owned())
}

/// What kind of file system a path is on, if that does not tell of all changes. Nobody knows here.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(super) fn silent_kind(_path: &Path) -> Option<String> {
    None
}

/// The kind of the file system that a path is on, if it is one of those. Later mounts lie over earlier ones.
#[cfg(any(target_os = "linux", target_os = "macos", test))]
fn kind_of<P: AsRef<Path>>(path: &Path, mounts: impl Iterator<Item = (P, String)>) -> Option<String> {
    let around = mounts.filter(|(place, _)| path.starts_with(place));
    let (_, kind) = around.max_by_key(|(place, _)| place.as_ref().components().count())?;
    // `fuseblk` is FUSE on a disk of this computer.
    let is_fuse =
        kind == "fuse" || kind.starts_with("fuse.") || kind.starts_with("macfuse") || kind == "osxfuse";
    (is_fuse || REMOTE_KINDS.contains(&kind.as_str())).then_some(kind)
}

/// A line of /proc/self/mountinfo: where it is mounted, and what. Its form is in proc(5).
#[cfg(any(target_os = "linux", test))]
fn linux_mount(line: &str) -> Option<(PathBuf, String)> {
    let (place, what) = line.split_once(" - ")?;
    Some((unescaped(place.split(' ').nth(4)?).into(), what.split(' ').next()?.to_owned()))
}

/// Blanks, tabs, line ends and backslashes stand as their octal numbers.
#[cfg(any(target_os = "linux", test))]
fn unescaped(text: &str) -> String {
    let characters = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    characters.iter().fold(text.to_owned(), |text, (number, character)| text.replace(number, character))
}

/// A line of mount(8): "what on where (kind, options)".
#[cfg(any(target_os = "macos", test))]
fn macos_mount(line: &str) -> Option<(&str, String)> {
    let (before, options) = line.rsplit_once(" (")?;
    let (_, place) = before.split_once(" on ")?;
    let kind = options.split([',', ')']).next()?;
    Some((place, kind.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINUX: &str = r"22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:20 / /home/me/remote rw,nosuid shared:7 - fuse.sshfs me@there:/home rw,user_id=0
24 22 0:21 / /mnt/c rw,noatime - 9p C:\134 rw,dirsync,aname=drvfs
25 22 0:22 / /srv/nfs rw master:3 shared:9 - nfs4 server:/export rw
26 25 0:23 / /srv/nfs/local rw - tmpfs tmpfs rw
27 22 0:24 / /mnt/my\040share rw - cifs //server/share rw
28 22 0:25 / /mnt/over rw - nfs server:/export rw
29 22 0:26 / /mnt/over rw - ext4 /dev/vdb rw
30 22 0:27 / /mnt/windows rw - fuseblk /dev/sda1 rw
31 22 0:28 / /merged rw - overlay overlay rw,lowerdir=/a
32 22 0:29 / /workspace rw - virtiofs shared rw
33 22 0:30 / /vagrant rw - vboxsf vagrant rw
34 22 0:31 / /old rw - autofs systemd-1 rw
35 34 0:32 / /old/home rw - smb3 //server/home rw";

    fn on_linux(path: &str) -> Option<String> {
        kind_of(Path::new(path), LINUX.lines().filter_map(linux_mount))
    }

    #[test]
    fn file_systems_of_other_computers_are_known_on_linux() {
        for (path, kind) in [
            ("/home/me/remote/plugin/src", "fuse.sshfs"),
            ("/mnt/c/Users/me/plugin", "9p"),
            ("/srv/nfs/plugin", "nfs4"),
            ("/mnt/my share/plugin", "cifs"),
            ("/workspace/plugin", "virtiofs"),
            ("/vagrant", "vboxsf"),
            ("/old/home/plugin", "smb3"),
        ] {
            assert_eq!(on_linux(path).as_deref(), Some(kind), "{path}");
        }
        for path in [
            "/home/me/plugin",
            "/home/me/remote2/plugin",
            "/srv/nfs/local/plugin",
            "/mnt/over/plugin",
            "/mnt/windows/plugin",
            "/merged/plugin",
        ] {
            assert_eq!(on_linux(path), None, "{path}");
        }
    }

    #[test]
    fn file_systems_of_other_computers_are_known_on_macos() {
        let mounts = "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n\
                      //me@server/share on /Volumes/my share (smbfs, nodev, nosuid, mounted by me)\n\
                      server:/export on /Volumes/nfs (nfs)\n\
                      me@there: on /Volumes/ssh (macfuse, nodev)\n";
        let kind = |path: &str| kind_of(Path::new(path), mounts.lines().filter_map(macos_mount));
        assert_eq!(kind("/Volumes/my share/plugin").as_deref(), Some("smbfs"));
        assert_eq!(kind("/Volumes/nfs/plugin").as_deref(), Some("nfs"));
        assert_eq!(kind("/Volumes/ssh/plugin").as_deref(), Some("macfuse"));
        assert_eq!(kind("/Users/me/plugin"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_computer_s_own_files_are_known_for_what_they_are() {
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
        let mounts: Vec<_> = mounts.lines().filter_map(linux_mount).collect();
        assert!(
            mounts.iter().any(|(place, kind)| place == Path::new("/proc") && kind == "proc"),
            "{mounts:?}"
        );
        assert_eq!(silent_kind(Path::new("/proc/self")), None);
    }
}
