// SPDX-License-Identifier: GPL-3.0-or-later
//! What a command measured or counted.

use std::fmt::Display;

/// Named values in the order in which they came, printed as `name: value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(Vec<(String, String)>);

impl Figures {
    /// Adds a figure; units belong into its name.
    pub fn add(&mut self, name: impl Into<String>, value: impl Display) {
        self.0.push((name.into(), value.to_string()));
    }

    /// The value of the first figure of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Adds all figures of another list.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Prints each figure on a line of its own.
    pub fn print(&self) {
        for (name, value) in &self.0 {
            println!("{name}: {value}");
        }
    }

    /// Reads `figure <name>: <value>`, the form in which a test program hands over a figure.
    pub fn add_line(&mut self, line: &str) {
        let figure = line.trim().strip_prefix("figure ").and_then(|rest| rest.split_once(": "));
        if let Some((name, value)) = figure {
            self.add(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;

    #[test]
    fn a_figure_line_is_taken_and_any_other_line_is_passed_over() {
        let mut figures = Figures::default();
        for line in ["figure backlog bytes: 8388608", "figures: 3", "a figure x: 1", "figure without value"] {
            figures.add_line(line);
        }
        let mut expected = Figures::default();
        expected.add("backlog bytes", 8_388_608);
        assert_eq!(figures, expected);
    }
}
