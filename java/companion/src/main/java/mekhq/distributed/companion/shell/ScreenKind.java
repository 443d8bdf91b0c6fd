// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

/** What the companion prints to. */
public enum ScreenKind {
    /** A file or another program: lines, and nothing else. */
    LINES,
    /** A terminal that knows no control sequences: lines and a prompt. */
    PROMPT,
    /** A terminal on which lines can be written over: the board can stay in its place. */
    REDRAWN
}
