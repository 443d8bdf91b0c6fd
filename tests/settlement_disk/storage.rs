// SPDX-License-Identifier: GPL-3.0-or-later
//! Small file systems that a test mounts for itself, and what can happen to them.
//!
//! Each test is run once more as the only one of a process with a mount table of its own, so that nobody else sees its
//! mounts and the kernel takes them away whatever becomes of the test.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

/// Set in the process that may mount.
const MAY_MOUNT: &str = "TEST_HAS_OWN_MOUNTS";

/// Runs a test, by its name in this program, where it may mount. Who is not root may perhaps not, and no ext4 at all, nor
/// may root in some containers: then it says that nothing was observed.
pub fn where_mounts_are_own(test: &str, needs_ext4: bool, body: impl FnOnce()) {
    if env::var_os(MAY_MOUNT).is_some() {
        return body();
    }
    let is_root = fs::metadata("/proc/self").expect("a process").uid() == 0;
    if !may_mount(is_root, needs_ext4) {
        println!("{test}: not observed, since nobody may mount this here");
        return;
    }
    let mut unshare = with_own_mounts(is_root);
    unshare.arg(env::current_exe().expect("this program has a file"));
    unshare.args(["--exact", test, "--nocapture"]).env(MAY_MOUNT, "1");
    let output = unshare.output().expect("unshare (util-linux) is there");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{test} failed: see above");
}

fn with_own_mounts(is_root: bool) -> Command {
    let mut unshare = Command::new("unshare");
    if !is_root {
        unshare.args(["--user", "--map-root-user"]);
    }
    unshare.args(["--mount", "--propagation", "private"]);
    unshare
}

/// Tries it: who is who says little about what a container lets them do.
fn may_mount(is_root: bool, needs_ext4: bool) -> bool {
    const TMPFS: &str = r#"mount -t tmpfs none "$0""#;
    const EXT4: &str = r#"truncate -s 4M "$0/image" && mkfs.ext4 -q -F "$0/image" && mount -o loop "$0/image" "$0""#;
    let folder = tempfile::tempdir().expect("a folder");
    let mut mount = with_own_mounts(is_root);
    mount.args(["sh", "-c", if needs_ext4 { EXT4 } else { TMPFS }]).arg(folder.path());
    mount.output().is_ok_and(|output| output.status.success())
}

fn run(program: &str, arguments: &[&str]) {
    if let Err(trouble) = try_run(program, arguments) {
        panic!("{program} {}: {trouble}", arguments.join(" "));
    }
}

fn try_run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn mount(options: &str, what: &str, at: &Path, kind: &str) {
    run("mount", &["-t", kind, "-o", options, what, &at.display().to_string()]);
}

/// A file system of its own in a folder. Dropped, it is unmounted.
pub struct Disk {
    folder: Arc<TempDir>,
    /// What holds the image of an ext4; a tmpfs has none.
    image: Option<TempDir>,
}

impl Disk {
    /// In memory, and small.
    pub fn tmpfs() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        mount("size=16m", "tmpfs", folder.path(), "tmpfs");
        Self { folder: Arc::new(folder), image: None }
    }

    /// A real one in a file, which lets single files be protected and turns read-only by itself when it finds a fault.
    /// Needs a loop device.
    pub fn ext4() -> Self {
        let (folder, holder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let image = holder.path().join("image");
        File::create(&image).and_then(|file| file.set_len(32 * 1024 * 1024)).expect("a file with a hole");
        run("mkfs.ext4", &["-q", "-F", &image.display().to_string()]);
        let disk = Self { folder: Arc::new(folder), image: Some(holder) };
        disk.mount_image();
        disk
    }

    fn mount_image(&self) {
        let holder = self.image.as_ref().expect("only an ext4 is mounted again");
        let image = holder.path().join("image").display().to_string();
        mount("loop,errors=remount-ro", &image, self.folder.path(), "ext4");
    }

    /// Where it is mounted.
    pub fn folder(&self) -> &Arc<TempDir> {
        &self.folder
    }

    /// A file of somebody else takes all the room that is left.
    pub fn fill(&self) {
        let mut filler = File::create(self.filler()).expect("there is room for a name");
        let full = loop {
            if let Err(error) = filler.write_all(&[0; 4_096]) {
                break error;
            }
        };
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    }

    /// That file is gone.
    pub fn make_room(&self) {
        fs::remove_file(self.filler()).expect("it was there");
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("filler")
    }

    /// Forbids to write what is there already, or allows it again: of an ext4 also to who has it open.
    pub fn protect(&self, protected: bool) {
        for file in fs::read_dir(self.folder.path().join("ledgers")).expect("the host made it") {
            let path = file.expect("a file").path().display().to_string();
            run("chattr", &[if protected { "+i" } else { "-i" }, &path]);
        }
    }

    /// Mounts it anew, read-only or not. Refused: somebody has a file open for writing.
    pub fn try_remount(&self, how: &str) -> Result<(), String> {
        try_run("mount", &["-o", &format!("remount,{how}"), &self.folder.path().display().to_string()])
    }

    /// The ext4 finds a fault in itself, and lets nobody write any more.
    pub fn turn_read_only(&self) {
        let place = self.folder.path().display().to_string();
        let source = Command::new("findmnt").args(["-n", "-o", "SOURCE", &place]).output().expect("findmnt is there");
        let source = String::from_utf8(source.stdout).expect("a path");
        let device = source.trim().trim_start_matches("/dev/");
        fs::write(format!("/sys/fs/ext4/{device}/trigger_fs_error"), "a test's\n").expect("ext4 takes it");
        let refused = File::create(self.filler()).expect_err("it is read-only");
        assert_eq!(refused.kind(), io::ErrorKind::ReadOnlyFilesystem);
    }

    /// What its owner does about that.
    pub fn repair(&self) {
        self.unmount();
        let image = self.image.as_ref().expect("only an ext4 is repaired").path().join("image");
        // It answers 1 where it has set something right.
        let _ = try_run("e2fsck", &["-f", "-y", &image.display().to_string()]);
        self.mount_image();
    }

    fn unmount(&self) {
        run("umount", &[&self.folder.path().display().to_string()]);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.unmount();
        }
    }
}
