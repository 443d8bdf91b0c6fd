// SPDX-License-Identifier: GPL-3.0-or-later
//! Where things lie in the work tree.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The project's version, the same for library, jars and commands.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The work tree whose commands these are.
#[derive(Clone, Debug)]
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The tree that `cargo xtask` was called in; the one this program was compiled in when it is called directly.
    pub fn find() -> Result<Self> {
        let package =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().context("the xtask package lies in no folder")?.to_path_buf();
        ensure!(root.join("java").is_dir(), "{} is not the project's folder: it has no java/", root.display());
        Ok(Self { root })
    }

    /// The folder with README.md.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// README.md.
    pub fn readme(&self) -> PathBuf {
        self.root.join("README.md")
    }

    /// The Maven reactor's folder.
    pub fn java(&self) -> PathBuf {
        self.root.join("java")
    }

    /// A campaign save that the project wrote itself.
    pub fn sample(&self, name: &str) -> PathBuf {
        self.root.join("java").join("companion").join("samples").join(name)
    }

    /// The runnable jar of a Maven module, known after `package`.
    pub fn jar(&self, module: &str, file: &str) -> PathBuf {
        self.root.join("java").join(module).join("target").join(file)
    }
}
