// SPDX-License-Identifier: GPL-3.0-or-later
//! The README's own words, so that what a newcomer reads is what is proved.

/// The commands of the README's first `sh` block.
pub fn commands(readme: &str) -> Vec<String> {
    let lines = readme.lines().skip_while(|line| line.trim_end() != "```sh").skip(1);
    let block = lines.take_while(|line| line.trim_end() != "```").map(str::trim);
    block.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn commands_are_those_of_the_first_block_without_comments() {
        let readme =
            "# T\n```java\nint a;\n```\n```sh\n# first\ncargo xtask demo\n\ncargo xtask test\n```\n```sh\nrm\n```\n";
        assert_eq!(commands(readme), ["cargo xtask demo", "cargo xtask test"]);
        assert!(commands("no block").is_empty());
    }

    #[test]
    fn the_readme_names_the_two_commands() {
        assert_eq!(commands(include_str!("../../README.md")), ["cargo xtask demo", "cargo xtask test"]);
    }
}
